"""Turns nothing: a number with its 95 % interval, as wide as Student's t asks for."""

import math
from dataclasses import dataclass
from functools import lru_cache

from scipy import stats as distributions

LEVEL = 0.95


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


@lru_cache
def student(n: int) -> float:
    """Give the two-sided quantile of Student's t at LEVEL for n rounds."""
    return float(distributions.t.ppf((1 + LEVEL) / 2, n - 1))
