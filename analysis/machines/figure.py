"""Turns headlines into small multiples: one panel per number, one row per run.

How to read the figure: each panel is one number, each row one run, in the order of the page; the
dot is what that run found and the line its own 95 % interval. Read down a panel to compare
machines, and never across: panels have scales of their own. A hollow orange dot is of a run that is
a draft; an arrow ends an interval that goes on beyond the panel.
"""

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import digits
from analysis.estimate import Estimate
from analysis.figures import BLUE, FAINT, INK, MUTED, ORANGE, blank, heading, panel
from analysis.machines.headlines import KINDS_SHOWN, Group, Headline
from analysis.machines.run import Run
from analysis.placement import PLACEMENT_WORDS

TITLE = "What a hop costs, run beside run"
ROW_INCHES, LINE_INCHES = 0.25, 0.15
TOP_INCHES, BOTTOM_INCHES = 0.62, 0.55
LABELS_INCHES, RIGHT_INCHES, GAP_INCHES = 2.95, 11.9, 0.3
LABEL_LETTERS = 38  # as many digits, which are wide, still have room
FAR = 1.8  # of the largest value: an interval beyond it would press all dots together
TEXT_SHARE = 1.42  # room for the numbers
SHORTEST_AXIS = 0.01
WRAPPER = textwrap.TextWrapper(LABEL_LETTERS, break_on_hyphens=False)


def alt(runs: Sequence[Run], groups: Sequence[Group]) -> str:
    """Describe the figure in words: the first panel in numbers, the others by name."""
    first = groups[0]
    numbers = [
        f"run {run.number} {short(first.headlines[0], value)}"
        for run, value in zip(runs, first.headlines[0].values, strict=True)
    ]
    panels = sum(len(group.headlines) for group in groups)

    return (
        f"Small multiples of {panels} numbers over {len(runs)} runs, each with its own interval. "
        f"{plain(first.headlines[0])} {digits.placed(first.placement)}: {', '.join(numbers)}."
    )


def figure(runs: Sequence[Run], groups: Sequence[Group]) -> Figure:
    """Draw every group as a row of panels that share the names of the runs."""
    breaks = max(label(run).count("\n") for run in runs)
    rows = (ROW_INCHES + LINE_INCHES * breaks) * len(runs)
    band = TOP_INCHES + rows + BOTTOM_INCHES
    drawn = blank(band * len(groups))
    width = (RIGHT_INCHES - LABELS_INCHES - GAP_INCHES * (KINDS_SHOWN - 1)) / KINDS_SHOWN

    for place, group in enumerate(reversed(groups)):
        bottom = band * place + BOTTOM_INCHES
        for column, line in enumerate(group.headlines):
            left = LABELS_INCHES + column * (width + GAP_INCHES)
            axes = panel(drawn, left, bottom, left + width, bottom + rows)
            draw_panel(axes, runs, line)
            heading(axes, plain(line), PLACEMENT_WORDS[group.placement])
            label_rows(axes, runs, named=column == 0)

    return drawn


def label_rows(axes: Axes, runs: Sequence[Run], *, named: bool) -> None:
    """Name the runs beside the first panel of a group, and nowhere else."""
    axes.set_ylim(len(runs) - 0.5, -0.5)
    axes.set_yticks(range(len(runs)), [label(run) if named else "" for run in runs])

    if named:
        for text, run in zip(axes.get_yticklabels(), runs, strict=True):
            text.set(color=shade(run) if run.drafts else INK, multialignment="right")


def label(run: Run) -> str:
    """Give the whole title, in lines: any word of it may be what tells two runs apart."""
    clauses = [
        clause.replace(" ", digits.NO_BREAK) if len(clause) < LABEL_LETTERS else clause
        for clause in run.title.split(", ")
    ]

    return WRAPPER.fill(", ".join(clauses))


def plain(line: Headline) -> str:
    """Give a headline's title without the marks of code."""
    return line.title.replace("`", "")


def short(line: Headline, value: Estimate | None) -> str:
    """Write a number without its interval."""
    return digits.short_times(value) if line.is_ratio else digits.short_time(value)


def shade(run: Run) -> str:
    """Tell the drafts from the others."""
    return ORANGE if run.drafts else BLUE


def draw_panel(axes: Axes, runs: Sequence[Run], line: Headline) -> None:
    """Draw one number of every run."""
    scale, least = (1.0, 1.0) if line.is_ratio else (1e6, 0.0)
    found = [None if value is None else value.scaled(scale) for value in line.values]
    known = [value for value in found if value is not None]
    furthest = max(least + SHORTEST_AXIS, *(FAR * value.value for value in known))
    reach = max(least + SHORTEST_AXIS, *(min(end_of(value), furthest) for value in known))
    start = min(least, *(value.value for value in known))
    axes.set_xlim(start, start + (reach - start) * TEXT_SHARE)
    axes.set_xticks([tick for tick in axes.get_xticks() if start <= tick <= reach])
    axes.spines["bottom"].set_bounds(start, reach)
    axes.set_xlabel("times" if line.is_ratio else digits.MICRO)

    for place, (run, value, original) in enumerate(zip(runs, found, line.values, strict=True)):
        axes.axhline(place, color=FAINT, linewidth=0.6, zorder=0)
        if value is None:
            write(axes, start, place, digits.NOT_MEASURED, MUTED)
        else:
            draw_value(axes, place, value, run, start, reach)
            write(axes, min(end_of(value), reach), place, short(line, original), INK)


def end_of(value: Estimate) -> float:
    """Find where the ink of a number ends."""
    return value.high if value.has_interval else value.value


def draw_value(
    axes: Axes, place: int, value: Estimate, run: Run, start: float, reach: float
) -> None:
    """Draw a dot and its interval, with an arrow where that goes on beyond the panel."""
    colour = shade(run)

    if value.has_interval:
        ends = max(value.low, start), min(value.high, reach)
        axes.plot(ends, [place, place], color=colour, linewidth=1.4)
        beyond = (value.low < start, ends[0], "<"), (value.high > reach, ends[1], ">")
        for goes_on, end, arrow in beyond:
            if goes_on:
                axes.plot(end, place, arrow, color=colour, markersize=4, markeredgewidth=0)

    face = "none" if run.drafts else colour
    axes.plot(
        value.value, place, "o", markerfacecolor=face, markeredgecolor=colour, markersize=4.6,
        markeredgewidth=1.2,
    )  # fmt: skip


def write(axes: Axes, across: float, place: int, text: str, colour: str) -> None:
    """Write beside a row."""
    axes.annotate(
        text, (across, place), (6, 0), textcoords="offset points", color=colour, va="center",
        fontsize=8, annotation_clip=False,
    )  # fmt: skip
