"""Turns what two sets of rows share into changes, each with an interval as one of so many.

By chance, now and then a number that did not change leaves its own interval, the more often the
more are looked at. So the intervals are those of one of as many comparisons as there are
(Bonferroni): inside one run, a table names something that did not change as rarely as a single
interval would.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scipy import stats as distributions

from analysis.benchmark import Benchmark
from analysis.comparison.things import Identity, Thing, things
from analysis.contrasts import common_rounds, difference, estimate, per_round
from analysis.estimate import LEVEL, Estimate
from analysis.placement import FREE, ONE_CPU
from analysis.stats import TRIMMED, Floats, trimmed_mean

SOURCE = (
    "K. K. Yuen, The two-sample trimmed t for unequal population variances, "
    "Biometrika 61 (1974), 165-170"
)
BOUND = (
    "M. R. Mickey and M. B. Brown, Bounds on the distribution functions of the Behrens-Fisher "
    "statistic, Annals of Mathematical Statistics 37 (1966), 639-642"
)
"""Why the degrees of freedom are those of the shorter run: the statistic's own lie between these
and those of both. Welch's estimate of them is too high in tails as far out as many comparisons
need, where runs differ in length or noise (a test simulates it); where they do not, this costs
width."""

TOLERANCES = {ONE_CPU: 0.1, FREE: 0.35}
"""As a share: a little more than numbers of the committed runs lie apart, which measured the same
thing in other hours (a test compares them); most where another CPU has to be woken."""


@dataclass(frozen=True)
class Change:
    """One number before and after, with intervals of their own; `more` is after less before.

    Attributes:
        tolerance: as a share of `before`; less than that is no change.
    """

    thing: Thing
    before: Estimate
    after: Estimate
    more: Estimate
    tolerance: float = 0.0

    @property
    def share(self) -> float:
        """The change as a share of what was before."""
        return self.more.value / abs(self.before.value) if self.before.value else 0.0

    @property
    def is_seen(self) -> bool:
        """Whether it is none of chance, and large enough to be none of the machine."""
        more = self.more

        return more.has_interval and not more.includes(0.0) and abs(self.share) > self.tolerance

    @property
    def verdict(self) -> str:
        """Say it in a word or two."""
        if not self.more.has_interval:
            return "one round tells no change"

        if not self.is_seen:
            return "no change seen"

        return "dearer" if self.more.value > 0 else "cheaper"


Compare = Callable[[Thing, Thing, int], Estimate | None]


def paired(rows: Sequence[Benchmark], others: Sequence[Benchmark]) -> tuple[Change, ...]:
    """Compare rows of one run with others of the same run, inside each round."""

    def inside(before: Thing, after: Thing, comparisons: int) -> Estimate | None:
        found = estimate(difference(after.contrast, before.contrast))

        return found and found.among(comparisons)

    return changes(things(rows), things(others), inside)


def since(earlier: Sequence[Benchmark], rows: Sequence[Benchmark]) -> tuple[Change, ...]:
    """Compare rows with those of an earlier run, which shares no round with them.

    The interval is of the noise in both runs, and runs of the same thing have been seen to differ
    by more than that: so a change must exceed the tolerance of its placement as well.
    """
    return changes(things(earlier), things(rows), between, TOLERANCES)


def between(before: Thing, after: Thing, comparisons: int) -> Estimate | None:
    """Subtract the averages of two runs; see SOURCE."""
    series = rounds_of(before), rounds_of(after)

    return apart(*series, comparisons) if all(one.size for one in series) else None


def changes(
    before: Mapping[Identity, Thing],
    after: Mapping[Identity, Thing],
    compare: Compare,
    tolerances: Mapping[str, float] | None = None,
) -> tuple[Change, ...]:
    """Compare all that both have, the largest known change first."""
    shared = [name for name in before if name in after]
    found = [
        change(
            before[name],
            after[name],
            compare(before[name], after[name], len(shared)),
            (tolerances or {}).get(before[name].placement, 0.0),
        )
        for name in shared
    ]
    known = [one for one in found if one is not None]

    return tuple(sorted(known, key=lambda one: (not one.is_seen, -abs(one.share))))


def change(before: Thing, after: Thing, more: Estimate | None, tolerance: float) -> Change | None:
    """Put a change together; None if there is no round to take it from."""
    own, other = estimate(before.contrast), estimate(after.contrast)

    return Change(before, own, other, more, tolerance) if own and other and more else None


def rounds_of(thing: Thing) -> Floats:
    """Give a thing in each of its rounds; shape (rounds,), seconds."""
    return per_round(thing.contrast, common_rounds(row for _, row in thing.contrast))


def apart(before: Floats, after: Floats, comparisons: int) -> Estimate:
    """Subtract two averages of independent series, each of shape (rounds,), as one of so many.

    See SOURCE and BOUND.
    """
    value = float(trimmed_mean(after) - trimmed_mean(before))
    n = min(before.size, after.size)

    if n < 2:
        return Estimate(value, -math.inf, math.inf, n)

    test = distributions.ttest_ind(after, before, equal_var=False, trim=TRIMMED)
    welch = test.confidence_interval(LEVEL)
    error = (welch.high - welch.low) / 2 / distributions.t.ppf((1 + LEVEL) / 2, test.df)
    kept = n - 2 * int(TRIMMED * n)
    reach = float(error * distributions.t.isf((1 - LEVEL) / 2 / comparisons, kept - 1))

    return Estimate(value, value - reach, value + reach, n)
