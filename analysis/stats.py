"""Turns rows into estimates with intervals: the round is the unit, and rounds are resampled.

Every number of the report is a contrast: a weighted sum of benchmarks, such as `def` minus
`async-def`. It is computed inside each round first, from the rounds in which all its members have a
value, so that drift of the machine cancels; then it is averaged over rounds.

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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats as distributions

from analysis.rows import Benchmark

Floats = NDArray[np.float64]
Contrast = tuple[tuple[float, Benchmark], ...]

SOURCE = (
    "T. C. Hesterberg, What Teachers Should Know About the Bootstrap, "
    "The American Statistician 69 (2015), 371-386"
)
ROBUST = "R. R. Wilcox, Introduction to Robust Estimation and Hypothesis Testing (2012)"
LEVEL = 0.95
TRIMMED = 0.2
RESAMPLES = 9999
SERIES_IN_MEMORY = 512  # of which the averages of all resamples are kept
SEED = 20_250_101
FEWEST_ROUNDS_TO_RESAMPLE = 7


@dataclass(frozen=True)
class Estimate:
    """A number, its 95 % interval, and how many rounds it rests on; unit as its source."""

    value: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half of the interval's length; infinite if there is no interval."""
        return (self.high - self.low) / 2

    @property
    def has_interval(self) -> bool:
        """Whether there were rounds enough to say how sure the number is."""
        return math.isfinite(self.half_width)

    def includes(self, number: float) -> bool:
        """Tell whether the number lies inside the interval."""
        return self.low <= number <= self.high

    def among(self, comparisons: int) -> "Estimate":
        """Widen the interval to that of one of so many comparisons (Bonferroni).

        Each side grows as Student's t does: by chance, one of all such intervals misses its number
        as rarely as a single one does now.
        """
        if not self.has_interval or self.n < 2:
            return self

        beyond = (1 - LEVEL) / 2
        reach = distributions.t.isf(beyond / comparisons, self.n - 1)
        wider = float(reach) / student(self.n)
        low = self.value - (self.value - self.low) * wider
        high = self.value + (self.high - self.value) * wider

        return Estimate(self.value, low, high, self.n)

    def scaled(self, factor: float) -> "Estimate":
        """Multiply by an exact positive factor, such as one over a count of hops."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.n)


def plus(row: Benchmark) -> Contrast:
    """Take a benchmark itself as a contrast."""
    return ((1.0, row),)


def total(*contrasts: Contrast) -> Contrast:
    """Add contrasts; members that cancel are gone, so their rounds are not asked for."""
    weights: dict[str, float] = {}
    members = [member for contrast in contrasts for member in contrast]

    for weight, row in members:
        weights[row.name] = weights.get(row.name, 0.0) + weight

    rows = {row.name: row for _, row in members}

    return tuple((weight, rows[name]) for name, weight in weights.items() if weight)


def difference(upper: Contrast, lower: Contrast) -> Contrast:
    """Subtract one contrast from another."""
    return total(upper, tuple((-weight, row) for weight, row in lower))


def common_rounds(rows: Iterable[Benchmark]) -> tuple[int, ...]:
    """List the rounds in which every one of the benchmarks has a value, ascending."""
    found = [set(row.by_round) for row in rows]

    return tuple(sorted(set.intersection(*found))) if found else ()


def per_round(contrast: Contrast, rounds: Iterable[int]) -> Floats:
    """Evaluate a contrast in each of the rounds; shape (rounds,), unit of the benchmarks."""
    chosen = tuple(rounds)
    parts = [
        weight * np.array([row.by_round[number] for number in chosen]) for weight, row in contrast
    ]

    return np.sum(parts, axis=0) if parts else np.zeros(len(chosen))


def estimate(contrast: Contrast) -> Estimate | None:
    """Average a contrast over its common rounds; None if it has no common round."""
    rounds = common_rounds(row for _, row in contrast)

    return mean_of(per_round(contrast, rounds)) if rounds else None


def ratio(upper: Contrast, lower: Contrast) -> Estimate | None:
    """Divide two contrasts inside each round, and average; None without a common round.

    Both must be above 0 in every round: times, not differences. See `share_of` for those.
    """
    rounds = common_rounds(row for _, row in (*upper, *lower))

    return ratio_of(per_round(upper, rounds), per_round(lower, rounds)) if rounds else None


def share_of(part: Contrast, whole: Contrast) -> Estimate | None:
    """Divide the averages of two contrasts, paired by round; None without a common round.

    The ratio of the averages: so shares of one whole add up as their parts do, and a part may be
    below 0.
    """
    rounds = common_rounds(row for _, row in (*part, *whole))

    return share_of_values(per_round(part, rounds), per_round(whole, rounds)) if rounds else None


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


@lru_cache
def student(n: int) -> float:
    """Give the two-sided quantile of Student's t at LEVEL for n rounds."""
    return float(distributions.t.ppf((1 + LEVEL) / 2, n - 1))
