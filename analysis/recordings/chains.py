"""Turns a recording into its call chain: from the framework's entry to each handler and hop."""

from collections.abc import Iterator, Sequence

from analysis.recordings.packages import HANDLER, packages
from analysis.recordings.rows import HAND_OVER, Arrow, Process, Track
from analysis.recordings.tree import Line, Named, Node, grow, lines

HOP_FILE = "anyio/to_thread.py"
TASK_STEP = "_contextvars.Context.run"
ENTRIES = (
    "get_request_handler.app",
    "get_websocket_app.app",
    "request_response.app.app",
    "websocket_session.app.app",
    "wrap_app_handling_exceptions.wrapped_app",
    "AsyncExitStackMiddleware.__call__",
    "Mount.handle",
)
"""Where a chain begins: the innermost of these frames; above them is the same for every kind."""
EXCHANGE_FILE = "bench/asgi.py"
IN_C = "a function in C"
CALLED_FROM_C = ("PurePath.__fspath__",)
"""What functions in C ask their arguments for; such a function is not seen itself."""

Target = tuple[int, tuple[Named, ...], int]
"""When, by which frames, and the number of the hop (0 for none)."""


def chain(process: Process) -> tuple[Line, ...]:
    """Draw the tree of everything that leads to a handler or to a hop, in the order of time."""
    root = Node()
    for _, path, hop in sorted(targets(process)):
        grow(root, path, hop)

    return tuple(lines(root, depth=0))


def targets(process: Process) -> Iterator[Target]:
    """Find what a chain leads to: handlers on the event loop, and hops."""
    loop = process.loop
    for index in handlers(loop):
        path = loop.path(index)
        yield loop.frames[index].start_ns, from_entry(loop, path), 0

    for arrow in process.arrows:
        if arrow.step == HAND_OVER:
            yield (
                arrow.start.time_ns,
                (*to_hop(process, arrow), *on_worker(process, arrow)),
                arrow.hop,
            )


def handlers(track: Track) -> list[int]:
    """List the frames of handlers that no other frame of a handler called."""
    names = list(packages(track))

    return [
        index
        for index, frame in enumerate(track.frames)
        if names[index] == HANDLER
        and frame.in_python
        and (frame.parent < 0 or names[frame.parent] != HANDLER)
    ]


def from_entry(track: Track, path: Sequence[int]) -> tuple[Named, ...]:
    """Name the frames of a path from its entry on."""
    frames = [track.frames[index] for index in path]
    start = 0
    for place, frame in enumerate(frames):
        if frame.name in ENTRIES:
            start = place
        elif frame.file == EXCHANGE_FILE or (start == 0 and frame.name == TASK_STEP):
            start = place + 1

    return tuple((track.name, frame.name) for frame in frames[start:])


def to_hop(process: Process, arrow: Arrow) -> tuple[Named, ...]:
    """Name the frames on the event loop from the entry to AnyIO's `to_thread.run_sync`."""
    loop = process.tracks[arrow.start.track]
    path = loop.path(loop.innermost(arrow.start.time_ns))

    return from_entry(loop, to_hop_path(loop, path))


def ways_below(process: Process) -> set[tuple[str, ...]]:
    """List the different ways that hops take below AnyIO's `to_thread.run_sync`, to the worker."""
    found = set()
    for arrow in process.arrows:
        if arrow.step == HAND_OVER:
            start, end = process.tracks[arrow.start.track], process.tracks[arrow.end.track]
            there = start.path(start.innermost(arrow.start.time_ns))
            ways = [
                start.frames[index].function for index in there[len(to_hop_path(start, there)) :]
            ]
            run = [
                end.frames[index].function for index in end.path(end.innermost(arrow.end.time_ns))
            ]
            found.add((*ways, *run))

    return found


def to_hop_path(loop: Track, path: Sequence[int]) -> Sequence[int]:
    """Cut a path after AnyIO's `to_thread.run_sync`."""
    files = [loop.frames[index].file for index in path]
    last = max((place for place, file in enumerate(files) if file == HOP_FILE), default=-1)

    return path[: last + 1] if last >= 0 else path


def on_worker(process: Process, arrow: Arrow) -> tuple[Named, ...]:
    """Name the frames on the worker from what it was handed to the handler, if there is one."""
    worker = process.tracks[arrow.end.track]
    run = worker.innermost(arrow.end.time_ns)
    called = next(worker.children(run), None)
    inside = next((index for index in handlers(worker) if run in worker.path(index)[:-1]), called)
    if inside is None:
        return ((worker.name, IN_C),)

    path = worker.path(inside)
    names = [worker.frames[index].name for index in path[path.index(run) + 1 :]]
    hidden = [IN_C] if names[0] in CALLED_FROM_C else []

    return tuple((worker.name, name) for name in (*hidden, *names))
