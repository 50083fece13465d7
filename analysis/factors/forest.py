"""Turns effects into a forest plot: one row a level, a dot and its interval, sorted."""

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis import digits
from analysis.estimate import Estimate
from analysis.factors.effects import Level
from analysis.factors.levels import AGAIN, words
from analysis.factors.numbers import Numbers, Placed
from analysis.figures import BLUE, FAINT, INK, MUTED, ORANGE

LINEAR_US = 1.0
"""Up to here the axis is linear, beyond it logarithmic: effects differ by a factor of thousands."""

ROOM = 1.6


def draw_forest(axes: Axes, found: Numbers, placed: Placed, limits: tuple[float, float]) -> None:
    """Draw the effects of all levels on one placement; us."""
    axes.set_xscale("symlog", linthresh=LINEAR_US, linscale=0.6)
    axes.set_xlim(limits)
    axes.set_ylim(len(found.changes) - 0.4, -0.6)
    ticks = [tick for tick in decades() if limits[0] <= tick <= limits[1]]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: digits.fixed(value, 0)))
    axes.grid(visible=True, axis="x", color=FAINT, linewidth=0.6)
    axes.axvline(0, color=MUTED, linewidth=1.0)
    axes.set_xlabel(f"{digits.MICRO} per hop, more than by default")

    for place, changed in enumerate(found.changes):
        level = placed.level(changed)
        if level is not None and level.more is not None:
            draw_level(axes, place, level, level.more)


def draw_level(axes: Axes, place: int, level: Level, more: Estimate) -> None:
    """Draw one effect, and write it at the right edge."""
    shown = more.scaled(1e6)
    colour = shade(level)

    if more.has_interval:
        axes.plot([shown.low, shown.high], [place, place], color=colour, linewidth=1.6)

    axes.plot(shown.value, place, "o", color=colour, markersize=4.2, markeredgewidth=0)
    axes.annotate(
        digits.short_time(more, sign=True), (1, place), (6, 0),
        xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
        color=INK if level.pair and level.pair.differs else MUTED, annotation_clip=False,
        fontsize=8.5,
    )  # fmt: skip


def shade(level: Level) -> str:
    """Tell what costs more from what costs less, and both from what cannot be told from nothing."""
    if level.more is None or level.pair is None or not level.pair.differs:
        return MUTED

    return ORANGE if level.more.value > 0 else BLUE


def names(found: Numbers) -> list[str]:
    """Name the rows."""
    return [words(changed) for changed in found.changes]


def bold(found: Numbers) -> list[int]:
    """Give the row of the A/A control, which is no factor."""
    return [place for place, changed in enumerate(found.changes) if changed == AGAIN]


def decades() -> list[float]:
    """List nothing and the powers of ten, both ways; us."""
    powers = [10.0**power for power in range(7)]

    return [*(-power for power in reversed(powers)), 0.0, *powers]


def limits_of(found: Numbers) -> tuple[float, float]:
    """Give one axis that holds every effect and its interval; us."""
    every = [one.more for place in found.placed for one in place.compared if one.more]
    ends = [one.low if one.has_interval else one.value for one in every]
    tops = [one.high if one.has_interval else one.value for one in every]
    low, high = min([0.0, *ends]) * 1e6, max([0.0, *tops]) * 1e6

    return min(low * ROOM, -2 * LINEAR_US), max(high * ROOM, 2 * LINEAR_US)
