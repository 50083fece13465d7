"""Turns the `work` rows into what the bystander sees, and what the GIL's switch interval does."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.visit import Fact
from analysis.work.curves import durations
from analysis.work.lookup import average, level, number
from analysis.work.sorts import AWAITING, SORTS, STUDY, UTILISATION

SWITCHED_WORK_US = (1000, 10000)


@dataclass(frozen=True)
class Bystander:
    """What a trivial request sees beside one sort of work; seconds, an interval for the p99."""

    subject: str
    handler: str
    work_us: int
    p50: Estimate | None
    p99: Estimate | None
    most: Estimate | None


@dataclass(frozen=True)
class Clock:
    """How the arrivals kept to their clock: percent of the time offered, and seconds of delay."""

    least_percent: float
    most_percent: float
    latest: float | None


@dataclass(frozen=True)
class Switching:
    """`def` with pure Python under one switch interval of the GIL; seconds."""

    switch_us: int
    request: Estimate | None
    bystanders: tuple[Bystander, ...]


def bystander(
    rows: Rows, way: tuple[str, str], work_us: int, load: Mapping[str, Fact]
) -> Bystander:
    """Estimate the bystander beside one way to write one sort of work."""
    subject, handler = way
    factors: dict[str, Fact] = {**load, "work_us": work_us}
    p99 = number(rows, subject, "bystander-p99", **factors)
    p50, most = (level(rows, subject, f"bystander-{part}", **factors) for part in ("p50", "max"))

    return Bystander(subject, handler, work_us, p50, p99, most)


def bystanders(rows: Rows) -> tuple[Bystander, ...]:
    """List what the bystander sees of every sort, way and duration measured."""
    ways = [(s.name, h) for s in SORTS if s is not AWAITING for h in ("def", "async-def")]
    found = [
        bystander(rows, way, work_us, {"handler": way[1], "utilisation": UTILISATION})
        for way in [*ways, AWAITING.lower]
        for work_us in durations(rows)
    ]

    return tuple(one for one in found if one.p99)


def clock(rows: Rows) -> Clock | None:
    """Find what was offered, from the least to the most, and the bystander's p99 without load."""
    offered = averages(rows, "utilisation")
    late = averages(rows, "late")

    return Clock(min(offered), max(offered), max(late, default=None)) if offered else None


def averages(rows: Rows, metric: str) -> list[float]:
    """Average every row of one metric over its rounds."""
    found = (average(row) for row in rows.study(STUDY) if row.metric == metric)

    return [one.value for one in found if one]


def switching(rows: Rows) -> tuple[Switching, ...]:
    """List what each switch interval does, the longest first."""
    intervals = {dict(row.factors).get("switch_us") for row in rows.study(STUDY)}
    found = (
        switched(rows, one)
        for one in sorted((one for one in intervals if isinstance(one, int)), reverse=True)
    )

    return tuple(one for one in found if one.request or one.bystanders)


def switched(rows: Rows, switch_us: int) -> Switching:
    """Estimate one switch interval."""
    beside = (
        bystander(rows, ("switching", "def"), work_us, {"switch_us": switch_us})
        for work_us in SWITCHED_WORK_US
    )
    request = number(rows, "switching", "request", switch_us=switch_us)

    return Switching(switch_us, request, tuple(one for one in beside if one.p99))
