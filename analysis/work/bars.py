"""Turns the contests into rows of the table "is this run good enough?"."""

from collections.abc import Sequence

from analysis import digits
from analysis.checks import FAIL, NOTE, UNKNOWN, Check, control_check, verdict
from analysis.estimate import Estimate
from analysis.work.contests import Contest
from analysis.work.curves import REQUEST, Curve
from analysis.work.durations import nominal
from analysis.work.sorts import MANY

BREAK_EVEN_FACTOR = 1.5
RATIO_HALF_WIDTH = 0.05


def checks(contests: Sequence[Contest], control: Estimate | None) -> tuple[Check, ...]:
    """Judge the study by every bar."""
    every = [curve for one in contests for curve in one.curves]

    return (
        control_check(
            "A/A ratio", control, "the A/A control of `work` finds two equal handlers to differ"
        ),
        ratio_check(every),
        break_even_check(every),
    )


def ratio_check(every: Sequence[Curve]) -> Check:
    """Judge how well the least known ratio of throughput is known."""
    share = digits.share(RATIO_HALF_WIDTH)
    bar = f"throughput ratios at {MANY} in flight: half-width at most {share}"
    found = [
        (point.ratio.half_width / point.ratio.value, curve, point)
        for curve in every
        if curve.metric == REQUEST and curve.in_flight == MANY
        for point in curve.points
    ]

    if not found:
        return Check(bar, "", UNKNOWN)

    widest, curve, point = max(found, key=lambda one: one[0])
    where = f"{curve.sort.name}, {curve.load}, {nominal(point.work_us)}"

    if not point.ratio.has_interval:
        return Check(bar, "no interval: a single round", FAIL)

    met = sum(width <= RATIO_HALF_WIDTH for width, *_ in found)
    text = f"{met} of {len(found)}; the widest is {digits.share(widest)} ({where})"

    return Check(bar, text, verdict(widest <= RATIO_HALF_WIDTH))


def break_even_check(every: Sequence[Curve]) -> Check:
    """Judge how well the least known of the break-evens that were crossed is known."""
    bar = f"break-even durations: interval within a factor of {BREAK_EVEN_FACTOR:g}"
    measured = [curve for curve in every if curve.break_even]
    crossed = [
        (found.factor, curve)
        for curve in measured
        if (found := curve.break_even) is not None and found.lasts
    ]

    if not measured:
        return Check(bar, "", UNKNOWN)

    if not crossed:
        return Check(bar, "no curve crosses one", NOTE)

    widest, curve = max(crossed, key=lambda one: one[0])
    open_ones = sum(
        found.crosses and not found.lasts
        for curve in measured
        if (found := curve.break_even) is not None
    )
    met = sum(factor <= BREAK_EVEN_FACTOR for factor, _ in crossed)
    where = f"{curve.sort.name}, {curve.load}: {curve.break_even.text}" if curve.break_even else ""
    text = f"{met} of {len(crossed)} that cross; the widest is {where}"
    text += f"; {open_ones} not settled" if open_ones else ""

    return Check(bar, text, verdict(widest <= BREAK_EVEN_FACTOR))
