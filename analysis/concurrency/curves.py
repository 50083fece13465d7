"""Turns rows of the trivial pair into points: what a request takes with so many in flight."""

from dataclasses import dataclass

from analysis.concurrency.measured import (
    ASYNC_DEF,
    COLLECTION,
    DEF,
    HALF,
    LONGEST,
    TAIL,
    THREADS,
    change,
    counted,
    estimated,
    numbers_of,
    row,
)
from analysis.contrasts import difference, estimate
from analysis.estimate import Estimate
from analysis.pairs import Pair, compare
from analysis.rows import Rows

SUBJECTS = (DEF, ASYNC_DEF)
TOKENS = 40  # of AnyIO's limiter, unless it is told otherwise
LIGHT, HEAVY, CROWD = 1, 100, 4000


@dataclass(frozen=True)
class Side:
    """One handler with so many in flight: seconds, and the most threads alive.

    `request` is elapsed time over answers; `collection` is the longest pause of the garbage
    collector, None where it had none; the others are latencies, from send to answer.
    """

    subject: str
    request: Estimate
    half: Estimate | None
    tail: Estimate | None
    longest: Estimate | None
    threads: int | None
    collection: Estimate | None


@dataclass(frozen=True)
class Point:
    """The pair with so many in flight; a side, or the pair, may be missing."""

    in_flight: int
    kind: Side | None
    twin: Side | None
    pair: Pair | None

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides measured, `def` first."""
        return tuple(side for side in (self.kind, self.twin) if side is not None)


def points(rows: Rows, placement: str) -> tuple[Point, ...]:
    """Give every load at which the pair, or a half of it, was measured; ascending."""
    found = (point(rows, placement, n) for n in numbers_of(rows, "in_flight", SUBJECTS, placement))

    return tuple(one for one in found if one.sides)


def point(rows: Rows, placement: str, in_flight: int) -> Point:
    """Estimate the pair at one load."""
    kind, twin = (row(rows, subject, placement, in_flight=in_flight) for subject in SUBJECTS)

    return Point(
        in_flight,
        side(rows, DEF, placement, in_flight),
        side(rows, ASYNC_DEF, placement, in_flight),
        compare(kind, twin),
    )


def side(rows: Rows, subject: str, placement: str, in_flight: int) -> Side | None:
    """Estimate one handler at one load; None if it was not measured."""
    request = estimated(rows, subject, placement, in_flight=in_flight)
    if request is None:
        return None

    half, tail, longest, collection = (
        estimated(rows, subject, placement, metric, in_flight=in_flight)
        for metric in (HALF, TAIL, LONGEST, COLLECTION)
    )
    threads = counted(rows, subject, placement, THREADS, in_flight=in_flight)

    return Side(subject, request, half, tail, longest, threads, collection)


def step(rows: Rows, placement: str, before: int, after: int) -> Estimate | None:
    """Estimate what a `def` request takes more at one load than at another; seconds."""
    return change(
        row(rows, DEF, placement, in_flight=after), row(rows, DEF, placement, in_flight=before)
    )


def growth(less: Point | None, more: Point | None) -> Estimate | None:
    """Estimate how much more `def` costs beyond its twin at one load than at another; seconds."""
    if less is None or more is None or less.pair is None or more.pair is None:
        return None

    return estimate(difference(more.pair.contrast, less.pair.contrast))
