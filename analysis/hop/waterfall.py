"""Turns a ladder into a waterfall: one bar per rung, from the end of the rung below it."""

from matplotlib.axes import Axes

from analysis import digits
from analysis.estimate import Estimate
from analysis.figures import BLUE, FAINT, GREEN, INK, MUTED, ORANGE
from analysis.hop.numbers import BELOW, Placed
from analysis.ladder import Rung

ENDPOINTS = ("endpoint-awaits", "fastapi-def", "fastapi-def-model")
SHORTEST_AXIS_US = 0.01


def draw_waterfall(axes: Axes, one: Placed, subjects: tuple[str, ...]) -> None:
    """Draw one bar per rung, from the end of the rung below it to its own."""
    reach = max(SHORTEST_AXIS_US, *(end_of(rung) for rung in one.steps))
    axes.set_xlim(0, reach * 1.42)
    axes.set_ylim(len(subjects) - 0.4, -0.6)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= reach * 1.05])
    axes.spines["bottom"].set_bounds(0, reach * 1.05)

    for rung in one.steps:
        place = subjects.index(rung.subject)
        if rung.cost is None or rung.increment is None:
            axes.annotate(digits.NOT_MEASURED, (0, place), va="center", color=MUTED)
        else:
            draw_rung(axes, place, rung.cost, rung.increment, shade(rung.subject))

    write_total(axes, -0.85, "in all")
    draw_closure(axes, one, subjects)


def write_total(axes: Axes, place: float, text: str) -> None:
    """Write at the right edge what everything up to a rung costs."""
    axes.annotate(
        text, (1, place), xycoords=("axes fraction", "data"), color=MUTED,
        ha="right", va="center", annotation_clip=False,
    )  # fmt: skip


def end_of(rung: Rung) -> float:
    """Find where a bar ends, its interval included; us."""
    if rung.cost is None or rung.increment is None:
        return 0.0

    wide = rung.increment.half_width if rung.increment.has_interval else 0.0

    return max(rung.cost.value + wide, rung.cost.value - rung.increment.value) * 1e6


def shade(subject: str) -> str:
    """Tell the rungs that have an endpoint from those that have none."""
    if subject in ENDPOINTS:
        return ORANGE

    return GREEN if subject == BELOW else BLUE


def draw_rung(axes: Axes, place: int, cost: Estimate, increment: Estimate, colour: str) -> None:
    """Draw one bar, its interval, its increment, and at the right edge the sum so far."""
    end, added = cost.scaled(1e6).value, increment.scaled(1e6)
    start = end - added.value
    axes.barh(place, added.value, left=start, height=0.56, color=colour)

    if added.has_interval:
        axes.plot([start + added.low, start + added.high], [place, place], color=INK, linewidth=1.2)

    reach = max(start, end, start + (added.high if added.has_interval else 0))
    axes.annotate(
        digits.short_time(increment, sign=True), (reach, place), (6, 0),
        textcoords="offset points", va="center", color=INK,
    )  # fmt: skip
    write_total(axes, place, digits.short_time(cost))


def draw_closure(axes: Axes, one: Placed, subjects: tuple[str, ...]) -> None:
    """Draw a line from where the rungs below end down to the endpoint's whole difference."""
    if one.closure is None:
        return

    rows = [subjects.index(BELOW), subjects.index(ENDPOINTS[1])]
    explained = one.closure.explained.value * 1e6
    axes.plot([explained] * 2, rows, color=MUTED, linewidth=0.8, zorder=0)
    axes.axhspan(rows[0] + 0.5, len(subjects) - 0.4, color=FAINT, alpha=0.35, zorder=-1)
