"""Turns recordings into an answer: which calls a request makes, and on which thread.

How to read the figure `traces`: a lane per thread; each call is one step wide, in the order of
time, and coloured by the package whose code it is, the standard library by its caller's. Small
numbers count the passes of the event loop; the arrows are the hop, there and back.
How to read the figure `traces-calls`: a bar per pair, the calls that the kind makes more than its
twin, divided by its hops. The grey number at the right edge counts the hops; a bar that is too
long is cut, and its length written at its end.
"""

from collections.abc import Sequence

from matplotlib.figure import Figure

from analysis.figures import blank
from analysis.recordings import bars, lanes
from analysis.recordings.calls import added_by_hops, calls_of_kinds
from analysis.recordings.chains import chain
from analysis.recordings.numbers import OVERLAP, PAIR, TRIVIAL, Chain, Numbers
from analysis.recordings.round_trip import round_trip
from analysis.recordings.rows import Recording
from analysis.recordings.timeline import timeline

STUDY = "traces"
TITLE = "What happens inside: the calls, and their threads"
CALLS, PERFETTO = "traces-calls", "traces-perfetto"
PICTURES = {PERFETTO: f"traces/{PAIR}.png"}
"""Pictures that are taken and not drawn, where they lie."""

CAPTIONS = {
    STUDY: (
        "Every call of one request as `def` and one as `async def`, in lanes, one per thread; "
        "the axis counts calls, not time."
    ),
    CALLS: "The calls that each handler kind makes more than its twin, per hop, by package.",
    PERFETTO: (
        "The same two requests in Perfetto; the arrows are the hop, there and back. Durations "
        "in it are not to be cited."
    ),
}


def numbers(recordings: Sequence[Recording], order: Sequence[str] = ()) -> Numbers | None:
    """Compute the section; None without recordings of the pair and of overlapping requests.

    Args:
        recordings: one of each kind, one of the pair, one of overlapping requests.
        order: names of kinds, in the order in which they are to be listed.
    """
    by_name = {one.name: one for one in recordings}
    if not by_name.keys() >= {PAIR, TRIVIAL, OVERLAP}:
        return None

    ranks = {name: rank for rank, name in enumerate(order)}
    ordered = sorted(recordings, key=lambda one: (ranks.get(one.name, len(ranks)), one.name))
    kinds = calls_of_kinds(ordered)
    pair = by_name[PAIR]

    return Numbers(
        recordings=tuple(ordered),
        kinds=kinds,
        added=added_by_hops(kinds),
        chains=tuple(
            Chain(one.requests[0], chain(one.processes[0]))
            for one in ordered
            if len(one.requests) == 1
        ),
        trip=round_trip(by_name[TRIVIAL].processes[0]),
        pair=tuple(
            timeline(process, request.kind)
            for process, request in zip(pair.processes, pair.requests, strict=True)
        ),
    )


def alts(found: Numbers) -> dict[str, str]:
    """Describe each figure in words."""
    pair = "; ".join(
        f"{one.kind}: {one.calls} calls on {' and '.join(lane.thread for lane in one.lanes)}"
        for one in found.pair
    )

    return {
        STUDY: f"Every call of the pair in lanes, one per thread. {pair}.",
        CALLS: (
            f"Bars of the calls that each of {len(found.added)} pairs adds per hop, by package; "
            f"the median is {found.usual_per_hop:.0f}."
        ),
        PERFETTO: (
            "The pair in Perfetto: two processes one under the other, and two arrows between event "
            "loop and worker"
        ),
    }


def figures(found: Numbers) -> dict[str, Figure]:
    """Draw the pair's lanes, and the calls that hops add."""
    pair = blank(lanes.height_of(found.pair))
    lanes.draw_lanes(pair, found.pair)
    added = blank(bars.height_of(found.added))
    bars.draw_bars(added, found.added)

    return {STUDY: pair, CALLS: added}
