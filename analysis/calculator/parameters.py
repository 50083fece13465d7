"""Turns nothing: the measured numbers that the calculator knows, as Python and the page hold them.

Times are in seconds. A reading is a value with the ends of its interval, None where one round gave
none; all are rounded to DIGITS significant digits, so that the page is the same bytes everywhere.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

from analysis.estimate import LEVEL, Estimate
from analysis.work.sorts import UTILISATION

DIGITS = 6
NO_WORK = "none"


@dataclass(frozen=True)
class Reading:
    """A number and its 95 % interval."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Node:
    """Both ways to write a handler, at one duration of its work.

    Attributes:
        nominal_us: what the work was to last; the same node of another load has the same.
        work: what it lasted where it was measured; 0 for no work.
        upper: time per request as `def`.
        lower: time per request as `async def`.
        ratio: the first over the second, averaged over rounds.
    """

    nominal_us: int
    work: float
    upper: Reading
    lower: Reading
    ratio: Reading


@dataclass(frozen=True)
class Load:
    """The nodes with so many requests in flight, by ascending work, and what the report says."""

    in_flight: int
    nodes: tuple[Node, ...]
    said: str


@dataclass(frozen=True)
class Curve:
    """One sort of work: its loads by ascending requests in flight.

    Attributes:
        same_work: whether both ways do the same, so that a break-even has a meaning.
        valid_us: the shortest and the longest work that every load has; None for no work.
        beside: what a bystander's p99 is beside it, if that was measured.
    """

    sort: str
    title: str
    same_work: bool
    valid_us: tuple[float, float] | None
    loads: tuple[Load, ...]
    beside: Load | None
    beside_us: tuple[float, float] | None
    study: str
    data: str


@dataclass(frozen=True)
class Further:
    """What each hop after the first costs in one request; with how many it was measured."""

    price: Reading
    most: int
    found_in: str
    data: str


@dataclass(frozen=True)
class Place:
    """One placement of one machine."""

    placement: str
    words: str
    further: Further | None
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Machine:
    """One machine, under the name that tells it from others."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Parameters:
    """All that the calculator knows.

    Attributes:
        level: of the intervals.
        utilisation: the share of the time that the load beside a bystander fills.
    """

    machines: tuple[Machine, ...] = ()
    level: float = LEVEL
    utilisation: float = UTILISATION / 100

    def embedded(self) -> dict[str, Any]:
        """Give the same as plain dictionaries and lists, for JSON."""
        return asdict(self)


def reading(found: Estimate) -> Reading:
    """Round an estimate."""
    if not found.has_interval:
        return Reading(rounded(found.value), None, None)

    return Reading(rounded(found.value), rounded(found.low), rounded(found.high))


def rounded(number: float) -> float:
    """Round to DIGITS significant digits: the last bits of a float differ between systems."""
    return float(f"{number:.{DIGITS}g}")


def inward(low: float, high: float) -> tuple[float, float]:
    """Round the ends of a range to three digits so that both lie inside it, as a reader types."""
    up, down = (10 ** (math.floor(math.log10(end)) - 2) for end in (low, high))

    return rounded(math.ceil(low / up) * up), rounded(math.floor(high / down) * down)
