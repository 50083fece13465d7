"""Turns predictions and loads into the study's figure: two panels side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis import digits
from analysis.estimate import Estimate
from analysis.figures import BLUE, FAINT, INK, MUTED, ORANGE, SKY, blank, heading, panel
from analysis.labels import place_labels
from analysis.server.loads import Gap
from analysis.server.prediction import Prediction
from analysis.server.setups import Setup

ROW_INCHES = 0.36
FRAME_INCHES = 1.35
LEAST_INCHES = 5.0
COLUMNS = (1.22, 1.46)
LEFT, BOTTOM, ABOVE = 0.6, 0.55, 0.75
BARS = (7.0, 10.05)
KEY_AT = -0.66  # where the longest label begins, in widths of the panel
MARGIN = 0.12
NO_NUMBER = "  "  # as wide as a number is
DIAGONAL_DOTS = 60


def draw(predictions: Sequence[Prediction], stacked: Sequence[Gap]) -> Figure:
    """Draw what was found: predicted against measured, and what a request is made of."""
    numbered = {one.setup: str(place) for place, one in enumerate(predictions, 1)}
    height = max(LEAST_INCHES, FRAME_INCHES + ROW_INCHES * len(stacked))
    drawn = blank(height)

    if not predictions and not stacked:
        drawn.text(0.5, 0.5, "The trivial pair was not driven in this run.", ha="center")

    if predictions:
        side = height - ABOVE - BOTTOM
        axes = panel(drawn, LEFT, BOTTOM, LEFT + side, height - ABOVE)
        draw_points(axes, predictions, numbered)

    if stacked:
        axes = panel(drawn, BARS[0], BOTTOM, BARS[1], height - ABOVE)
        draw_stacks(axes, stacked, {one.setup: one for one in predictions}, numbered)

    return drawn


def draw_points(
    axes: Axes, predictions: Sequence[Prediction], numbered: Mapping[Setup, str]
) -> None:
    """Draw a point per configuration, its two intervals, and the line on which both agree."""
    low, high = limits(predictions)
    axes.plot([low, high], [low, high], color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set(xlim=(low, high), ylim=(low, high))
    axes.spines["left"].set_visible(True)
    taken = [(at, at) for at in np.linspace(low, high, DIAGONAL_DOTS)]

    for one in predictions:
        x, y = one.predicted, one.measured
        axes.plot(ends(x), [y.value, y.value], color=MUTED, linewidth=1.1)
        axes.plot([x.value, x.value], ends(y), color=MUTED, linewidth=1.1)
        inside = BLUE if one.gap.server_bound else "none"
        axes.plot(x.value, y.value, "o", markersize=6, markerfacecolor=inside, markeredgecolor=BLUE)
        taken += [(at, y.value) for at in np.linspace(*ends(x), DIAGONAL_DOTS)]
        taken += [(x.value, at) for at in np.linspace(*ends(y), DIAGONAL_DOTS)]

    note = "ratio of def to async-def; below the line, smaller than predicted"
    heading(axes, "predicted against measured", note)
    axes.set(xlabel="predicted from in-process times", ylabel="measured behind the server")
    named = {numbered[one.setup]: (one.predicted.value, one.measured.value) for one in predictions}
    place_labels(axes, named, taken)


def ends(found: Estimate) -> tuple[float, float]:
    """Give the ends of an interval; the value twice if there is none."""
    return (found.low, found.high) if found.has_interval else (found.value, found.value)


def limits(predictions: Sequence[Prediction]) -> tuple[float, float]:
    """Find a square that holds every point, with a margin, and shows where nothing is added.

    A wide interval would press all points together: it runs out of the square.
    """
    every = [found.value for one in predictions for found in (one.predicted, one.measured)]
    margin = MARGIN * (max(*every, 1.0) - min(*every, 1.0))

    return min(*every, 1.0) - margin / 2, max(*every, 1.0) + margin


def draw_stacks(
    axes: Axes,
    gaps: Sequence[Gap],
    predicted: Mapping[Setup, Prediction],
    numbered: Mapping[Setup, str],
) -> None:
    """Draw a request of `def` as no-op application, what the framework adds, what the hop adds."""
    for place, one in enumerate(gaps):
        base = one.no_op.request.value * 1e6 if one.no_op else 0.0
        middle, more = one.async_def.request.value * 1e6, one.difference.scaled(1e6)
        axes.barh(place, base, height=0.6, color=FAINT)
        axes.barh(place, middle - base, left=base, height=0.6, color=SKY)
        axes.barh(place, more.value, left=middle, height=0.6, color=BLUE)
        axes.plot([middle + end for end in ends(more)], [place, place], color=INK, linewidth=1.2)
        for at in predicted_ends(predicted.get(one.setup)):
            axes.plot([at, at], [place - 0.42, place + 0.42], color=ORANGE, linewidth=1.8)

    names = [f"{one.setup.label}   {numbered.get(one.setup, NO_NUMBER)}" for one in gaps]
    axes.set_yticks(range(len(gaps)), names)
    axes.set_ylim(len(gaps) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_title("What a request of def is made of", pad=24, x=KEY_AT)
    axes.set_xlabel(f"{digits.MICRO} per request at 100 in flight")
    draw_key(axes)
    write_columns(axes, gaps)


def predicted_ends(found: Prediction | None) -> tuple[float, ...]:
    """Find where `async-def` and `def` would end if they cost what they cost in process; us."""
    if found is None:
        return ()

    return found.predicted_async_def.value * 1e6, found.predicted_def.value * 1e6


def draw_key(axes: Axes) -> None:
    """Say what the colours mean, above the panel."""
    parts = (("no-op", FAINT), ("async-def adds", SKY), ("the hop adds", BLUE))
    handles = [*(Patch(color=colour, label=name) for name, colour in parts)]
    mark = Line2D([], [], color=ORANGE, linewidth=1.8, label="ends as predicted")
    axes.legend(
        handles=[*handles, mark], ncols=4, frameon=False, loc="lower left",
        bbox_to_anchor=(KEY_AT - 0.02, 1.02), fontsize=8.5, labelcolor=MUTED,
        handlelength=1.0, handletextpad=0.5, columnspacing=1.2, borderaxespad=0.0,
    )  # fmt: skip


def write_columns(axes: Axes, gaps: Sequence[Gap]) -> None:
    """Write each bar's numbers right of it."""
    rows = [("a hop adds", "ratio")]
    rows += [(digits.short_time(one.difference), digits.short_times(one.ratio)) for one in gaps]

    for place, row in enumerate(rows, start=-1):
        for text, right, colour in zip(row, COLUMNS, (BLUE, INK), strict=True):
            axes.annotate(
                text, (right, place), xycoords=("axes fraction", "data"), color=colour,
                ha="right", va="center", annotation_clip=False,
            )  # fmt: skip
