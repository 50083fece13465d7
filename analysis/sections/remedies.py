"""Turns the `remedies` rows into an answer: what could you do instead, and what would it save.

How to read the figure, left: each row is another way to run the same sync code, and its dot is the
time per request as a share of what the default of its group takes (the upright line); the number
at its right is the difference in microseconds, the grey text the default and its time. Green dots
block the event loop. The two panels have so many requests in flight.
Right, above: what the hop saves without one of its steps, and without all of them (green); the
orange bar is saved per request, where FastAPI's second hop is fused with the first. Below: the
time of the leanest ways to a thread and back, and of the installed hop in orange.
Lines are 95 % intervals.
"""

from matplotlib.figure import Figure

from analysis import digits
from analysis.figures import blank, heading, panel
from analysis.placement import PLACEMENT_WORDS
from analysis.remedies.bars import checks
from analysis.remedies.drawing import draw_floor, draw_remedies, draw_savings, rows_of
from analysis.remedies.measured import ALONE, LOADS, STUDY
from analysis.remedies.numbers import Numbers, numbers
from analysis.remedies.upstream import HOP

__all__ = ["CAPTION", "STUDY", "TITLE", "Numbers", "alt", "checks", "figure", "headline", "numbers"]

TITLE = "What could you do instead?"
CAPTION = (
    "Left, other ways to run the same sync code, by their share of the default's time; right, "
    "what a hop saves without its steps, and the time of the leanest ways to a thread and "
    "back."
)
ROW_INCHES = 0.235
LEAST_INCHES = 5.2
TOP_INCHES, BOTTOM_INCHES = 0.75, 0.6
LEFT, MIDDLE, RIGHT = (1.55, 3.6), (4.8, 6.85), (9.0, 11.2)
TRIVIAL, TO_THREAD = "def", "to-thread"


def headline(found: Numbers) -> str:
    """Say in one sentence what users and maintainers could save; nothing if neither is known."""
    clauses = [*user_clauses(found), *upstream_clauses(found)]
    if not clauses:
        return ""

    return f"{digits.sentence(PLACEMENT_WORDS[found.main])}, {'; '.join(clauses)}."


def user_clauses(found: Numbers) -> list[str]:
    """Say what the best known other way to a thread saves."""
    group = found.group(TRIVIAL)
    remedy = group.remedy(TO_THREAD) if group else None
    pair = remedy.pair(found.main, ALONE) if remedy else None
    if group is None or remedy is None or pair is None:
        return []

    ratio, difference = digits.times(pair.ratio), digits.time(pair.difference, sign=True)
    compared = f"takes {ratio} the time of a `def`, a difference of {difference}"

    at_once = f" ({remedy.at_once} at a time instead of {group.default.at_once})"

    return [f"`asyncio.to_thread` in an `async def`{at_once} {compared}"]


def upstream_clauses(found: Numbers) -> list[str]:
    """Say what AnyIO's hop would save without the steps that can be left out."""
    every = found.all_steps
    saving = every.saving(HOP, found.main) if every else None
    if saving is None:
        return []

    saved, of = digits.time(saving.saved), digits.short_time(saving.of)

    return [
        f"without the steps that can be left out, a copy of AnyIO's hop saves {saved} of its {of}"
    ]


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    remedies = [
        f"{one.name} instead of {one.instead_of} {digits.short_time(pair.difference, sign=True)}"
        for one in found.remedies
        if (pair := one.pair(found.main, ALONE))
    ]
    savings = [
        f"{one.name} {digits.short_time(saving.saved)}"
        for one in found.variants
        if (saving := one.saving(HOP, found.main))
    ]
    parts = [("Per request", remedies), ("Saved per hop", savings)]
    said = [f"{what}: {', '.join(told)}." for what, told in parts if told]

    return " ".join(["Remedies by their share of the default's time, savings, the floor.", *said])


def figure(found: Numbers) -> Figure:
    """Draw the remedies under both loads, the savings of a hop, and the floor."""
    rows = ROW_INCHES * rows_of(found.groups)
    height = TOP_INCHES + BOTTOM_INCHES + max(rows, LEAST_INCHES)
    drawn = blank(height)
    top = height - TOP_INCHES
    words = PLACEMENT_WORDS[found.main]

    if found.groups:
        for in_flight, (left, right) in zip(LOADS, (LEFT, MIDDLE), strict=True):
            axes = panel(drawn, left, top - rows, right, top)
            draw_remedies(axes, found.groups, found.main, in_flight, named=in_flight == ALONE)
            heading(axes, f"Instead, {in_flight} in flight", words)

    middle = BOTTOM_INCHES + (top - BOTTOM_INCHES) * 0.42
    if found.variants:
        axes = panel(drawn, RIGHT[0], middle + 0.55, RIGHT[1], top)
        draw_savings(axes, found.variants, found.main)
        heading(axes, "Saved without this step", f"per hop, alone, {words}")

    if floor := found.floor(found.main):
        axes = panel(drawn, RIGHT[0], BOTTOM_INCHES, RIGHT[1], middle - 0.65)
        draw_floor(axes, floor)
        heading(axes, "To a thread and back", words)

    return drawn
