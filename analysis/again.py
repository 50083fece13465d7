"""Turns one headline of two runs into whether it came back, and how likely chance keeps it away.

A headline has come back if the second run's lies within the first's interval, or within TOLERANCE
of it; of a share, within as many points of the whole, but not more than LARGEST_PART of the share:
a share of two points would else come back as one of none.
"""

import math
from dataclasses import dataclass

from scipy import stats as distributions

from analysis import digits
from analysis.estimate import Estimate, student

TOLERANCE = 0.03
LARGEST_PART = 0.25
TIME, RATIO, SHARE = "time", "ratio", "share"
WRITE = {TIME: digits.time, RATIO: digits.times, SHARE: digits.percent}


@dataclass(frozen=True)
class Again:
    """One headline of two runs; `sort` is time, ratio or share."""

    what: str
    sort: str
    first: Estimate
    second: Estimate

    @property
    def apart(self) -> float:
        """How far apart, as a share of the first; of a share, in points of the whole."""
        if self.sort == SHARE:
            return self.second.value - self.first.value

        return self.second.value / self.first.value - 1

    @property
    def tolerance(self) -> float:
        """How far apart the two may be, as `apart` counts it."""
        if self.sort == SHARE:
            return min(TOLERANCE, LARGEST_PART * abs(self.first.value))

        return TOLERANCE

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which numbers the second run's has come back; unit as of the first."""
        allowed = self.tolerance * (1 if self.sort == SHARE else abs(self.first.value))

        return (
            min(self.first.low, self.first.value - allowed),
            max(self.first.high, self.first.value + allowed),
        )

    @property
    def is_within(self) -> bool:
        """Whether it has come back."""
        low, high = self.bounds

        return low <= self.second.value <= high

    @property
    def chance_to_miss(self) -> float:
        """How likely this is to be missed by two runs of one truth, from 0 to 1.

        The noise inside each run is taken as normal, and as wide as its interval tells; nothing is
        taken to lie between the runs. A headline whose two intervals are alike, and much wider than
        the tolerance, is missed so once in six times if both runs have many rounds. It is 0 if the
        first has no interval, which holds everything then; else 1 if the second has none.
        """
        first, second = self.first, self.second
        if not (first.has_interval and second.has_interval):
            return float(first.has_interval)

        spread = math.hypot(*(one.half_width / student(one.n) for one in (first, second)))
        if not spread:
            return 0.0

        low, high = self.bounds
        noise = distributions.norm(first.value, spread)

        return float(noise.cdf(low) + noise.sf(high))

    @property
    def outcome(self) -> str:
        """Say in a few words whether it has come back."""
        if self.is_within:
            return "came back"

        return "DID NOT" + (
            "; its interval holds the first" if self.second.includes(self.first.value) else ""
        )

    @property
    def shown(self) -> tuple[str, str, str]:
        """Both numbers, and how far they are apart."""
        points = " points" if self.sort == SHARE else ""
        write = WRITE[self.sort]

        return write(self.first), write(self.second), f"{digits.signed_share(self.apart)}{points}"
