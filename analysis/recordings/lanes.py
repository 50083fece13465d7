"""Turns timelines into lanes on a figure: one panel per process, all on one scale of calls."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures import FAINT, INK, MUTED, ORANGE, panel
from analysis.recordings.colours import COLOURS, LEGEND_INCHES, legend
from analysis.recordings.packages import HANDLER
from analysis.recordings.timeline import Crossing, Lane, Timeline

LEFT, RIGHT = 1.15, 11.85
LANE_INCHES, GAP_INCHES, HEAD_INCHES, FOOT_INCHES = 0.75, 0.15, 0.5, 0.5
THICK = 0.42


def height_of(timelines: Sequence[Timeline]) -> float:
    """Add up what the panels need; inches."""
    lanes = LANE_INCHES * sum(len(one.lanes) for one in timelines)

    return LEGEND_INCHES + len(timelines) * (HEAD_INCHES + GAP_INCHES) + lanes + FOOT_INCHES


def draw_lanes(figure: Figure, timelines: Sequence[Timeline]) -> None:
    """Draw a panel per timeline from the top, with one axis for all of them at the bottom."""
    used = {part.package for one in timelines for lane in one.lanes for part in lane.segments}
    legend(figure, used, LEFT)
    longest = max(one.calls for one in timelines)
    top = figure.get_size_inches()[1] - LEGEND_INCHES
    for one in timelines:
        top -= HEAD_INCHES
        bottom = top - LANE_INCHES * len(one.lanes)
        axes = panel(figure, LEFT, bottom, RIGHT, top)
        axes.set_xlim(-0.002 * longest, 1.002 * longest)
        axes.set_ylim(len(one.lanes) - 0.5, -0.5)
        draw_timeline(axes, one)
        last = one is timelines[-1]
        axes.spines.bottom.set_visible(last)
        axes.tick_params(bottom=last, labelbottom=last)
        axes.set_xlabel("calls, in the order of time" if last else "")
        top = bottom - GAP_INCHES


def draw_timeline(axes: Axes, one: Timeline) -> None:
    """Draw one process: its lanes, then the arrows between them."""
    axes.set_title(f"{one.kind}: {one.calls} calls", pad=14)
    axes.set_yticks(range(len(one.lanes)), [lane.thread for lane in one.lanes])
    for place, lane in enumerate(one.lanes):
        axes.plot([0, one.calls], [place, place], color=FAINT, linewidth=1.0, zorder=1)
        for part in lane.segments:
            axes.barh(place, part.count, left=part.first, height=THICK,
                      color=COLOURS[part.package], zorder=2)  # fmt: skip

        name_passes(axes, place, lane, one.calls)
        point_at_handler(axes, place, lane)

    for crossing in one.crossings:
        draw_crossing(axes, crossing)


def name_passes(axes: Axes, place: int, lane: Lane, calls: int) -> None:
    """Write above the lane where each pass of the event loop begins."""
    for number, start in enumerate(lane.passes, 1):
        if start < calls:
            axes.plot([start, start], [place - 0.42, place - 0.24], color=MUTED, linewidth=0.8)
            axes.annotate(f"pass {number}", (start, place - 0.42), (3, -1),
                          textcoords="offset points", color=MUTED, size=8, va="center")  # fmt: skip


def point_at_handler(axes: Axes, place: int, lane: Lane) -> None:
    """Name the handler below the lane; it may be a single call wide."""
    for part in lane.segments:
        if part.package == HANDLER:
            axes.annotate(
                "the handler", (part.first + part.count / 2, place + THICK / 2), (0, -11),
                textcoords="offset points", ha="center", va="center", color=ORANGE, size=8.5,
                arrowprops={"arrowstyle": "-", "color": ORANGE, "shrinkA": 0, "shrinkB": 0},
                annotation_clip=False,
            )  # fmt: skip


def draw_crossing(axes: Axes, one: Crossing) -> None:
    """Draw one arrow of a hop, from the edge of a lane to the edge of the other."""
    down = 1 if one.to_lane > one.from_lane else -1
    start = (one.start, one.from_lane + down * THICK / 2)
    end = (one.end, one.to_lane - down * THICK / 2)
    axes.annotate(
        "", end, start, zorder=3,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.3,
                    "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11},
    )  # fmt: skip
    axes.annotate(
        one.step, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2),
        (-14 if down > 0 else 18, 0), textcoords="offset points",
        ha="right" if down > 0 else "left", va="center", color=INK, size=8.5,
    )  # fmt: skip
