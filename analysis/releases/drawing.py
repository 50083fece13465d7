"""Turns the stacks of a placement into a panel: what each of them cost, month by month."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis import digits
from analysis.figures import BLUE, FAINT, GREEN, INK, MUTED, ORANGE
from analysis.releases.costs import HOP, MODEL, PACKAGES, PAIR, TRIVIAL, Stack
from analysis.releases.numbers import Placed

SHADES = {MODEL: ORANGE, PAIR: BLUE, HOP: GREEN, TRIVIAL: MUTED}
SAID = {
    MODEL: "two hops of def-model",
    PAIR: "def more than async def",
    HOP: "the hop alone",
    TRIVIAL: "async def request",
}
SPACE = 1.2  # above the highest dot: an interval beyond it would press all dots together
LINE_SHARE = 0.075  # of a panel's height, that a number takes
NAMED = {"anyio": "AnyIO", "starlette": "Starlette", "fastapi": "FastAPI", "pydantic": "pydantic"}


def draw_costs(axes: Axes, placed: Placed, *, named: bool) -> None:
    """Draw every cost of every stack; us. Only one panel of two names the packages."""
    highest = max(one.value.value for stack in placed.stacks for one in stack.costs.values())

    for what, shade in SHADES.items():
        draw_line(axes, placed, what, shade)

    labels = [label(one, named=named) for one in placed.stacks]
    axes.set_xticks(range(len(labels)), labels, fontsize=8)
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.set_ylim(0, highest * 1e6 * SPACE)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_ylabel(digits.MICRO)
    draw_numbers(axes, placed, 0, "right", -7)
    draw_numbers(axes, placed, len(labels) - 1, "left", 7)


def draw_line(axes: Axes, placed: Placed, what: str, shade: str) -> None:
    """Draw one cost: dots with intervals, joined."""
    found = {
        place: one.costs[what].value.scaled(1e6)
        for place, one in enumerate(placed.stacks)
        if what in one.costs
    }
    axes.plot(
        list(found), [one.value for one in found.values()],
        "o-", color=shade, markersize=4.2, markeredgewidth=0, linewidth=1, label=SAID[what],
    )  # fmt: skip

    for place, one in found.items():
        if one.has_interval:
            axes.plot([place, place], [one.low, one.high], color=shade, linewidth=1.6)


def draw_numbers(axes: Axes, placed: Placed, place: int, side: str, shift: int) -> None:
    """Write the costs of one stack beside their dots, moved apart where they would overlap."""
    costs = placed.stacks[place].costs
    shown = sorted((one.value.scaled(1e6) for one in costs.values()), key=lambda one: one.value)
    apart = axes.get_ylim()[1] * LINE_SHARE
    heights = spread([one.value for one in shown], apart)

    for height, one in zip(heights, shown, strict=True):
        axes.annotate(
            digits.fixed(one.value, digits.decimals_for(one)), (place, height), (shift, 0),
            textcoords="offset points", ha=side, va="center", color=INK, fontsize=8.5,
        )  # fmt: skip


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move ascending heights up until neighbours are so far apart."""
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + apart) if found else height)

    return found


def label(stack: Stack, *, named: bool) -> str:
    """Name a stack by its month and, below, its packages."""
    packages = [
        f"{NAMED[one]} {stack.versions[one]}" for one in PACKAGES if named and one in stack.versions
    ]

    return "\n".join([stack.name, *packages])
