"""Turns recordings into what they show of two claims: the chain of calls, and overlap."""

from collections.abc import Sequence

from analysis.recordings.numbers import OVERLAP, TRIVIAL
from analysis.recordings.round_trip import CLAIMED, HANDED_OVER, RESUMED, Step, round_trip
from analysis.recordings.rows import Process, Recording

AWAITING, BLOCKING = "async def that awaits", "def that blocks"
HANDLER = "read"


def trip_of(recordings: Sequence[Recording]) -> tuple[Step, ...]:
    """Follow the first hop of the trivial `def`; empty without its recording."""
    found = next((one for one in recordings if one.name == TRIVIAL), None)

    return () if found is None else round_trip(found.processes[0])


def called(trip: Sequence[Step], leg: str = HANDED_OVER) -> tuple[str, ...]:
    """List the claimed functions met on a leg, in the order of calling."""
    return tuple(step.claimed for step in trip if step.leg == leg and step.claimed)


def in_claimed_order(trip: Sequence[Step]) -> bool | None:
    """Tell whether the claimed functions met on the way there are in order, and end in the hop."""
    if not trip:
        return None

    there = called(trip)

    return there == tuple(one for one in CLAIMED if one in there) and CLAIMED[-1] in there


def comes_back(trip: Sequence[Step]) -> bool | None:
    """Tell whether the way back leads through the claimed functions met on the way there."""
    return called(trip, RESUMED) == called(trip) if trip else None


def calls_all(trip: Sequence[Step]) -> bool | None:
    """Tell whether every claimed function is met on the way there."""
    return set(called(trip)) == set(CLAIMED) if trip else None


def overlap_seen(recordings: Sequence[Recording]) -> bool | None:
    """Tell whether awaiting requests are all begun before one is answered, and others are not."""
    found = next((one for one in recordings if one.name == OVERLAP), None)

    if found is None:
        return None

    awaiting = begun_at_once(found.processes, AWAITING)
    blocking = begun_at_once(found.processes, BLOCKING)

    if awaiting is None or blocking is None:
        return None

    return awaiting[0] == awaiting[1] and blocking[0] < blocking[1]


def begun_at_once(processes: Sequence[Process], label: str) -> tuple[int, int] | None:
    """Count the handlers begun before the first request was answered, and the requests."""
    process = next((one for one in processes if one.label.startswith(label)), None)

    if process is None:
        return None

    requests = [track for track in process.tracks if not track.is_loop and not track.is_worker]
    first_answer = min(frame.end_ns for track in requests for frame in track.frames)
    began = [
        frame.start_ns
        for track in process.tracks
        for frame in track.frames
        if frame.function.split(".")[-1] == HANDLER and frame.start_ns < first_answer
    ]

    # A coroutine that is resumed has one more frame, so that more than all cannot be told apart.
    return min(len(began), len(requests)), len(requests)
