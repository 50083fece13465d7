"""Turns the `factors` rows into an answer: what moves the hop.

How to read the figure, above: each row is one level of a factor, or of two, all else as by default.
The dot is what a hop costs more with it than by default, the line its 95 % interval, the number the
effect; left of the upright line a hop is cheaper, right of it dearer. Blue and orange ones can be
told from no effect, grey ones cannot. The axis is linear up to 1 us either way, and logarithmic
beyond. A hop is the difference of `def` and `async def`. Placement is a factor too, and has a row.
Below, from the left: what a hop costs in all, on one CPU in blue, on all CPUs in orange, by event
loop, by Python, and beside a thread busy with Python by switch interval (this axis is logarithmic);
and the parts of the hop alone, which add up to it: on the loop's thread `before` the hand-over,
then until the worker runs (`there`), then until the task goes on (`back`).
"""

from matplotlib.figure import Figure

from analysis import digits
from analysis.factors.bars import checks
from analysis.factors.effects import Level
from analysis.factors.forest import draw_forest, limits_of, names
from analysis.factors.levels import AWAKE, words
from analysis.factors.lookup import STUDY
from analysis.factors.multiples import INTERVALS, LOOPS, draw_costs, draw_key, draw_parts, pythons
from analysis.factors.numbers import Numbers, Placed, numbers
from analysis.figures import blank, heading, panel

__all__ = ["CAPTION", "STUDY", "TITLE", "Numbers", "alt", "checks", "figure", "headline", "numbers"]

TITLE = "What moves the hop?"
CAPTION = (
    "Above, what a hop costs more at each level than by default; below, what it costs in all "
    "by event loop, by Python and by switch interval, and its parts. Event loops and Pythons "
    "other than the default are named in the figure."
)
ROW_INCHES = 0.225
BELOW_INCHES = 4.0
LEFT, RIGHT, GAP = 3.3, 11.2, 0.95
# Left and right of the panels below; inches.
LOWER = ((0.75, 2.75), (3.55, 5.9), (6.75, 8.5), (9.95, 11.8))
LOWER_BOTTOM, LOWER_TOP = 0.6, 2.75
HEADLINES = 4


def headline(found: Numbers) -> str:
    """Say in one sentence which single factors move a hop most; nothing if none does."""
    causes = found.main.causes[:HEADLINES]

    if not causes:
        return ""

    clauses = [moved(one.level) for one in causes]
    elsewhere = [
        f"; {placed.words}, {', '.join(moved(one) for one in told(placed))}{awake(placed)}"
        for placed in found.placed[1:]
        if placed.causes
    ]

    return (
        f"What moves a hop most, compared inside one run, {found.main.words}: "
        f"{', '.join(clauses)}{''.join(elsewhere)}."
    )


def told(placed: Placed) -> list[Level]:
    """List a placement's largest effect, and the largest by which a hop is cheaper."""
    levels = [one.level for one in placed.causes]
    dearest, cheapest = max(levels, key=more_of), min(levels, key=more_of)

    return [dearest, cheapest] if more_of(cheapest) < 0 < more_of(dearest) else levels[:1]


def awake(placed: Placed) -> str:
    """Say what it is that no CPU has to be woken; empty if that cannot be told from nothing."""
    level = placed.level(AWAKE)

    if level is None or level.pair is None or not level.pair.differs:
        return ""

    return f", and where no CPU has to be woken {digits.time(level.more, sign=True)}"


def more_of(level: Level) -> float:
    """Give what a hop costs more at a level; seconds."""
    return level.more.value if level.more else 0.0


def moved(level: Level) -> str:
    """Say what a level does to a hop."""
    words = f"running {level.words}" if level.is_placement else level.words

    return f"{words} {digits.time(level.more, sign=True)}"


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    described = [
        f"{place.words}: "
        + ", ".join(
            f"{words(one.changed)} {digits.short_time(one.more, sign=True)}"
            for one in place.compared
        )
        for place in found.placed
    ]

    return f"Forest plot of effects on a hop, and panels of products. {'; '.join(described)}."


def figure(found: Numbers) -> Figure:
    """Draw the effects of each placement side by side, and below them the products."""
    rows = names(found)
    height = BELOW_INCHES + 0.9 + ROW_INCHES * len(rows)
    drawn = blank(height)
    draw_effects(drawn, found, rows, height)
    titles = ("By event loop", "By Python", "Beside a busy thread")
    kinds = (LOOPS, pythons(found), INTERVALS)

    notes = ("", "own: the one that ran the bench", "by switch interval")

    for place, (title, kind, note) in enumerate(zip(titles, kinds, notes, strict=True)):
        left, right = LOWER[place]
        axes = panel(drawn, left, LOWER_BOTTOM, right, LOWER_TOP)
        draw_costs(axes, found, kind, log=kind is INTERVALS)
        heading(axes, title, note or " ")
        if not note:
            axes.set_ylabel(f"{digits.MICRO} per hop")
            draw_key(axes, found)

    last = found.placed[-1]
    left, right = LOWER[-1]
    axes = panel(drawn, left, LOWER_BOTTOM, right, LOWER_TOP)
    draw_parts(axes, last)
    heading(axes, f"Parts, {last.words}", " ")

    return drawn


def draw_effects(drawn: Figure, found: Numbers, rows: list[str], height: float) -> None:
    """Draw the forest of each placement."""
    limits = limits_of(found)
    width = (RIGHT - LEFT - GAP * (len(found.placed) - 1)) / len(found.placed)

    for index, placed in enumerate(found.placed):
        start = LEFT + index * (width + GAP)
        axes = panel(drawn, start, BELOW_INCHES, start + width, height - 0.75)
        draw_forest(axes, found, placed, limits)
        axes.set_yticks(range(len(rows)), rows if index == 0 else [""] * len(rows))
        heading(axes, placed.words, default_words(placed.default))


def default_words(level: object) -> str:
    """Say what a hop costs by default."""
    pair = getattr(level, "pair", None)

    return f"a hop costs {digits.short_time(pair.cost)} by default" if pair else " "
