"""Turns the `releases` rows into an answer: what a hop cost with the packages of other years.

How to read the figure: each column is what `pip install fastapi` gave when that month ended, its
packages named below, and the last is what all other studies of the report are measured with. All
of them ran under one Python and in the same rounds. Dots are microseconds, lines 95 % intervals:
of the hop alone, which is AnyIO's (green); of what a `def` endpoint takes more than the same
`async def` endpoint (blue); of the two hops of a `def` endpoint with a return annotation (orange);
and of the trivial `async def` request, which has no hop (grey). Thin lines only join the dots.
"""

from matplotlib.figure import Figure

from analysis import digits
from analysis.figures import MUTED, blank, heading, panel
from analysis.releases.bars import checks
from analysis.releases.costs import HOP, PAIR, STUDY, TRIVIAL
from analysis.releases.drawing import draw_costs
from analysis.releases.numbers import Numbers, Placed, numbers

__all__ = ["CAPTION", "STUDY", "TITLE", "Numbers", "alt", "checks", "figure", "headline", "numbers"]

TITLE = "Has the hop become cheaper?"
CAPTION = (
    "What the hop alone, one and two hops of an endpoint, and a request without any took with the "
    "packages of each half-year, all under one Python, which is named in the section."
)
TOLD = {
    HOP: "for the hop alone",
    PAIR: "for what `def` costs more than `async def`",
    TRIVIAL: "for an `async def` request",
}
LEFT, RIGHT = 0.8, 11.85
ROW_INCHES, TOP_INCHES, BOTTOM_INCHES, GAP_INCHES = 2.3, 0.7, 0.95, 0.95


def headline(found: Numbers) -> str:
    """Say in one sentence what has become of the hop; nothing if there is nothing to compare."""
    placed = found.main
    oldest = placed.oldest
    ratios = [
        (words, oldest.costs[what].ratio) for what, words in TOLD.items() if what in oldest.costs
    ]
    clauses = [f"{words} {digits.times(ratio)}" for words, ratio in ratios if ratio is not None]

    if not clauses:
        return ""

    versions = f"AnyIO {oldest.versions.get('anyio')} and FastAPI {oldest.versions.get('fastapi')}"

    where = digits.sentence(placed.words)

    return (
        f"{where}, {versions} ({oldest.name}) take, of the time that those of this page take, "
        f"{', '.join(clauses)}."
    )


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    return f"Costs by the packages of each half-year. {' '.join(map(described, found.placed))}"


def described(placed: Placed) -> str:
    """Describe one panel."""
    hops = [
        f"{one.name} {digits.short_time(one.costs[HOP].value)}"
        for one in placed.stacks
        if HOP in one.costs
    ]

    return f"The hop alone {placed.words}: {', '.join(hops)}."


def figure(found: Numbers) -> Figure:
    """Draw one panel per placement, one above the other."""
    count = len(found.placed)
    height = TOP_INCHES + BOTTOM_INCHES + ROW_INCHES * count + GAP_INCHES * (count - 1)
    drawn = blank(height)

    for place, placed in enumerate(found.placed):
        top = height - TOP_INCHES - (ROW_INCHES + GAP_INCHES) * place
        axes = panel(drawn, LEFT, top - ROW_INCHES, RIGHT, top)
        draw_costs(axes, placed, named=place == count - 1)
        heading(axes, placed.words, " ")
        if place == 0:
            axes.legend(
                loc="lower right", bbox_to_anchor=(1, 1.0), ncols=4, frameon=False,
                labelcolor=MUTED, fontsize=8.5, handlelength=1.2, columnspacing=1.4,
                borderpad=0, borderaxespad=0.4,
            )  # fmt: skip

    return drawn
