"""Turns the `handlers` rows into an answer: what each handler kind costs.

How to read the figure, above: each dot is a pair of a handler kind and its twin, placed by how many
hops it makes more (across) and how much longer it takes (up), with the 95 % interval.
If a hop costs the same wherever it is, the dots lie on the line; its slope is the cost of a hop.
Below: the same pairs, one row each, by their difference divided by their hops. The upright line is
the slope above, its shade the slope's interval; the grey number at the right edge counts the hops.
Dots too far to the right are written as numbers with an arrow.
Orange marks the outliers, by the rule stated in `analysis.regression`.
"""

from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import digits
from analysis.catalogue import STUDY, Catalogue, catalogue
from analysis.estimate import Estimate
from analysis.figures import BLUE, FAINT, MUTED, ORANGE, blank, heading, panel
from analysis.labels import place_labels
from analysis.pairs import Pair
from analysis.regression import Regression
from analysis.rows import Rows

__all__ = ["CAPTION", "STUDY", "TITLE", "alt", "figure", "numbers"]

TITLE = "What does each handler kind cost?"
CAPTION = (
    "Above, pairs of a handler kind and its twin, by their hops and by what the kind costs "
    "more; below, each pair's difference per hop, beside the slope of the line."
)
TRIVIAL = "def"
ROW_INCHES = 0.175
SHORTEST_AXIS_US = 0.01
FAR = 2.0
REGRESSION_INCHES = 4.8
HEADING_INCHES = 0.45


def numbers(rows: Rows) -> Catalogue | None:
    """Compute the section; None if no pair was measured."""
    return catalogue(rows)


def alt(found: Catalogue) -> str:
    """Describe the figure in words."""
    line = found.regression

    if line is None:
        return f"Differences of {len(found.pairs)} pairs against hops, without a line."

    return (
        f"Above: differences of {line.n_pairs} pairs against hops, on a line of slope "
        f"{digits.time(line.slope)} per hop. Below: each pair's difference per hop."
    )


def figure(found: Catalogue) -> Figure:
    """Draw the differences against hops, and below, in two columns, every pair per hop."""
    pairs = tuple(pair for pair in found.pairs if pair.hops > 0)
    columns = columns_of(pairs, found.families)
    below = ROW_INCHES * max((sum(map(height_of, column)) for column in columns), default=0.0)
    drawn = blank(REGRESSION_INCHES + HEADING_INCHES + below + 0.75)
    top = drawn.get_size_inches()[1]
    draw_regression(panel(drawn, 0.8, top - REGRESSION_INCHES + 0.7, 11.8, top - 0.6), pairs, found)

    reach = furthest(pairs)

    for index, column in enumerate(columns):
        left = 1.95 + index * 6.05
        rows = ROW_INCHES * sum(map(height_of, column))
        start = below + 0.6
        axes = panel(drawn, left, start - rows, left + 3.55, start)
        axes.set_xlim(min(0.0, *(cost_of(pair) for pair in pairs)) * 1.05, reach)
        draw_per_hop(axes, column, found.regression)
        if index == 0:
            heading(axes, "The same, divided by the hops", slope_in_words(found.regression))

    return drawn


Family = tuple[str, tuple[Pair, ...]]


def columns_of(pairs: tuple[Pair, ...], families: tuple[str, ...]) -> tuple[list[Family], ...]:
    """Divide the families into two columns of about one height, in catalogue order."""
    found = [(f, tuple(pair for pair in pairs if pair.kind.family == f)) for f in families]
    every = [family for family in found if family[1]]
    whole = sum(map(height_of, every))
    cuts = range(len(every) + 1)
    cut = min(cuts, key=lambda at: abs(whole - 2 * sum(map(height_of, every[:at]))))

    return tuple(column for column in (every[:cut], every[cut:]) if column)


def height_of(family: Family) -> float:
    """Count the rows a family takes: its heading, its pairs, a gap."""
    return len(family[1]) + 1.6


def cost_of(pair: Pair) -> float:
    """Give a pair's difference per hop; us."""
    return pair.difference.value / pair.hops * 1e6


def furthest(pairs: tuple[Pair, ...]) -> float:
    """End the axis where the bulk ends: a few far dots would press all others together; us."""
    costs = [cost_of(pair) for pair in pairs]
    bulk = [cost for cost in costs if cost <= FAR * median(costs)]

    return max(SHORTEST_AXIS_US, *bulk) * 1.15


def colour(pair: Pair, line: Regression | None) -> str:
    """Mark the outliers."""
    return ORANGE if line is not None and pair.name in line.outliers else BLUE


def draw_regression(axes: Axes, pairs: tuple[Pair, ...], found: Catalogue) -> None:
    """Draw the pairs' differences against their hops, and the line."""
    line = found.regression
    most = max((pair.hops for pair in pairs), default=1)

    for pair in pairs:
        draw_estimate(axes, pair.hops, pair.difference.scaled(1e6), colour(pair, line))

    if line is not None:
        ends = [0.0, most + 0.5]
        heights = [(line.intercept.value + line.slope.value * end) * 1e6 for end in ends]
        axes.plot(ends, heights, color=MUTED, linewidth=1, zorder=0)

    axes.set_xlim(0, most + 0.6)
    axes.set_xticks(range(most + 1))
    axes.set_ylim(bottom=min(0.0, *(pair.difference.value * 1e6 for pair in pairs)))
    heading(axes, "More than the twin, by hops", line_in_words(line))
    axes.set_xlabel("hops per request")
    axes.set_ylabel(f"{digits.MICRO} per request more than the twin")
    axes.spines["left"].set_visible(True)
    named = {pair.name: (pair.hops, pair.difference.value * 1e6) for pair in pairs}
    wanted = [TRIVIAL, *(line.outliers if line else ())]
    chosen = {name: named[name] for name in wanted if name in named}
    place_labels(axes, chosen, list(named.values()))


def draw_estimate(axes: Axes, across: float, up: Estimate, shade: str) -> None:
    """Draw a dot with its interval, upright."""
    if up.has_interval:
        axes.plot([across, across], [up.low, up.high], color=shade, linewidth=1.2)

    axes.plot(across, up.value, "o", color=shade, markersize=3.6, markeredgewidth=0)


def line_in_words(line: Regression | None) -> str:
    """Say what the line says."""
    if line is None:
        return ""

    fit = digits.fixed(line.r_squared, 3)

    return (
        f"{digits.time(line.slope)} per hop over {line.n_pairs} pairs, "
        f"R\N{SUPERSCRIPT TWO} {fit}; outliers are orange"
    )


def slope_in_words(line: Regression | None) -> str:
    """Say what the upright line below is."""
    return "" if line is None else f"the upright line: {digits.short_time(line.slope)}, as above"


def draw_per_hop(axes: Axes, families: list[Family], line: Regression | None) -> None:
    """Draw every pair's difference per hop in a row of its own, family by family."""
    place = 0.0
    ticks: list[tuple[float, str]] = []

    if line is not None:
        draw_slope(axes, line.slope.scaled(1e6))

    for family, pairs in families:
        write_at(axes, 0.0, place, family, "right", -8)
        for pair in pairs:
            place += 1
            draw_row(axes, place, pair, colour(pair, line))
            write_at(axes, 1.0, place, str(pair.hops), "left", 4)
            ticks.append((place, pair.name))
        place += 1.6

    write_at(axes, 1.0, 0.0, "hops", "left", 4)
    axes.set_yticks([at for at, _ in ticks], [name for _, name in ticks], fontsize=8)
    axes.set_ylim(place - 0.9, -0.7)
    axes.set_xlabel(f"{digits.MICRO} per hop")


def draw_slope(axes: Axes, slope: Estimate) -> None:
    """Draw the slope as an upright line in the shade of its interval; us."""
    axes.axvline(slope.value, color=MUTED, linewidth=1, zorder=0)

    if slope.has_interval:
        axes.axvspan(slope.low, slope.high, color=FAINT, zorder=-1)


def write_at(axes: Axes, across: float, place: float, text: str, side: str, offset: int) -> None:
    """Write a heading or a count beside a row."""
    axes.annotate(
        text, (across, place), (offset, 0), xycoords=("axes fraction", "data"), color=MUTED,
        textcoords="offset points", ha=side, va="center", fontsize=8, annotation_clip=False,
    )  # fmt: skip


def draw_row(axes: Axes, place: float, pair: Pair, shade: str) -> None:
    """Draw a dot with its interval, lying; a dot beyond the axis is a number with an arrow."""
    cost, end = pair.difference.scaled(1e6 / pair.hops), axes.get_xlim()[1]

    if cost.value > end:
        text = f"{digits.short_time(pair.per_hop)} \N{RIGHTWARDS ARROW}"
        axes.annotate(text, (end, place), color=shade, ha="right", va="center", fontsize=8)
        return

    if cost.has_interval:
        axes.plot([cost.low, cost.high], [place, place], color=shade, linewidth=1.2)

    axes.plot(cost.value, place, "o", color=shade, markersize=3.6, markeredgewidth=0)
