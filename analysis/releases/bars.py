"""Turns the section's numbers into rows of the table "is this run good enough?"."""

from analysis import digits
from analysis.checks import Check, control_check, half_width, judged
from analysis.releases.costs import HOP
from analysis.releases.numbers import Numbers, Placed

HALF_WIDTH = 0.05


def checks(found: Numbers) -> tuple[Check, ...]:
    """Judge the study by every bar, on each placement."""
    return tuple(
        check
        for placed in found.placed
        for check in (
            *(again_check(placed, what, words) for what, words in found.columns),
            width_check(placed),
        )
    )


def again_check(placed: Placed, what: str, words: str) -> Check:
    """Judge one A/A control."""
    again = placed.again.get(what)

    return control_check(
        f"A/A {placed.words}: the locked packages' difference to themselves, {words}",
        again.more if again else None,
        "an A/A control of `releases` finds the locked packages to differ",
        equal=0.0,
        shown=lambda found: digits.time(found, sign=True),
    )


def width_check(placed: Placed) -> Check:
    """Judge how well the least known hop alone is known."""
    costs = [one.costs[HOP].value for one in placed.stacks if HOP in one.costs]
    widest = max(costs, key=lambda one: one.half_width / one.value, default=None)
    bar = f"the hop alone {placed.words}, each stack: half-width at most {digits.share(HALF_WIDTH)}"
    narrow = widest is not None and widest.half_width <= HALF_WIDTH * widest.value

    return judged(bar, widest, half_width, narrow)
