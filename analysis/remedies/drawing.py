"""Turns remedies, savings and the floor into the three sorts of panels of the figure."""

from collections.abc import Sequence
from math import fsum

from matplotlib.axes import Axes

from analysis import digits
from analysis.estimate import Estimate
from analysis.figures import BLUE, GREEN, INK, MUTED, ORANGE
from analysis.remedies.floor import INSTALLED, LEAN, Floor
from analysis.remedies.upstream import ALL, HOP, MODEL, Variant
from analysis.remedies.users import Group

GAP_ROWS = 0.9
FURTHEST_RATIO = 1.25
DOT = 4.2


def rows_of(groups: Sequence[Group]) -> float:
    """Count the rows that groups take: each a heading, its remedies, and a gap."""
    # Unlike sum, fsum is the same to the last bit on every Python, and the figure's bytes show it.
    return fsum(1 + len(group.remedies) + GAP_ROWS for group in groups)


def draw_remedies(
    axes: Axes, groups: Sequence[Group], placement: str, in_flight: int, *, named: bool
) -> None:
    """Draw each remedy as a dot at its ratio to its default; at the edge, the difference."""
    place = 0.0
    ticks: list[tuple[float, str]] = []

    for group in groups:
        time = group.default.time(placement, in_flight)
        write(axes, 0.0, place, f"{group.default.name}: {digits.short_time(time)}", MUTED)
        for remedy in group.remedies:
            place += 1
            ticks.append((place, remedy.name))
            if pair := remedy.pair(placement, in_flight):
                draw_dot(axes, place, pair.ratio, GREEN if remedy.blocks_loop else BLUE)
                write_right(axes, place, digits.short_time(pair.difference, sign=True))
            else:
                write(axes, 0.0, place, digits.NOT_MEASURED, MUTED)

        place += 1 + GAP_ROWS

    axes.axvline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    axes.set_xlim(0, FURTHEST_RATIO)
    axes.set_ylim(place - GAP_ROWS, -0.7)
    axes.set_yticks([at for at, _ in ticks], [name if named else "" for _, name in ticks])
    axes.set_xlabel("share of the default's time")
    axes.set_xticks([0, 0.5, 1], [digits.share(tick) for tick in (0, 0.5, 1)])


def draw_dot(axes: Axes, place: float, ratio: Estimate, colour: str) -> None:
    """Draw a dot with its interval; beyond the axis, a dot at its end."""
    if ratio.has_interval:
        ends = [max(0.0, ratio.low), min(ratio.high, FURTHEST_RATIO)]
        axes.plot(ends, [place, place], color=colour, linewidth=1.2)

    shown = min(ratio.value, FURTHEST_RATIO)
    axes.plot(shown, place, "o", color=colour, markersize=DOT, markeredgewidth=0, clip_on=False)


def write_right(axes: Axes, place: float, text: str) -> None:
    """Write in a column at the right edge, beyond the axis."""
    axes.annotate(
        text, (1, place), (58, 0), xycoords=("axes fraction", "data"), color=INK, ha="right",
        textcoords="offset points", va="center", fontsize=8.5, annotation_clip=False,
    )  # fmt: skip


def write(
    axes: Axes, across: float, place: float, text: str, colour: str, offset: float = 0
) -> None:
    """Write beside a point."""
    axes.annotate(
        text, (across, place), (offset, 0), textcoords="offset points", color=colour, va="center",
        fontsize=8.5, annotation_clip=False,
    )  # fmt: skip


def draw_savings(axes: Axes, variants: Sequence[Variant], placement: str) -> None:
    """Draw what each variant saves as a bar: of the hop alone, or, fused, of a whole request."""
    furthest = 1e-3
    names = []

    for place, variant in enumerate(variants):
        target = HOP if variant.saving(HOP, placement) else MODEL
        names.append(variant.name if target == HOP else f"{variant.name}, a request")
        saving = variant.saving(target, placement)
        if saving is None:
            write(axes, 0.0, place, digits.NOT_MEASURED, MUTED)
            continue

        colour = ORANGE if target == MODEL else GREEN if variant.name == ALL else BLUE
        furthest = max(furthest, draw_bar(axes, place, saving.saved, colour))

    axes.axvline(0.0, color=MUTED, linewidth=0.8, zorder=0)
    finish(axes, names, furthest)


def draw_floor(axes: Axes, floor: Floor) -> None:
    """Draw the time of each way to a thread and back as a bar."""
    shades = {LEAN: GREEN, INSTALLED: ORANGE}
    ends = [
        draw_bar(axes, place, step.time, shades.get(step.name, BLUE))
        for place, step in enumerate(floor.steps)
    ]
    finish(axes, [step.name for step in floor.steps], max(ends))


def draw_bar(axes: Axes, place: float, found: Estimate, colour: str) -> float:
    """Draw a duration as a bar with its interval, and say it; where both end; us."""
    shown = found.scaled(1e6)
    axes.barh(place, shown.value, height=0.56, color=colour)
    end = max(0.0, shown.value)
    if shown.has_interval:
        axes.plot([shown.low, shown.high], [place, place], color=INK, linewidth=1.2)
        end = max(end, shown.high)

    write(axes, end, place, digits.short_time(found), INK, 6)

    return end


def finish(axes: Axes, names: Sequence[str], furthest: float) -> None:
    """Set limits that leave room for the texts, and name the rows."""
    axes.set_xlim(min(0.0, axes.get_xlim()[0]), furthest * 1.3)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel(digits.MICRO)
