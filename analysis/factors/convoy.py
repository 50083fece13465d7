"""Turns hops beside a thread busy with Python into the switch intervals that they last for."""

from dataclasses import dataclass

from analysis import digits
from analysis.contrasts import estimate, plus
from analysis.estimate import Estimate
from analysis.factors.levels import Changed, duration
from analysis.factors.lookup import STUDY, find
from analysis.factors.mechanism import HOP
from analysis.rows import Rows

BUSY = ("busy", "python")
SWITCH = "switch_us"
WAITS = ("there", "back")
LASTING = 0.5  # of an interval: from here on, a wait is one for the GIL


@dataclass(frozen=True)
class Convoy:
    """The two waits of a hop alone, each in switch intervals, of so many microseconds."""

    interval_us: float
    waits: tuple[Estimate, ...]

    @property
    def interval(self) -> str:
        """The interval for people."""
        return duration(self.interval_us, digits.MICRO)

    @property
    def shows(self) -> bool:
        """Whether each wait lasts for a good part of an interval."""
        return all(one.value > LASTING for one in self.waits)


def convoys(rows: Rows, placement: str) -> tuple[Convoy, ...]:
    """List those of one placement, the longest interval first."""
    beside = {
        row.factors
        for row in rows.study(STUDY)
        if row.placement == placement and BUSY in row.factors
    }
    found = (convoy(rows, placement, changed) for changed in beside)

    return tuple(sorted(filter(None, found), key=lambda one: one.interval_us, reverse=True))


def convoy(rows: Rows, placement: str, changed: Changed) -> Convoy | None:
    """Divide the waits by the interval; None if a wait or the interval is not known."""
    parts = [find(rows, HOP, placement, name, changed) for name in WAITS]
    us = parts[0].facts.get(SWITCH) if parts[0] else None
    waits = [estimate(plus(row)) for row in parts if row is not None]
    known = tuple(one for one in waits if one is not None)

    if us is None or isinstance(us, str) or len(known) < len(WAITS):
        return None

    return Convoy(us, tuple(one.scaled(1e6 / us) for one in known))
