"""Turns the `work` rows into curves: the ratio of `def` to `async-def` over durations of work."""

from dataclasses import dataclass

import numpy as np

from analysis.benchmark import Benchmark
from analysis.contrasts import common_rounds, per_round, plus, ratio
from analysis.estimate import Estimate
from analysis.placement import FREE, ONE_CPU
from analysis.rows import Rows
from analysis.stats import trimmed_mean
from analysis.visit import Fact
from analysis.work.break_even import break_even
from analysis.work.crossing import BreakEven
from analysis.work.sorts import IN_FLIGHT, MANY, STUDY, TOKENS, UTILISATION, Sort

REQUEST, BYSTANDER = "request", "bystander-p99"


@dataclass(frozen=True)
class Point:
    """Both ways at one duration; seconds, averaged, and the ratio of `def` to `async-def`."""

    work_us: int
    upper: float
    lower: float
    ratio: Estimate


@dataclass(frozen=True)
class Curve:
    """One sort of work under one load; `in_flight` is None where requests come on a clock."""

    sort: Sort
    metric: str
    placement: str
    in_flight: int | None
    points: tuple[Point, ...]
    break_even: BreakEven | None

    def at(self, work_us: int) -> Point | None:
        """Find the point of one duration."""
        return next((point for point in self.points if point.work_us == work_us), None)

    @property
    def worked(self) -> tuple[Point, ...]:
        """The points with any work."""
        return tuple(point for point in self.points if point.work_us)

    @property
    def model_ratio(self) -> float | None:
        """The ratio of long waits by arithmetic: how many wait at once in either."""
        return None if self.in_flight is None else self.in_flight / min(self.in_flight, TOKENS)

    @property
    def load(self) -> str:
        """Name the load in words."""
        if self.in_flight is None:
            return "bystander's p99"

        return f"{self.in_flight} in flight" + (", one CPU" if self.placement == ONE_CPU else "")


def curves(rows: Rows, sort: Sort) -> tuple[Curve, ...]:
    """Make every curve of a sort that has a point: throughput first, the bystander's last."""
    loads: list[tuple[str, str, int | None]] = [
        *((REQUEST, FREE, in_flight) for in_flight in IN_FLIGHT),
        (REQUEST, ONE_CPU, MANY),
        (BYSTANDER, FREE, None),
    ]
    found = (curve(rows, sort, *load) for load in loads)

    return tuple(one for one in found if one.points)


def curve(rows: Rows, sort: Sort, metric: str, placement: str, in_flight: int | None) -> Curve:
    """Make one curve, of the durations at which both ways were measured in a common round."""
    points = []
    placed = []

    for work_us in durations(rows):
        upper, lower = (
            side(rows, way, metric, placement, in_flight, work_us)
            for way in (sort.upper, sort.lower)
        )
        point = None if upper is None or lower is None else point_of(work_us, upper, lower)
        if upper is None or lower is None or point is None:
            continue
        points.append(point)
        works = [
            side(rows, way, "work", placement, in_flight, work_us)
            for way in (sort.upper, sort.lower)
        ]
        if work_us and all(works):
            placed.append((upper, lower, *filter(None, works)))

    crossing = crossing_of(placed) if sort.same_work else None

    return Curve(sort, metric, placement, in_flight, tuple(points), crossing)


def side(
    rows: Rows,
    way: tuple[str, str],
    metric: str,
    placement: str,
    in_flight: int | None,
    work_us: int,
) -> Benchmark | None:
    """Find one metric of one way to write it, under one load, at one duration."""
    subject, handler = way
    load: dict[str, Fact] = (
        {"utilisation": UTILISATION} if in_flight is None else {"in_flight": in_flight}
    )

    return rows.find(
        STUDY, subject, placement, None, metric, handler=handler, work_us=work_us, **load
    )


def durations(rows: Rows) -> tuple[int, ...]:
    """List the nominal durations of the run, ascending; us."""
    found = {dict(row.factors).get("work_us") for row in rows.study(STUDY)}

    return tuple(sorted(one for one in found if isinstance(one, int)))


def point_of(work_us: int, upper: Benchmark, lower: Benchmark) -> Point | None:
    """Estimate a point; None without a common round."""
    rounds = common_rounds((upper, lower))
    found = ratio(plus(upper), plus(lower))

    if found is None:
        return None

    own, other = (float(trimmed_mean(per_round(plus(row), rounds))) for row in (upper, lower))

    return Point(work_us, own, other, found)


def crossing_of(placed: list[tuple[Benchmark, ...]]) -> BreakEven | None:
    """Find the break-even, over the rounds that all of its benchmarks have."""
    rounds = common_rounds(row for members in placed for row in members)

    if not placed or not rounds:
        return None

    upper, lower, *works = (
        np.array([per_round(plus(members[place]), rounds) for members in placed])
        for place in range(4)
    )

    return break_even((works[0] + works[1]) / 2, upper, lower)
