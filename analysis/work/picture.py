"""Turns contests into the break-even map: a block per sort of work, a strip per load in it."""

import math
from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.digits import NOT_MEASURED, TIMES
from analysis.figures import BLUE, INK, MUTED, ORANGE, WIDTH_INCHES, blank, heading, panel
from analysis.work.contests import ASYNC_DEF, DEF, NEITHER, Contest, winner
from analysis.work.curves import Curve
from analysis.work.durations import nominal
from analysis.work.strips import cell, ratios, tint, upright

STRIP, APART, BETWEEN_BLOCKS, HEAD, FOOT = 0.31, 0.3, 0.78, 1.12, 0.62
LEFT, RIGHT = 1.62, 8.3
NO_WORK_GAP, HALF_CELL = 0.1, 0.25  # decades
CAPTION = (
    "time per request (or p99) of def, as a multiple of async def's; "
    "the upright mark is the break-even"
)
LEGEND = (0.1, 0.3, 0.6, 0.95, 1.05, 1.7, 3.0, 10.0)


def draw(contests: Sequence[Contest]) -> Figure:
    """Draw all blocks, one below the other, on one axis of durations."""
    heights = [STRIP * (places(one.curves)[-1] + 1) for one in contests]
    drawn = blank(HEAD + FOOT + sum(heights) + BETWEEN_BLOCKS * max(len(contests) - 1, 0))
    top = drawn.get_size_inches()[1] - HEAD
    every = sorted({p.work_us for one in contests for curve in one.curves for p in curve.points})
    legend(drawn)

    for one, height in zip(contests, heights, strict=True):
        axes = panel(drawn, LEFT, top - height, RIGHT, top)
        block(axes, one, every)
        top -= height + BETWEEN_BLOCKS

    if contests:
        axes.set_xlabel("work per request")

    return drawn


def places(curves: Sequence[Curve]) -> list[float]:
    """Place the strips from above; the bystander's stands a little apart."""
    return [row + (APART if row and one.in_flight is None else 0) for row, one in enumerate(curves)]


def block(axes: Axes, contest: Contest, every: Sequence[int]) -> None:
    """Draw one sort of work."""
    rows = places(contest.curves)
    cells = edges(every)

    for row, curve in zip(rows, contest.curves, strict=True):
        for point in curve.points:
            cell(axes, row, cells[point.work_us], point)
        mark = curve.break_even
        if mark:
            upright(axes, row, mark)
        ratios(axes, row, cells, curve)
        axes.annotate(
            outcome(curve), (1, row), (10, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", color=INK, annotation_clip=False,
        )  # fmt: skip

    axes.set_xlim(
        min(left for left, _ in cells.values()), max(right for _, right in cells.values())
    )
    axes.set_ylim(rows[-1] + 0.5, -0.5)
    axes.set_yticks(rows, [curve.load for curve in contest.curves])
    middles = [sum(cells[one]) / 2 for one in every]
    axes.set_xticks(middles, [nominal(one) for one in every])
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    heading(axes, contest.sort.title.replace("`", ""))


def edges(every: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Give each duration its cell: between the middles to its neighbours, in log10 of us."""
    logs = [math.log10(one) for one in every if one]
    middles = [(a + b) / 2 for a, b in pairwise(logs)]
    bounds = [logs[0] - HALF_CELL, *middles, logs[-1] + HALF_CELL] if logs else [0.0]
    none = bounds[0] - NO_WORK_GAP
    cells = dict(zip([one for one in every if one], pairwise(bounds), strict=True))

    return {0: (none - 2 * HALF_CELL, none), **cells} if 0 in every else cells


def outcome(curve: Curve) -> str:
    """Say right of a strip what it shows."""
    if curve.sort.same_work:
        return curve.break_even.text if curve.break_even else NOT_MEASURED

    found = [winner(point) for point in curve.worked]
    kinds = [(name, found.count(name)) for name in (ASYNC_DEF, DEF, NEITHER) if name in found]

    return ", ".join(
        f"{name} wins" + ("" if len(kinds) == 1 else f" at {count} of {len(found)}")
        for name, count in kinds
    )


def legend(drawn: Figure) -> None:
    """Explain the colours above all blocks."""
    height = drawn.get_size_inches()[1]
    axes = panel(drawn, LEFT, height - 0.38, RIGHT, height - 0.14)

    for place, ratio in enumerate(LEGEND):
        colour, strength = tint(ratio)
        axes.add_patch(Rectangle((place, 0), 0.97, 1, color=colour, alpha=strength))
        axes.text(place + 0.48, 0.5, f"{TIMES} {ratio:g}", ha="center", va="center_baseline")

    axes.set_xlim(-3, len(LEGEND) + 3)
    axes.set_ylim(0, 1)
    axes.text(-0.15, 0.5, "def is better", ha="right", va="center_baseline", color=ORANGE)
    axes.text(len(LEGEND) + 0.1, 0.5, "async def is better", va="center_baseline", color=BLUE)
    axes.axis("off")
    drawn.text(LEFT / WIDTH_INCHES, 1 - 0.53 / height, CAPTION, va="center_baseline", color=MUTED)
    drawn.text(
        (RIGHT + 0.14) / WIDTH_INCHES, 1 - 0.26 / height, "def wins ...", va="center_baseline",
        color=ORANGE, weight="bold",
    )  # fmt: skip
