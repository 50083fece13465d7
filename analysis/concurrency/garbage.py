"""Turns the rows of a handler and of its frozen self into what garbage collections do to it."""

from dataclasses import dataclass

from analysis.concurrency.measured import (
    COLLECTION,
    DEF,
    FROZEN,
    REQUEST,
    TAIL,
    estimated,
    numbers_of,
    row,
)
from analysis.rows import Rows
from analysis.stats import Estimate, plus, ratio


@dataclass(frozen=True)
class Garbage:
    """`def` at one load, as it is and with its application left out of collections; seconds.

    The ratios are those of the frozen one to the other; `pause` is the longest collection beside
    the latter, None if there was none. Everything is collected before each turn of the frozen one.
    """

    in_flight: int
    tail_ratio: Estimate
    request_ratio: Estimate
    pause: Estimate | None


def garbage(rows: Rows, placement: str) -> tuple[Garbage, ...]:
    """Compare the two at every load at which both were measured; ascending."""
    loads = numbers_of(rows, "in_flight", (DEF + FROZEN,), placement)

    return tuple(filter(None, (at_load(rows, placement, load) for load in loads)))


def at_load(rows: Rows, placement: str, in_flight: int) -> Garbage | None:
    """Compare them at one load; None if one is missing."""
    tail, request = (
        frozen_against(rows, placement, metric, in_flight) for metric in (TAIL, REQUEST)
    )
    pause = estimated(rows, DEF, placement, COLLECTION, in_flight=in_flight)

    return None if tail is None or request is None else Garbage(in_flight, tail, request, pause)


def frozen_against(rows: Rows, placement: str, metric: str, in_flight: int) -> Estimate | None:
    """Divide the frozen one's metric by the other's."""
    usual, frozen = (
        row(rows, name, placement, metric, in_flight=in_flight) for name in (DEF, DEF + FROZEN)
    )

    return None if usual is None or frozen is None else ratio(plus(frozen), plus(usual))
