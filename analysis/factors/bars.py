"""Turns the section's numbers into rows of the table "is this run good enough?"."""

from analysis import digits
from analysis.checks import NOTE, Check, control_check, half_width, judged, verdict
from analysis.estimate import Estimate
from analysis.factors.numbers import Numbers, Placed

HALF_WIDTH = 0.05


def checks(found: Numbers) -> tuple[Check, ...]:
    """Judge the study by every bar, on each placement."""
    return tuple(
        check
        for placed in found.placed
        for check in (again_check(placed), width_check(placed), same_check(placed))
        if check is not None
    )


def again_check(placed: Placed) -> Check:
    """Judge the A/A control."""
    return control_check(
        f"A/A {placed.words}: the default's difference to itself",
        placed.again.more if placed.again else None,
        "the A/A control of `factors` finds the default to differ",
        equal=0.0,
        shown=lambda found: digits.time(found, sign=True),
    )


def width_check(placed: Placed) -> Check:
    """Judge how well the hop is known by default."""
    cost = placed.default.pair.cost if placed.default and placed.default.pair else None
    bar = f"hop by default {placed.words}: half-width at most {digits.share(HALF_WIDTH)} of it"
    narrow = cost is not None and cost.half_width <= HALF_WIDTH * abs(cost.value)

    return judged(bar, cost, half_width, narrow)


def same_check(placed: Placed) -> Check | None:
    """Judge whether the default is that of the other studies; None where the run has none."""
    own = placed.default.pair.cost if placed.default and placed.default.pair else None

    if placed.elsewhere is None or own is None:
        return None

    other = placed.elsewhere.difference
    bar = f"hop by default {placed.words}: as in the other studies, within the intervals"
    found = f"{digits.time(own)} and {digits.time(other)}"

    if not own.has_interval or not other.has_interval:
        return Check(bar, found, NOTE)

    return Check(bar, found, verdict(overlap(own, other)))


def overlap(one: Estimate, other: Estimate) -> bool:
    """Tell whether two intervals have a number in common."""
    return one.low <= other.high and other.low <= one.high
