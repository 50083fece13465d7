"""Turns points into panels against requests in flight: latency, and time per request."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis import digits
from analysis.concurrency.axis import COLOURS, DECADES, across, decade, within, write_names
from analysis.concurrency.curves import HEAVY, Point, Side
from analysis.estimate import Estimate
from analysis.figures import FAINT, INK

NUMBER_POINTS = 16.0  # that a number needs between two lines

Known = Sequence[tuple[int, Estimate]]


def draw_latency(axes: Axes, points: Sequence[Point], limits: tuple[float, float]) -> None:
    """Draw the latencies of both handlers against requests in flight, both axes logarithmic."""
    axes.set_yscale("log")
    axes.set_ylim(limits)
    axes.yaxis.set_major_locator(FixedLocator([at for at in DECADES if within(at, limits)]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: decade(value)))
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    across(axes, [point.in_flight for point in points])
    ends = {}

    for subject, colour in COLOURS.items():
        sides = sides_of(points, subject)
        halves = [(n, side.half) for n, side in sides if side.half is not None]
        tails = [(n, side.tail) for n, side in sides if side.tail is not None]
        shade_between(axes, halves, tails, colour)
        draw_line(axes, tails, colour, dashed=True)
        draw_line(axes, halves, colour)
        if halves:
            ends[subject] = (halves[-1][0], halves[-1][1].value)

    write_names(axes, ends)


def draw_requests(axes: Axes, points: Sequence[Point]) -> None:
    """Draw the time per request of both handlers against requests in flight; us, from nothing."""
    ends = {}
    highest = 0.0

    for subject, colour in COLOURS.items():
        found = [(n, side.request.scaled(1e6)) for n, side in sides_of(points, subject)]
        draw_line(axes, found, colour)
        highest = max([highest, *(one.value for _, one in found)])
        if found:
            ends[subject] = (found[-1][0], found[-1][1].value)

    axes.set_ylim(0, highest * 1.15)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    across(axes, [point.in_flight for point in points], named=False)
    axes.set_ylabel(digits.MICRO)
    write_names(axes, ends)
    draw_difference(axes, points)


def draw_difference(axes: Axes, points: Sequence[Point]) -> None:
    """Draw an upright line between the two handlers under load, and what it is long."""
    point = next((p for p in points if p.in_flight == HEAVY), None)
    if point is None or point.pair is None:
        return

    ends = [point.pair.twin_time.value * 1e6, point.pair.time.value * 1e6]
    axes.plot([HEAVY, HEAVY], ends, color=INK, linewidth=0.9, zorder=1)
    low, high = sorted(float(axes.transData.transform((HEAVY, end))[1]) for end in ends)
    between = high - low > NUMBER_POINTS
    place, side = (sum(ends) / 2, "center") if between else (max(ends), "bottom")
    axes.annotate(
        digits.short_time(point.pair.difference, sign=True), (HEAVY, place), (5, 0),
        textcoords="offset points", va=side, color=INK,
    )  # fmt: skip


def sides_of(points: Sequence[Point], subject: str) -> list[tuple[int, Side]]:
    """List the loads of one handler, with what it takes there."""
    return [(p.in_flight, side) for p in points for side in p.sides if side.subject == subject]


def draw_line(axes: Axes, known: Known, colour: str, *, dashed: bool = False) -> None:
    """Draw estimates joined by a line: with dots and intervals, or dashed and without."""
    loads = [n for n, _ in known]
    heights = [one.value for _, one in known]

    if dashed:
        axes.plot(loads, heights, color=colour, linewidth=1.1, dashes=(3, 1.6))
        return

    axes.plot(loads, heights, "o-", color=colour, linewidth=1.6, markersize=3.4, markeredgewidth=0)
    for n, one in known:
        if one.has_interval and one.low > 0:
            axes.plot([n, n], [one.low, one.high], color=colour, linewidth=1.2)


def shade_between(axes: Axes, halves: Known, tails: Known, colour: str) -> None:
    """Shade what lies between the two latencies, where both are known."""
    above = dict(tails)
    both = [(n, one.value, above[n].value) for n, one in halves if n in above]
    loads, low, high = ([row[index] for row in both] for index in range(3))
    axes.fill_between(loads, low, high, color=colour, alpha=0.16, linewidth=0)
