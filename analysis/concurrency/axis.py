"""Turns requests in flight into an axis, and the ends of lines into names beside them."""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from analysis import digits
from analysis.concurrency.curves import TOKENS
from analysis.concurrency.measured import ASYNC_DEF, DEF
from analysis.figures import BLUE, MUTED, ORANGE

COLOURS = {DEF: ORANGE, ASYNC_DEF: BLUE}
TICKS = (TOKENS, 1, 4000, 400, 4, 1000, 100, 16)  # the ones to keep first where room is scarce
TICK_POINTS = 25.0
DECADES = {10.0**power: power for power in range(-7, 4)}
UNITS = ((0, "s"), (-3, "ms"), (-6, digits.MICRO), (-9, "ns"))
ROOM = 1.25  # on a logarithmic axis, beyond the first and the last dot
LINE_POINTS = 12.0  # between two lines of text


def across(axes: Axes, loads: Sequence[int], *, named: bool = True) -> None:
    """Lay out requests in flight along a logarithmic axis, and mark the limiter's tokens."""
    ends = (min(loads) / ROOM, max(loads) * ROOM)
    axes.set_xscale("log")
    axes.set_xlim(ends)
    axes.xaxis.set_minor_locator(NullLocator())
    shown = ticks(axes, ends)
    axes.set_xticks(shown, [str(tick) for tick in shown])
    axes.set_xlabel("requests in flight")

    if within(TOKENS, ends):
        axes.axvline(TOKENS, color=MUTED, linewidth=0.9, dashes=(1, 1.5), zorder=0)
        axes.annotate(
            f"{TOKENS} tokens" if named else "", (TOKENS, 0), (5, 7), color=MUTED, fontsize=8.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip


def ticks(axes: Axes, ends: tuple[float, float]) -> list[int]:
    """Choose the loads to write below an axis, so that no two of them touch."""
    chosen: dict[int, float] = {}

    for tick in TICKS:
        place = float(axes.transData.transform((tick, 1))[0])  # 72 dots per inch: in points
        if within(tick, ends) and all(abs(place - at) >= TICK_POINTS for at in chosen.values()):
            chosen[tick] = place

    return sorted(chosen)


def decade(value: float) -> str:
    """Write a power of ten of a second: `100 us`."""
    power = DECADES[value]
    least, unit = next(one for one in UNITS if power >= one[0])

    return f"{10 ** (power - least)} {unit}"


def within(number: float, ends: tuple[float, float]) -> bool:
    """Tell whether a number lies between the ends of an axis."""
    return ends[0] <= number <= ends[1]


def write_names(axes: Axes, ends: dict[str, tuple[int, float]]) -> None:
    """Write each handler's name beside the end of its line, apart even where they meet."""
    places = {s: float(axes.transData.transform(end)[1]) for s, end in ends.items()}
    ordered = sorted(places, key=lambda subject: places[subject])
    shift = dict.fromkeys(ordered, 0.0)

    for lower, upper in pairwise(ordered):
        missing = LINE_POINTS - (places[upper] - places[lower])
        if missing > 0:
            shift[lower], shift[upper] = -missing / 2, missing / 2

    for subject, end in ends.items():
        axes.annotate(
            subject, end, (7, shift[subject]), textcoords="offset points", va="center",
            color=COLOURS[subject], fontweight="bold", annotation_clip=False,
        )  # fmt: skip
