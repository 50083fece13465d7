"""Turns divided requests into stacked bars, and waves of sleep into dots beside their formula."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis import digits
from analysis.concurrency.axis import within
from analysis.concurrency.model import Wave
from analysis.concurrency.waits import ARRIVING, BACK, RUNNING, TOKEN, WORDS, WORKER, Part, Waits
from analysis.concurrency.words import latency
from analysis.estimate import Estimate
from analysis.figures import BLUE, FAINT, GOLD, GREEN, MUTED, ORANGE, PURPLE, SKY

# In the order of WORDS; blue is what happens on the event loop.
SHADES = {ARRIVING: SKY, TOKEN: GOLD, WORKER: PURPLE, RUNNING: GREEN, BACK: BLUE}
ON_SHADES = "#000000"  # legible on all of these, in light and dark: so it is replaced in neither
LEGIBLE_SHARE = 0.075
BAR_HEIGHT = 0.66


def draw_waits(axes: Axes, found: Sequence[Waits]) -> None:
    """Draw one bar per load, of the parts' shares; at the right edge what the bar is in all."""
    for name, shade in SHADES.items():
        starts = [sum(part.share.value for part in before(one, name)) for one in found]
        parts = [one.part(name) for one in found]
        widths = [part.share.value if part else 0.0 for part in parts]
        places = range(len(found))
        axes.barh(places, widths, left=starts, height=BAR_HEIGHT, color=shade, label=name)
        for place, start, width in zip(places, starts, widths, strict=True):
            if width >= LEGIBLE_SHARE:
                write(axes, start + width / 2, place, digits.share(round(width, 2)))

    for place, one in enumerate(found):
        if one.request is not None:
            write_right(axes, place, latency(one.request, short=True))

    write_right(axes, -0.75, "mean")
    axes.set_yticks(range(len(found)), [str(one.in_flight) for one in found])
    axes.set_ylim(len(found) - 0.5, -1.1)
    axes.set_xlim(0, 1)
    axes.set_ylabel("requests in flight")
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, [digits.share(tick) for tick in ticks])
    axes.set_xlabel("share of the time from send to answer")
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.035), ncols=len(SHADES), frameon=False,
        labelcolor=MUTED, fontsize=8.5, handlelength=0.8, handleheight=0.8, handletextpad=0.4,
        columnspacing=1.4, borderpad=0, borderaxespad=0,
    )  # fmt: skip


def before(one: Waits, name: str) -> list[Part]:
    """List the parts that a request meets before this one."""
    names = list(WORDS)

    return [part for part in one.parts if names.index(part.name) < names.index(name)]


def write(axes: Axes, across: float, place: float, text: str) -> None:
    """Write into the middle of a part."""
    axes.annotate(
        text, (across, place), color=ON_SHADES, ha="center", va="center_baseline", fontsize=8
    )


def write_right(axes: Axes, place: float, text: str) -> None:
    """Write beside the right edge of a bar."""
    axes.annotate(
        text, (1, place), (8, 0), textcoords="offset points", color=MUTED, va="center",
        annotation_clip=False,
    )  # fmt: skip


def draw_waves(axes: Axes, found: Sequence[Wave]) -> None:
    """Draw the formula as a grey stair and the measured waves as dots; ms."""
    most = max(wave.in_flight for wave in found)
    tokens, sleep_ms = found[-1].tokens, found[-1].sleep_seconds * 1e3
    stair_across: list[float] = []
    stair_up: list[float] = []

    for step in range(1, -(-most // tokens) + 1):
        stair_across += [(step - 1) * tokens, min(step * tokens, most)]
        stair_up += [step * sleep_ms] * 2

    axes.plot(stair_across, stair_up, color=MUTED, linewidth=1.1, zorder=1)
    for wave in found:
        draw_dot(axes, wave.in_flight, wave.measured.scaled(1e3))

    highest = max(stair_up[-1], *(wave.measured.value * 1e3 for wave in found))
    axes.set_ylim(0, highest * 1.12)
    axes.set_xlim(0, most * 1.04)
    axes.set_xticks([tick for tick in range(0, most + 1, tokens) if within(tick, (0, most))])
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_xlabel("requests at once")
    axes.set_ylabel("ms until all are answered")


def draw_dot(axes: Axes, across: int, up: Estimate) -> None:
    """Draw a dot with its interval, upright."""
    axes.plot(across, up.value, "o", color=ORANGE, markersize=4, markeredgewidth=0)

    if up.has_interval:
        axes.plot([across, across], [up.low, up.high], color=ORANGE, linewidth=1.2)
