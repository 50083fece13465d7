"""Turns a curve of ratios over durations of work into the duration from which on `def` wins.

The ratio is that of `def` to `async-def`: of their times per request, or of a bystander's p99.
It is averaged over rounds first, and so is the duration of the work, which was measured in the same
visits; both in logarithms. `def` wins where the ratio is below 1. Between two measured durations
the curve is a straight line of log(ratio) over log(duration), and the break-even is where it
crosses 1 downwards for the last time: whatever happens before, from there on `def` wins up to the
longest duration.

For the interval the rounds are resampled, all durations together, and the curve and its crossing
are computed anew each time. A resample in which `def` wins everywhere counts as the shortest
duration measured, one in which it does not win at the longest as the longest; so an interval that
ends there is open on that side: the break-even is known to lie beyond, or not known to lie within.
It is open above also where the ratio at the longest duration is not told from 1: the win must last.
No work at all has no place on a logarithmic axis, and takes no part.
"""

import math

import numpy as np

from analysis.estimate import Estimate
from analysis.stats import Floats, joint, ratio_of, trimmed_mean
from analysis.work.crossing import BreakEven

FEWEST_DURATIONS = 2


def break_even(work: Floats, upper: Floats, lower: Floats) -> BreakEven | None:
    """Find from where on `upper` is the smaller; None for less than 2 durations or no round.

    Args:
        work: shape (durations, rounds), seconds, ascending; all above 0.
        upper: shape (durations, rounds), of `def`.
        lower: the same, of `async-def`; paired by round.
    """
    count, rounds = work.shape

    if count < FEWEST_DURATIONS or not rounds:
        return None

    works, ratios = np.log(work), np.log(upper) - np.log(lower)
    durations = trimmed_mean(works)
    ends = (float(durations[0]), float(durations[-1]))

    def statistic(*averages: Floats) -> Floats:
        means = np.array(averages)
        return crossing(means[:count], means[count:], ends)

    average = trimmed_mean(ratios)
    value = float(crossing(durations[:, np.newaxis], average[:, np.newaxis], ends)[0])
    found = joint(value, (*works, *ratios), statistic, crossing(works, ratios, ends))
    shortest, longest = map(math.exp, ends)
    high = math.exp(found.high)

    if ratio_of(upper[-1], lower[-1]).includes(1.0):
        high = max(high, longest)

    at = Estimate(math.exp(value), math.exp(found.low), high, found.n)

    return BreakEven(at, shortest, longest, int(np.sum(np.diff(average >= 0))))


def crossing(work: Floats, ratios: Floats, ends: tuple[float, float]) -> Floats:
    """Find the last downward crossing of 0 in each column; all in logarithms.

    Args:
        work: shape (durations, columns), log of seconds.
        ratios: the same shape, log of the ratio.
        ends: what stands for "before all of them" and for "not within them".
    """
    not_yet = ratios >= 0
    last = len(ratios) - 1 - np.argmax(not_yet[::-1], axis=0)
    columns = np.arange(ratios.shape[1])
    left = np.minimum(last, len(ratios) - 2)
    before, after = ratios[left, columns], ratios[left + 1, columns]
    share = before / np.where(before == after, 1.0, before - after)
    found = work[left, columns] + share * (work[left + 1, columns] - work[left, columns])
    found = np.where(not_yet[-1], ends[1], np.clip(found, *ends))

    return np.where(not_yet.any(axis=0), found, ends[0])
