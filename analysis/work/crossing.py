"""Turns where a curve crosses 1, and how sure that is, into words: from where on `def` wins."""

import math
from dataclasses import dataclass

from analysis.estimate import Estimate
from analysis.work.durations import between, rough, shown

WIDE = 2.0  # how far an interval reaches either way before it is written roughly


@dataclass(frozen=True)
class BreakEven:
    """From where on `def` wins, in seconds; `shortest` and `longest` are what was measured."""

    at: Estimate
    shortest: float
    longest: float
    crossings: int

    @property
    def always(self) -> bool:
        """Whether `def` wins from the shortest duration measured on."""
        return self.at.value <= self.shortest

    @property
    def never(self) -> bool:
        """Whether `def` does not win at the longest duration measured."""
        return self.at.value >= self.longest

    @property
    def crosses(self) -> bool:
        """Whether it lies between the durations measured."""
        return not self.always and not self.never

    @property
    def lasts(self) -> bool:
        """Whether it lies between the durations measured, and `def` wins for certain behind it."""
        return self.crosses and not (self.at.has_interval and self.high_is_open)

    @property
    def low_is_open(self) -> bool:
        """Whether it may lie below the shortest duration measured, for all this run knows."""
        return self.at.low <= self.shortest

    @property
    def high_is_open(self) -> bool:
        """Whether it may lie above the longest duration measured, for all this run knows."""
        return self.at.high >= self.longest

    @property
    def unsettled(self) -> bool:
        """Whether the interval is all that was measured, so that nothing is known."""
        return self.low_is_open and self.high_is_open

    @property
    def factor(self) -> float:
        """How far the interval reaches from the number, either way; infinite if it is open."""
        if self.low_is_open or self.high_is_open:
            return math.inf

        return max(self.at.value / self.at.low, self.at.high / self.at.value)

    @property
    def text(self) -> str:
        """Say from where on: `from 210 us (190 to 240)`, `not up to 30 ms`."""
        if self.at.has_interval and self.unsettled:
            return f"not settled between {rough(self.shortest)} and {rough(self.longest)}"

        if self.always:
            return f"from less than {rough(self.shortest)}{self._at_the_latest}"

        if self.never:
            earliest = self._earliest
            return f"not up to {rough(self.longest)}" + (
                f", or at the earliest from {earliest} on" if earliest else ""
            )

        if self.at.has_interval and self.high_is_open:
            earliest = self._earliest
            return f"not for certain up to {rough(self.longest)}" + (
                f", and at the earliest from {earliest} on" if earliest else ""
            )

        if self.factor > WIDE:  # digits that an interval of decades allows would be none
            return f"from {rough(self.at.value)}{self._interval}"

        return f"from {shown(self.at)}{self._interval}"

    @property
    def clause(self) -> str:
        """Say it as a clause that is whole in itself."""
        if self.at.has_interval and self.unsettled:
            return f"from where on `def` wins is {self.text}"

        return f"`def` wins {self.text}".replace("wins not", "does not win")

    @property
    def _at_the_latest(self) -> str:
        closed = self.at.has_interval and rough(self.at.high) != rough(self.shortest)

        return f" (from {rough(self.at.high)} at the latest)" if closed else ""

    @property
    def _earliest(self) -> str:
        closed = self.at.has_interval and rough(self.at.low) != rough(self.longest)

        return rough(self.at.low) if closed else ""

    @property
    def _interval(self) -> str:
        if not self.at.has_interval:
            return ""

        if self.low_is_open:
            return f" (less than {rough(self.shortest)} to {rough(self.at.high)})"

        if self.factor > WIDE:
            return f" ({rough(self.at.low)} to {rough(self.at.high)})"

        return f" ({between(self.at)})"
