"""Turns one curve into a strip: its cells, the ratios in them, the break-even and its interval.

The colours are transparent, so that they are a tint of the page's own background, light or dark.
"""

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.digits import fixed
from analysis.figures import BLUE, INK, MUTED, ORANGE
from analysis.work.crossing import BreakEven
from analysis.work.curves import Curve, Point

STRONGEST_RATIO = 10.0
FAINTEST, STRONGEST = 0.06, 0.6
MARGIN = 0.03  # of the ratio: nearer to 1 than this is a tie for the eye
CROWDED = 0.15  # decades between a number and a mark


def cell(axes: Axes, row: float, sides: tuple[float, float], point: Point) -> None:
    """Tint one duration by who wins, and by how much."""
    colour, strength = tint(point.ratio.value)
    left, right = sides
    axes.add_patch(
        Rectangle(
            (left + 0.006, row - 0.46), right - left - 0.012, 0.92, color=colour, alpha=strength
        )
    )


def tint(ratio: float) -> tuple[str, float]:
    """Choose colour and opacity: orange where `def` wins, blue where `async def` does."""
    strength = min(abs(math.log(ratio)) / math.log(STRONGEST_RATIO), 1.0)

    if abs(ratio - 1) < MARGIN:
        return MUTED, FAINTEST

    return (ORANGE if ratio < 1 else BLUE), FAINTEST + (STRONGEST - FAINTEST) * strength


def ratios(axes: Axes, row: float, cells: dict[int, tuple[float, float]], curve: Curve) -> None:
    """Write each ratio into its cell, beside the mark where that stands in the way."""
    found = curve.break_even
    mark = math.log10(found.at.value * 1e6) if found and found.crosses else math.inf

    for point in curve.points:
        left, right = cells[point.work_us]
        middle = (left + right) / 2
        near = bool(point.work_us) and abs(mark - middle) < CROWDED
        aside = math.copysign(CROWDED - abs(mark - middle), middle - mark) if near else 0.0
        axes.text(
            middle + aside, row, short(point.ratio.value), ha="center", va="center_baseline",
            color=INK, fontsize=8.5,
        )  # fmt: skip


def short(ratio: float) -> str:
    """Write a ratio with two digits, or three near 1: `2.4`, `0.31`, `1.02`."""
    return fixed(ratio, 2 if ratio < 1.095 else 1 if ratio < 9.95 else 0)


def upright(axes: Axes, row: float, found: BreakEven) -> None:
    """Mark a break-even and its interval; an end that is open runs into an arrow."""
    if not found.at.has_interval and not found.crosses:
        return

    low, at, high = (
        math.log10(min(max(end, found.shortest), found.longest) * 1e6)
        for end in (found.at.low, found.at.value, found.at.high)
    )
    foot = row + 0.4

    if found.crosses:
        width = 0.9 if found.low_is_open or found.high_is_open else 2.2
        axes.plot([at, at], [row - 0.46, row + 0.46], color=INK, linewidth=width)

    if found.at.has_interval and low < high:
        axes.plot([low, high], [foot, foot], color=INK, linewidth=2.2)
        arrows = ((low, "<", found.low_is_open), (high, ">", found.high_is_open))
        for end, shape, is_open in arrows:
            if is_open:
                axes.plot(end, foot, shape, color=INK, markersize=5, clip_on=False)
