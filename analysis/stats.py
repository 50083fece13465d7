"""Turns values by round into estimates with intervals: the round is the unit, and is resampled.

The average is the 20 % trimmed mean: the mean without the lowest and the highest fifth. On a shared
machine a visit is disturbed now and then, and may double; one such visit moves a plain mean by
more than all the others spread. Source: ROBUST. Trimming is not additive, so increments may miss
their sum by a little of their intervals.

The 95 % interval is the expanded percentile bootstrap over rounds, the one of
`scipy.stats.bootstrap` with its method "percentile", at a nominal level raised so that for n rounds
the interval is as wide as Student's t asks for. The plain percentile and BCa intervals are too
narrow by a factor of about sqrt((n - 1) / n) * z / t, which is 0.78 at 8 rounds. Source: SOURCE,
its "expanded percentile". The same rounds are drawn for every number of as many rounds, so that the
average of a benchmark over them is computed once, however many numbers it has a part in.
Below 7 rounds resampling has too few distinct outcomes to reach that level, and Student's t
interval of the (linearised) contrast is given instead, with the spread of all rounds: too wide
rather than too narrow where some are disturbed. For one round there is no interval.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats as distributions

from analysis.estimate import Estimate, student

Floats = NDArray[np.float64]

SOURCE = (
    "T. C. Hesterberg, What Teachers Should Know About the Bootstrap, "
    "The American Statistician 69 (2015), 371-386"
)
ROBUST = "R. R. Wilcox, Introduction to Robust Estimation and Hypothesis Testing (2012)"
TRIMMED = 0.2
RESAMPLES = 9999
SERIES_IN_MEMORY = 512  # of which the averages of all resamples are kept
SEED = 20_250_101
FEWEST_ROUNDS_TO_RESAMPLE = 7


def mean_of(values: Floats) -> Estimate:
    """Average values of shape (rounds,)."""
    return joint(float(trimmed_mean(values)), (values,), lambda averages: averages, values)


def trimmed_mean(values: Floats) -> Floats:
    """Average along the last axis without the lowest and the highest fifth; unit of the values.

    The mean of `scipy.stats.trim_mean` without its checks, which take longer than the mean; for few
    values a row, sorting is several times as fast as the partition it makes.
    """
    n = values.shape[-1]
    cut = int(TRIMMED * n)

    return np.asarray(np.sort(values, axis=-1)[..., cut : n - cut].mean(axis=-1))


def ratio_of(upper: Floats, lower: Floats) -> Estimate:
    """Average the ratio of two paired series above 0, each of shape (rounds,), as a factor.

    It is averaged in logarithms: a half and a double cancel, and what slows both sides of a round
    alike is not seen.
    """
    found = mean_of(np.log(upper) - np.log(lower))

    return Estimate(math.exp(found.value), math.exp(found.low), math.exp(found.high), found.n)


def share_of_values(part: Floats, whole: Floats) -> Estimate:
    """Divide the averages of two paired series, each of shape (rounds,)."""
    value = float(trimmed_mean(part) / trimmed_mean(whole))

    deviations = (part - value * whole) / trimmed_mean(whole)

    return joint(value, (part, whole), np.divide, deviations)


def joint(
    value: float,
    series: tuple[Floats, ...],
    statistic: Callable[..., Floats],
    by_round: Floats,
) -> Estimate:
    """Give an interval to a number that several series have together, resampled by round.

    Args:
        value: the number itself.
        series: each of shape (rounds,), paired.
        statistic: the number from the averages of each series, element by element.
        by_round: the number in each round, or its deviation there, shape (rounds,): where rounds
            are too few to resample, their spread makes the interval.
    """
    n = len(series[0])

    if n == 1:
        return Estimate(value, -math.inf, math.inf, n)

    if n < FEWEST_ROUNDS_TO_RESAMPLE:
        reach = student(n) * float(by_round.std(ddof=1)) / math.sqrt(n)
        return Estimate(value, value - reach, value + reach, n)

    found = statistic(*(averages_of_resamples(tuple(one.tolist()), RESAMPLES) for one in series))
    beyond = (1 - expanded_level(n)) / 2
    low, high = np.quantile(found, (beyond, 1 - beyond))

    return Estimate(value, float(low), float(high), n)


@lru_cache(SERIES_IN_MEMORY)
def averages_of_resamples(values: tuple[float, ...], resamples: int) -> Floats:
    """Average each resample of a series; shape (resamples,), unit of the values."""
    averages = trimmed_mean(np.array(values)[drawn_rounds(len(values), resamples)])
    averages.flags.writeable = False

    return averages


@lru_cache
def drawn_rounds(n: int, resamples: int) -> NDArray[np.int64]:
    """Draw n of n rounds with replacement, for each resample; shape (resamples, n)."""
    return np.random.default_rng(SEED).integers(n, size=(resamples, n))


@lru_cache
def expanded_level(n: int) -> float:
    """Give the nominal level at which a percentile interval of n rounds covers LEVEL."""
    reach = math.sqrt(n / (n - 1)) * student(n)

    return 1 - 2 * float(distributions.norm.sf(reach))
