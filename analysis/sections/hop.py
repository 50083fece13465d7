"""Turns the `hop` rows into an answer: where a hop's time goes.

How to read the figure: read it downwards. Each row does all the row above it does, and one thing
more. A bar begins where the row above ended and is as long as that one thing takes; the line at its
end is the 95 % interval, the number beside it the increment, and the grey number at the right edge
what the row costs in all. Blue rows are built from the bottom up and know no `def` endpoint; a
green row is that hop beside a request, orange rows have it inside an endpoint. If nothing is
missing, the rows above the shade end where `fastapi-def` ends: that is the closure.
The two panels have scales of their own.
"""

from matplotlib.figure import Figure

from analysis import digits
from analysis.figures import blank, heading, panel
from analysis.hop.numbers import Numbers, numbers
from analysis.hop.waterfall import draw_waterfall, shade
from analysis.ladder import STUDY, Closure, Rung

__all__ = ["CAPTION", "STUDY", "TITLE", "Numbers", "alt", "figure", "numbers"]

TITLE = "Where does a hop's time go?"
CAPTION = (
    "The steps of a hop as a waterfall: each bar is what one rung adds, and begins where the "
    "rung before it ended."
)
ROW_INCHES = 0.34


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    words = [f"{one.words}: {steps_in_words(one.steps)}" for one in found.placed]

    return "Waterfall of a hop's steps. " + "; ".join(words) + "."


def steps_in_words(steps: tuple[Rung, ...]) -> str:
    """List increments."""
    known = [rung for rung in steps if rung.increment is not None]

    return ", ".join(f"{r.subject} {digits.short_time(r.increment, sign=True)}" for r in known)


def figure(found: Numbers) -> Figure:
    """Draw the waterfall of each placement, side by side over the same rows."""
    subjects = tuple(dict.fromkeys(r.subject for one in found.placed for r in one.steps))
    height = 1.35 + ROW_INCHES * len(subjects)
    drawn = blank(height)
    left, right, gap = 1.9, 11.85, 0.35
    width = (right - left - gap * (len(found.placed) - 1)) / len(found.placed)

    for index, one in enumerate(found.placed):
        start = left + index * (width + gap)
        axes = panel(drawn, start, 0.6, start + width, height - 0.75)
        draw_waterfall(axes, one, subjects)
        axes.set_yticks(range(len(subjects)), subjects if index == 0 else [""] * len(subjects))
        for label, subject in zip(axes.get_yticklabels(), subjects, strict=True):
            label.set_color(shade(subject))
        heading(axes, one.words, closure_in_words(one.closure))
        axes.set_xlabel(digits.MICRO)

    return drawn


def closure_in_words(found: Closure | None) -> str:
    """Say how much of the endpoint's difference the rungs below it explain."""
    if found is None:
        return ""

    left_over, whole = digits.percent(found.residual_share), digits.short_time(found.whole)

    return f"of {whole}, the rungs leave {left_over} unexplained"
