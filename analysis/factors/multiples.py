"""Turns products of factors into small panels: the cost of a hop, and what it is made of."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis import digits
from analysis.estimate import Estimate
from analysis.factors.levels import DEFAULT, Changed
from analysis.factors.mechanism import PARTS
from analysis.factors.numbers import Numbers, Placed
from analysis.figures import BLUE, FAINT, GREEN, MUTED, ORANGE, SKY
from analysis.placement import ONE_CPU

COLOURS = {ONE_CPU: BLUE}
OTHER = ORANGE
SHADES = {"before": SKY, "there": GREEN, "back": BLUE}
APART = 0.12  # between the dots of two placements
LEAST_US = 0.1
KEY: dict[str, Any] = {
    "loc": "lower left", "bbox_to_anchor": (0, 1.0), "ncols": 3, "frameon": False,
    "labelcolor": MUTED, "fontsize": 8.5, "handlelength": 0.8, "handleheight": 0.8,
    "handletextpad": 0.4, "columnspacing": 1.2, "borderpad": 0, "borderaxespad": 0,
}  # fmt: skip

Names = Sequence[tuple[str, Changed]]

LOOPS: Names = (
    ("asyncio", DEFAULT),
    ("uvloop", (("loop", "uvloop"),)),
    ("Trio", (("loop", "trio"),)),
)
INTERVALS: Names = tuple(
    (name, (("switch_us", us), ("busy", "python")) if us else (("busy", "python"),))
    for name, us in (("usual", 0), ("1 ms", 1000), ("0.1 ms", 100))
)
STACKED: Names = (
    ("default", DEFAULT),
    ("uvloop", (("loop", "uvloop"),)),
    ("Trio", (("loop", "trio"),)),
    ("CPUs awake", (("neighbour", "awake"),)),
    ("one named CPU", (("threads", "together"),)),
    ("two named CPUs", (("threads", "apart"),)),
    ("busy, no GIL", (("busy", "hashing"),)),
)


def pythons(found: Numbers) -> Names:
    """Name the Pythons that were measured, and the default."""
    every = {
        level.changed: level.words.removeprefix("Python ")
        for placed in found.placed
        for level in placed.levels
        if [name for name, _ in level.changed] == ["python"]
    }

    return (("own", DEFAULT), *((name, changed) for changed, name in every.items()))


def draw_costs(axes: Axes, found: Numbers, names: Names, *, log: bool = False) -> None:
    """Draw the cost of a hop at a few levels, of each placement in a colour; us."""
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: digits.fixed(value, 0)))

    for index, placed in enumerate(found.placed):
        shift = APART * (index - (len(found.placed) - 1) / 2)
        for place, cost in costs(placed, names):
            dot(axes, place + shift, cost.scaled(1e6), colour(placed))

    axes.set_xticks(range(len(names)), [name for name, _ in names])
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)

    if log:
        axes.yaxis.set_major_locator(FixedLocator(decades_around(axes.get_ylim())))
    else:
        axes.set_ylim(bottom=0)


def draw_key(axes: Axes, found: Numbers) -> None:
    """Say above a panel which colour is which placement, instead of a note."""
    shades = [Patch(color=colour(one), label=one.words) for one in found.placed]
    axes.legend(handles=shades, **KEY)


def decades_around(limits: tuple[float, float]) -> list[float]:
    """List the powers of ten on an axis; there is at least one."""
    low, high = (math.log10(max(end, LEAST_US)) for end in limits)
    powers = range(math.ceil(low), math.floor(high) + 1)

    return [10.0**power for power in powers] or [10.0 ** round(low)]


def costs(placed: Placed, names: Names) -> list[tuple[int, Estimate]]:
    """List the costs that were measured, with their place."""
    levels = ((place, placed.level(changed)) for place, (_, changed) in enumerate(names))

    return [(place, one.pair.cost) for place, one in levels if one is not None and one.pair]


def dot(axes: Axes, across: float, up: Estimate, shade: str) -> None:
    """Draw a dot with its interval, upright."""
    axes.plot(across, up.value, "o", color=shade, markersize=4.2, markeredgewidth=0)

    if up.has_interval:
        axes.plot([across, across], [max(up.low, 0), up.high], color=shade, linewidth=1.4)


def colour(placed: Placed) -> str:
    """Give the colour of a placement."""
    return COLOURS.get(placed.placement, OTHER)


def draw_parts(axes: Axes, placed: Placed) -> None:
    """Draw the parts of the hop alone at a few levels as stacked bars; us."""
    levels = [(name, placed.level(changed)) for name, changed in STACKED]
    known = [(name, one.mechanism) for name, one in levels if one and one.mechanism]

    for part, shade in SHADES.items():
        earlier = list(PARTS)[: list(PARTS).index(part)]
        starts = [math.fsum(one.parts[name].value for name in earlier) * 1e6 for _, one in known]
        widths = [one.parts[part].value * 1e6 for _, one in known]
        axes.barh(range(len(known)), widths, left=starts, height=0.6, color=shade, label=part)

    axes.set_yticks(range(len(known)), [name for name, _ in known])
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlabel(f"{digits.MICRO} per hop alone")
    axes.legend(**KEY)
