"""Turns one part of a request into what it costs behind the server, in process, and more there."""

from dataclasses import dataclass

from analysis import digits
from analysis.contrasts import Contrast, difference, estimate
from analysis.estimate import Estimate


@dataclass(frozen=True)
class Part:
    """One part of a request, behind the server and in process, and what it takes more there."""

    served: Estimate
    in_process: Estimate
    extra: Estimate

    @property
    def differs(self) -> bool:
        """Whether the two can be told apart."""
        return not self.extra.includes(0.0)

    @property
    def words(self) -> str:
        """Say how much more or less it costs behind the server."""
        extra, word = self.extra, "more"

        if extra.value < 0:
            extra, word = Estimate(-extra.value, -extra.high, -extra.low, extra.n), "less"

        here = digits.short_time(self.in_process)

        return f"costs {digits.time(extra)} {word} behind the server than the {here} in process"


def part(served: Contrast, inside: Contrast) -> Part | None:
    """Compare one part on both sides; None without a common round."""
    there, here, extra = estimate(served), estimate(inside), estimate(difference(served, inside))

    return Part(there, here, extra) if there and here and extra else None
