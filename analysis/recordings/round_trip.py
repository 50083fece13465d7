"""Turns the first hop of a recording into its round trip: frame by frame, there and back.

Source of the claimed chain: an article of 2023-07-23 on async and non-async endpoints
(amirkarimi.me), which names five functions "and back".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.metadata import InputError
from analysis.recordings.chains import handlers
from analysis.recordings.rows import Arrow, Frame, Process, Track

CLAIMED_IN = "amirkarimi.me, 2023-07-23"
CLAIMED = (
    "get_route_handler",
    "get_request_handler",
    "run_endpoint_function",
    "run_in_threadpool",
    "run_sync",
)
PASS = "BaseEventLoop._run_once"
HANDED_OVER = "handed over"
RUN, REPORTED, RESUMED = "run on the worker", "reported to the loop", "resumed on the loop"
LOOP_STEP = "Handle._run"
WORKER_LOOP = "WorkerThread.run"


@dataclass(frozen=True)
class Step:
    """One frame of the round trip; `loop_pass` counts from 1 and is None on a worker."""

    leg: str
    thread: str
    loop_pass: int | None
    frame: Frame
    claimed: str | None


def round_trip(process: Process) -> tuple[Step, ...]:
    """Follow the first hop: to the hand-over, to the handler, to the report, to the awaiting frame.

    Raises:
        InputError: the process has no hop, or it does not come back.
    """
    if not process.arrows:
        raise InputError(f"the trace of {process.label!r} must have a hop: record it again")

    hand_over, wake_up = process.arrows[:2]

    return (
        *leg(process.tracks[hand_over.start.track], HANDED_OVER, hand_over.start.time_ns),
        *on_worker(process, hand_over),
        *leg(process.tracks[wake_up.start.track], RUN, wake_up.start.time_ns, WORKER_LOOP)[1:],
        *leg(process.tracks[wake_up.end.track], REPORTED, wake_up.end.time_ns, LOOP_STEP),
        *resumed(process, hand_over, wake_up),
    )


def leg(track: Track, name: str, time_ns: int, first: str | None = None) -> tuple[Step, ...]:
    """List the frames open at a time, to the innermost; from where, `steps` says."""
    path = track.path(track.innermost(time_ns))

    return steps(track, name, path, first)


def steps(
    track: Track, name: str, path: Sequence[int], first: str | None = None
) -> tuple[Step, ...]:
    """Make steps of a path's frames, from the last one called `first`, or the first one claimed."""
    frames = [track.frames[index] for index in path]
    if first is None:
        start = min((i for i, frame in enumerate(frames) if claimed(frame)), default=0)
    else:
        start = max((i for i, frame in enumerate(frames) if is_called(frame, first)), default=0)

    number = loop_pass(track, path) if track.is_loop else None

    return tuple(Step(name, track.name, number, frame, claimed(frame)) for frame in frames[start:])


def on_worker(process: Process, hand_over: Arrow) -> Iterator[Step]:
    """Go on to the worker, and there to the handler."""
    worker = process.tracks[hand_over.end.track]
    run = worker.innermost(hand_over.end.time_ns)
    inside = next((index for index in handlers(worker) if run in worker.path(index)), run)

    yield from steps(worker, RUN, worker.path(inside), WORKER_LOOP)


def resumed(process: Process, hand_over: Arrow, wake_up: Arrow) -> tuple[Step, ...]:
    """Find the first frame after the report that stands where the hand-over was made."""
    loop = process.loop
    caller = loop.frames[loop.innermost(hand_over.start.time_ns)].parent
    awaiting = loop.frames[caller].function if caller >= 0 else None
    for index, frame in enumerate(loop.frames):
        if frame.start_ns > wake_up.end.time_ns and frame.function == awaiting:
            return steps(loop, RESUMED, loop.path(index))

    raise InputError(
        f"the trace of {process.label!r} must have a hop that comes back to the frame that "
        "awaits it: record it again"
    )


def is_called(frame: Frame, name: str) -> bool:
    """Tell whether a frame is of that function, or of one defined in it."""
    return name == frame.function or name in frame.function.split(".")


def claimed(frame: Frame) -> str | None:
    """Name the function of the claimed chain that a frame is of, if it is."""
    return next((name for name in CLAIMED if is_called(frame, name)), None)


def loop_pass(track: Track, path: Sequence[int]) -> int:
    """Count the passes of the event loop up to the one on a path."""
    passes = [index for index, frame in enumerate(track.frames) if frame.function == PASS]

    return next((passes.index(index) + 1 for index in path if index in passes), 0)
