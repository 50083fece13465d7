"""Turns the rows of a handler and of its frozen self into what garbage collections do to it."""

from dataclasses import dataclass

from analysis.concurrency.measured import (
    COLLECTION,
    DEF,
    FROZEN,
    LONGEST,
    REQUEST,
    TAIL,
    estimated,
    numbers_of,
    row,
)
from analysis.contrasts import plus, ratio
from analysis.estimate import Estimate
from analysis.rows import Rows

MOSTLY = 0.5


@dataclass(frozen=True)
class Garbage:
    """`def` at one load, as it is and with its application left out of collections; seconds.

    The two are observed in processes of their own.

    Attributes:
        tail_ratio: the frozen one's 99th percentile to the other's; `request_ratio` likewise.
        pause: the longest collection beside the usual one; None if there was none.
        longest: the longest latency of the usual one; `frozen_longest` likewise.
    """

    in_flight: int
    tail_ratio: Estimate
    request_ratio: Estimate
    pause: Estimate | None
    longest: Estimate | None
    frozen_longest: Estimate | None

    @property
    def shows(self) -> bool:
        """Whether the longest latency is mostly a collection."""
        if self.pause is None or self.longest is None:
            return False

        return self.pause.value > MOSTLY * self.longest.value


def garbage(rows: Rows, placement: str) -> tuple[Garbage, ...]:
    """Compare the two at every load at which both were measured; ascending."""
    loads = numbers_of(rows, "in_flight", (DEF + FROZEN,), placement)

    return tuple(filter(None, (at_load(rows, placement, load) for load in loads)))


def at_load(rows: Rows, placement: str, in_flight: int) -> Garbage | None:
    """Compare them at one load; None if one is missing."""
    tail, request = (
        frozen_against(rows, placement, metric, in_flight) for metric in (TAIL, REQUEST)
    )
    if tail is None or request is None:
        return None

    pause, longest = (
        estimated(rows, DEF, placement, metric, in_flight=in_flight)
        for metric in (COLLECTION, LONGEST)
    )
    frozen_longest = estimated(rows, DEF + FROZEN, placement, LONGEST, in_flight=in_flight)

    return Garbage(in_flight, tail, request, pause, longest, frozen_longest)


def frozen_against(rows: Rows, placement: str, metric: str, in_flight: int) -> Estimate | None:
    """Divide the frozen one's metric by the other's."""
    usual, frozen = (
        row(rows, name, placement, metric, in_flight=in_flight) for name in (DEF, DEF + FROZEN)
    )

    return None if usual is None or frozen is None else ratio(plus(frozen), plus(usual))
