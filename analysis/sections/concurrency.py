"""Turns the `concurrency` rows into an answer: what happens when requests overlap.

How to read the figure, above: how long one request takes from send to answer, against how many are
in flight, `def` in orange and `async def` in blue, both axes logarithmic. On the dotted line of
dots half of the requests are faster; on the dashed one, 99 of 100 are, and the shade lies between.
The upright line stands at the 40 tokens of AnyIO's limiter: to its right, `def` requests queue for
a thread. Both placements have the same scale.
Below, from the left: what a mean `def` request does meanwhile, as shares, with the mean in grey at
the right edge; the time per request, from nothing, with the difference of the two handlers
under load; and a model check, a `def` that sleeps (dots) beside what arithmetic gives (grey).
"""

from matplotlib.figure import Figure

from analysis import digits
from analysis.concurrency.bars import checks
from analysis.concurrency.curves import HEAVY
from analysis.concurrency.drawing import draw_latency, draw_requests
from analysis.concurrency.measured import STUDY
from analysis.concurrency.model import FORMULA
from analysis.concurrency.numbers import Numbers, numbers
from analysis.concurrency.placed import Placed
from analysis.concurrency.stacks import draw_waits, draw_waves
from analysis.concurrency.waits import TOKEN
from analysis.figures import blank, heading, panel
from analysis.pairs import Pair

__all__ = [
    "CAPTION",
    "FORMULA",
    "STUDY",
    "TITLE",
    "Numbers",
    "alt",
    "checks",
    "figure",
    "headline",
    "numbers",
]

TITLE = "What happens when requests overlap?"
CAPTION = (
    "Above, latency against requests in flight, `def` in orange and `async def` in blue; "
    "below, what a `def` request waits for, the time per request, and a model check."
)
HEIGHT_INCHES = 8.2
# Left, bottom, right and top; inches.
LATENCIES = ((0.85, 4.5, 6.3, 7.45), (7.75, 4.5, 11.05, 7.45))
LATENCY_ALONE = (0.85, 4.5, 11.05, 7.45)
STACK = (0.85, 0.6, 4.6, 3.2)
REQUESTS = (6.1, 0.6, 7.95, 3.2)
WAVES = (9.5, 0.6, 11.7, 3.2)
SPAN = 1.6  # how far the axis of latencies goes beyond them, either way
NOTE = "line: half of the requests are faster (p50); dashes: 99 of 100 are (p99)"


def headline(found: Numbers) -> str:
    """Say in one sentence what `def` costs under load; nothing if that was not measured."""
    point = found.main.at(HEAVY)
    if point is None or point.pair is None:
        return ""

    return (
        f"With {HEAVY} requests in flight {found.main.words}, {compared(point.pair)}"
        f"{queueing(found)}."
    )


def compared(pair: Pair) -> str:
    """Compare the handlers under load."""
    if pair.difference.includes(0):
        return (
            "`def` and `async def` are not to be told apart: "
            f"{digits.time(pair.difference, sign=True)} per request"
        )

    return (
        f"a `def` request takes {digits.times(pair.ratio)} the time of an `async def` one, "
        f"a difference of {digits.time(pair.difference, sign=True)}"
    )


def queueing(found: Numbers) -> str:
    """Say how much of a request's latency is waiting for a token, where that is most of it."""
    placed = found.first("waits")
    waits = next((one for one in placed.waits if one.in_flight == HEAVY), None) if placed else None
    if waits is None or waits.largest.name != TOKEN:
        return ""

    share = digits.percent(waits.largest.share)

    return f"; {share} of the time from send to answer it spends {waits.largest.words}"


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    words = [
        f"{point.in_flight} in flight {one.words}: {digits.short_time(point.pair.difference)} more "
        f"per request, {digits.short_times(point.pair.ratio)}"
        for one in found.placed
        for point in one.shown
        if point.pair is not None
    ]
    said = f" Def against async def, {'; '.join(words)}." if words else ""

    return (
        "Latency against requests in flight, the parts of a request's time, time per request, "
        f"and a model check.{said}"
    )


def figure(found: Numbers) -> Figure:
    """Draw the latencies of each placement, and below them what explains them."""
    drawn = blank(HEIGHT_INCHES)
    curves = found.having("points")
    slots = LATENCIES if len(curves) > 1 else (LATENCY_ALONE,)

    for one, slot in zip(curves, slots, strict=False):
        axes = panel(drawn, *slot)
        draw_latency(axes, one.points, latency_limits(curves))
        heading(axes, f"Latency, {one.words}", NOTE if one is curves[0] else "the same scale")

    if waits := found.first("waits"):
        axes = panel(drawn, *STACK)
        draw_waits(axes, waits.waits)
        heading(axes, f"Where the time of a def request goes, {waits.words}", " ")

    if curves:
        axes = panel(drawn, *REQUESTS)
        draw_requests(axes, curves[0].points)
        heading(axes, "Time per request", curves[0].words)

    if sleeps := found.first("waves"):
        axes = panel(drawn, *WAVES)
        draw_waves(axes, sleeps.waves)
        heading(axes, "Model check: def that sleeps", f"grey: {FORMULA}")

    return drawn


def latency_limits(curves: tuple[Placed, ...]) -> tuple[float, float]:
    """Give one axis that holds every latency; seconds."""
    found = [
        latency.value
        for one in curves
        for point in one.points
        for side in point.sides
        for latency in (side.half, side.tail)
        if latency is not None
    ]

    return (min(found) / SPAN, max(found) * SPAN) if found else (1e-6, 1.0)
