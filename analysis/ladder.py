"""Turns the rungs of study `hop` into costs, increments, shares and the closure.

The cost of a rung is its time, less that of the benchmark it is measured on top of (its `minus`).
The increment of a rung is its cost less the cost of the rung `above` which it stands.
"""

from dataclasses import dataclass, replace

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, difference, estimate, plus, share_of, total
from analysis.estimate import Estimate
from analysis.rows import Rows

STUDY = "hop"
WARM_HOP = "run-in-threadpool"

INTERACTION = "request and hop slowing each other"  # what a sum of both alone does not hold

# Which rungs of ladder `steps` are what part of a hop; what is in no part is called the rest.
PARTS = (
    (INTERACTION, ("beside-request",)),
    ("the hand-over to the worker thread and back", ("anyio-run-sync",)),
    ("waking the event loop, with two passes of it", ("self-wake",)),
    ("two passes of the event loop before the hand-over", ("one-pass", "two-passes")),
    ("cancel scope, future and context", ("scope-and-future", "context-copy")),
    ("the limiter", ("limiter",)),
)


@dataclass(frozen=True)
class Rung:
    """One step: what it adds, what all up to it costs, and what it adds to that; seconds."""

    subject: str
    title: str
    adds: str
    unit: str
    cost: Estimate | None
    increment: Estimate | None


@dataclass(frozen=True)
class Closure:
    """The endpoint's whole difference against the sum of the rungs below; seconds."""

    whole: Estimate
    explained: Estimate
    residual: Estimate
    residual_share: Estimate


@dataclass(frozen=True)
class Part:
    """A named part of the whole difference, in seconds and as a share of it."""

    name: str
    cost: Estimate
    share: Estimate


def cost_of(rows: Rows, subject: str | None, placement: str) -> Contrast | None:
    """Find the contrast that is a rung's cost; None if it or its `minus` has no value."""
    row = measured(rows, subject, placement)

    if row is None:
        return None

    if row.minus is None:
        return plus(row)

    beneath = measured(rows, row.minus, placement)

    return None if beneath is None else difference(plus(row), plus(beneath))


def measured(rows: Rows, subject: str | None, placement: str) -> Benchmark | None:
    """Find a benchmark of the study that has at least one value."""
    row = rows.find(STUDY, subject, placement)

    return row if row is not None and row.visits else None


def between(upper: Contrast | None, lower: Contrast | None) -> Contrast | None:
    """Subtract two costs, if both are there."""
    return None if upper is None or lower is None else difference(upper, lower)


def increment_of(rows: Rows, row: Benchmark) -> Contrast | None:
    """Find the contrast that a rung adds; the lowest rung of all adds its own cost."""
    cost = cost_of(rows, row.subject, row.placement)

    return cost if row.above is None else between(cost, cost_of(rows, row.above, row.placement))


def estimated(contrast: Contrast | None) -> Estimate | None:
    """Estimate a contrast, if it is there."""
    return None if contrast is None else estimate(contrast)


def ladder(rows: Rows, name: str, placement: str) -> tuple[Rung, ...]:
    """Climb one ladder from the bottom."""
    found = [row for row in rows.study(STUDY) if row.ladder == name and row.placement == placement]

    return tuple(rung(rows, row) for row in sorted(found, key=lambda row: row.rung or 0))


def rung_above(rows: Rows, subject: str, below: tuple[Rung, ...], placement: str) -> Rung | None:
    """Put a rung of another ladder on top of this one."""
    row = measured(rows, subject, placement)

    if row is None or not below:
        return None

    return rung(rows, replace(row, above=below[-1].subject, adds=None))


def rung(rows: Rows, row: Benchmark) -> Rung:
    """Estimate one rung."""
    return Rung(
        subject=row.subject,
        title=row.title,
        adds=row.adds or row.title,
        unit=row.unit,
        cost=estimated(cost_of(rows, row.subject, row.placement)),
        increment=estimated(increment_of(rows, row)),
    )


def extra(rows: Rows, subject: str, placement: str) -> Estimate | None:
    """Estimate what a hop costs there beyond a warm hop alone."""
    alone = cost_of(rows, WARM_HOP, placement)

    return estimated(between(cost_of(rows, subject, placement), alone))


def closure(
    rows: Rows, placement: str, whole: str = "fastapi-def", explained: str = "beside-request"
) -> Closure | None:
    """Compare the endpoint's difference with what the rungs below add up to."""
    top = cost_of(rows, whole, placement)
    bottom = cost_of(rows, explained, placement)

    if top is None or bottom is None:
        return None

    return closure_of(top, bottom)


def closure_of(whole: Contrast, explained: Contrast) -> Closure | None:
    """Estimate both sides and what is left; None without a common round."""
    left_over = difference(whole, explained)
    sides = estimate(whole), estimate(explained)
    residual, share = estimate(left_over), share_of(left_over, whole)

    if sides[0] is None or sides[1] is None or residual is None or share is None:
        return None

    return Closure(sides[0], sides[1], residual, share)


def parts(rows: Rows, placement: str, whole: str = "fastapi-def") -> tuple[Part, ...]:
    """Divide the endpoint's difference into PARTS and the rest; empty if a rung is missing."""
    top = cost_of(rows, whole, placement)
    found = [(name, part_of(rows, subjects, placement)) for name, subjects in PARTS]

    if top is None or not all(contrast for _, contrast in found):
        return ()

    known = [(name, contrast) for name, contrast in found if contrast is not None]
    rest = difference(top, total(*(contrast for _, contrast in known)))

    return tuple(
        Part(name, cost, share)
        for name, contrast in (*known, ("all the rest", rest))
        if (cost := estimate(contrast)) and (share := share_of(contrast, top))
    )


def part_of(rows: Rows, subjects: tuple[str, ...], placement: str) -> Contrast | None:
    """Add up the increments of some rungs; None if one of them has no value."""
    found = [measured(rows, subject, placement) for subject in subjects]
    increments = [increment_of(rows, row) for row in found if row is not None]
    known = [contrast for contrast in increments if contrast is not None]

    return total(*known) if len(known) == len(subjects) else None
