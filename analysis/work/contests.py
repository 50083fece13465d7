"""Turns the curves of one sort of work into what can be said of it: who wins, and from where on."""

from dataclasses import dataclass

from analysis.digits import NOT_MEASURED
from analysis.placement import FREE
from analysis.rows import Rows
from analysis.work.curves import BYSTANDER, REQUEST, Curve, Point, curves
from analysis.work.durations import span
from analysis.work.sorts import MANY, Sort

DEF, ASYNC_DEF, NEITHER = "def", "async def", "neither"


@dataclass(frozen=True)
class Contest:
    """`def` against `async def` over one sort of work, under every load measured."""

    sort: Sort
    curves: tuple[Curve, ...]

    def curve(self, metric: str, in_flight: int | None, placement: str = FREE) -> Curve | None:
        """Find the curve of one load."""
        wanted = (metric, in_flight, placement)

        return next(
            (one for one in self.curves if (one.metric, one.in_flight, one.placement) == wanted),
            None,
        )

    @property
    def throughput(self) -> Curve | None:
        """The curve that headlines use: many in flight, on all CPUs."""
        return self.curve(REQUEST, MANY)

    @property
    def bystander(self) -> Curve | None:
        """The curve of the bystander's p99."""
        return self.curve(BYSTANDER, None)


def contest(rows: Rows, sort: Sort) -> Contest | None:
    """Make the contest of one sort; None if not both ways were measured anywhere."""
    found = curves(rows, sort)

    return Contest(sort, found) if found else None


def winner(point: Point) -> str:
    """Say who wins at one duration; neither, if the interval of the ratio holds 1."""
    if point.ratio.high < 1:
        return DEF

    return ASYNC_DEF if point.ratio.low > 1 else NEITHER


def result(curve: Curve) -> str:
    """Say in a clause who wins: the break-even, or each winner where the work is not the same."""
    if curve.sort.same_work:
        found = curve.break_even
        return NOT_MEASURED if found is None else found.clause

    return "; ".join(
        f"{words(name)} at {span([point.work_us for point in points])}"
        for name, points in runs(curve)
    )


def runs(curve: Curve) -> list[tuple[str, list[Point]]]:
    """Group neighbouring durations that have the same winner; no work takes no part."""
    found: list[tuple[str, list[Point]]] = []

    for point in curve.worked:
        name = winner(point)
        if found and found[-1][0] == name:
            found[-1][1].append(point)
        else:
            found.append((name, [point]))

    return found


def words(name: str) -> str:
    """Say a winner in words."""
    return "neither wins" if name == NEITHER else f"`{name}` wins"
