"""Turns trace events into frozen rows: frames in calling order, tracks, arrows, requests."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

LOOP = "event loop"
WORKER = "worker"
HAND_OVER, WAKE_UP = "hand-over", "wake-up"


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a function, or one resumption of a coroutine; nanoseconds since the request.

    Attributes:
        file: relative to its package's place, "" for a function written in C.
        parent: index of the caller among the frames of the track, -1 for none.
        began_before: it was under way when the request began.
    """

    function: str
    file: str
    line: int
    start_ns: int
    end_ns: int
    parent: int
    began_before: bool

    @property
    def in_python(self) -> bool:
        """Whether it is a Python function."""
        return bool(self.file)

    @property
    def place(self) -> str:
        """File and line, as in `anyio/to_thread.py:27`; "" for a function written in C."""
        return f"{self.file}:{self.line}" if self.file else ""

    @property
    def name(self) -> str:
        """The function's qualified name without the marks of functions defined in others."""
        return self.function.replace(".<locals>", "")


@dataclass(frozen=True, slots=True)
class Track:
    """One thread of a process; frames in calling order, each after its caller."""

    name: str
    frames: tuple[Frame, ...]

    @property
    def is_loop(self) -> bool:
        """Whether the event loop runs here."""
        return self.name == LOOP

    @property
    def is_worker(self) -> bool:
        """Whether it is a worker thread."""
        return self.name.startswith(WORKER)

    def path(self, index: int) -> list[int]:
        """The callers of a frame from the outermost one, and the frame itself."""
        found = []
        while index >= 0:
            found.append(index)
            index = self.frames[index].parent

        return found[::-1]

    def innermost(self, time_ns: int) -> int:
        """The innermost frame open at a time; -1 for none."""
        starts = [frame.start_ns for frame in self.frames]
        index = bisect_right(starts, time_ns) - 1
        while index >= 0 and self.frames[index].end_ns <= time_ns:
            index = self.frames[index].parent

        return index

    def children(self, index: int) -> Iterator[int]:
        """The frames that a frame called itself."""
        return (i for i, frame in enumerate(self.frames) if frame.parent == index)


@dataclass(frozen=True, slots=True)
class End:
    """Where an arrow starts or ends: the track's position in its process, and when."""

    track: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From thread to thread; hops count from 1."""

    hop: int
    step: str
    start: End
    end: End


@dataclass(frozen=True, slots=True)
class Process:
    """What one process of the trace did: its threads, and the hops between them."""

    label: str
    tracks: tuple[Track, ...]
    arrows: tuple[Arrow, ...]

    @property
    def loop(self) -> Track:
        """The thread of the event loop."""
        return next(track for track in self.tracks if track.is_loop)

    @property
    def workers(self) -> tuple[Track, ...]:
        """The worker threads."""
        return tuple(track for track in self.tracks if track.is_worker)

    @property
    def length_ns(self) -> int:
        """When the last request was answered."""
        own = (track for track in self.tracks if not track.is_loop and not track.is_worker)
        return max(frame.end_ns for track in own for frame in track.frames)


@dataclass(frozen=True, slots=True)
class Request:
    """One recorded request: its kind, and how much tracing slowed such requests down."""

    kind: str
    twin: str | None
    hops: int
    inflation: float


@dataclass(frozen=True, slots=True)
class Recording:
    """One trace file; as many processes as requests, but for requests that overlap."""

    name: str
    requests: tuple[Request, ...]
    processes: tuple[Process, ...]
    python: str
    versions: tuple[tuple[str, str], ...]
