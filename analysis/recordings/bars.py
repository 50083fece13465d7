"""Turns the calls that hops add into stacked bars: one per pair, per hop, by package."""

from collections.abc import Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import INK, MUTED, panel
from analysis.recordings.calls import Added
from analysis.recordings.colours import COLOURS, LEGEND_INCHES, legend
from analysis.recordings.packages import PACKAGES

ROW_INCHES = 0.2
LEFT, RIGHT = 1.95, 10.9
FOOT_INCHES = 0.6
FAR = 1.7
CUT = "\N{RIGHTWARDS ARROW}"


def height_of(added: Sequence[Added]) -> float:
    """Add up what the bars need; inches."""
    return LEGEND_INCHES + FOOT_INCHES + ROW_INCHES * len(added)


def draw_bars(figure: Figure, added: Sequence[Added]) -> None:
    """Draw the bars, fewest calls first."""
    rows = sorted(added, key=lambda one: (one.per_hop, one.name))
    axes = panel(figure, LEFT, FOOT_INCHES, RIGHT, height_of(added) - LEGEND_INCHES)
    reach = furthest(rows)
    axes.set_xlim(0, reach)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [one.name for one in rows])
    axes.set_xlabel("calls that a hop adds")
    axes.annotate("hops", (1, 1), (60, 5), xycoords="axes fraction", color=MUTED, ha="right",
                  textcoords="offset points", size=8.5)  # fmt: skip
    for place, one in enumerate(rows):
        draw_bar(axes, place, one, reach)
        write_numbers(axes, place, one, reach)

    legend(figure, {name for name in PACKAGES for one in rows if one.more(name) > 0}, LEFT)


def furthest(rows: Sequence[Added]) -> float:
    """End the axis where the bulk ends: one far bar would press all others together."""
    usual = median(one.per_hop for one in rows)

    return max(one.per_hop for one in rows if one.per_hop <= FAR * usual) * 1.04


def draw_bar(axes: Axes, place: int, one: Added, reach: float) -> None:
    """Draw the packages that add calls, up to the axis' end."""
    left = 0.0
    for package in PACKAGES:
        right = min(left + max(one.more(package), 0) / one.hops, reach)
        if right > left:
            axes.barh(place, right - left, left=left, height=0.68, color=COLOURS[package])

        left = right


def write_numbers(axes: Axes, place: int, one: Added, reach: float) -> None:
    """Write the sum at the bar's end, and the hops at the edge."""
    cut = one.per_hop > reach
    axes.annotate(
        f"{one.per_hop:.0f} {CUT}" if cut else f"{one.per_hop:.0f}",
        (min(one.per_hop, reach), place), (7, 0), textcoords="offset points",
        ha="left", va="center", color=INK, size=8, annotation_clip=False,
    )  # fmt: skip
    axes.annotate(
        f"{one.hops}", (1, place), (60, 0), xycoords=("axes fraction", "data"), size=8.5,
        textcoords="offset points", ha="right", va="center", color=MUTED, annotation_clip=False,
    )  # fmt: skip
