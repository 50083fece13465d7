"""Turns recordings into exact counts of calls, by package and thread, and into what a hop adds.

A call is one entry into a function; a coroutine that suspends is entered again when it resumes,
and counts again. What was under way before the request is not counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from analysis.recordings.packages import PACKAGES, packages
from analysis.recordings.rows import Process, Recording, Request

LOOP_THREAD, WORKERS = "event loop", "workers"
THREADS = (LOOP_THREAD, WORKERS)
PYTHON, C = "Python", "C"

Key = tuple[str, str, str]
"""Package, thread, language."""


@dataclass(frozen=True)
class Calls:
    """How many calls one request makes."""

    request: Request
    counts: Mapping[Key, int]

    def total(
        self, package: str | None = None, thread: str | None = None, language: str | None = None
    ) -> int:
        """Add up the calls of a package, on a thread, in a language; None is all of them."""
        wanted = (package, thread, language)

        return sum(
            count
            for key, count in self.counts.items()
            if all(want in (None, own) for want, own in zip(wanted, key, strict=True))
        )


@dataclass(frozen=True)
class Added:
    """A handler kind against its twin: the calls that its hops add."""

    kind: Calls
    twin: Calls

    @property
    def name(self) -> str:
        """The kind's name."""
        return self.kind.request.kind

    @property
    def hops(self) -> int:
        """How many hops the kind makes more than its twin."""
        return self.kind.request.hops - self.twin.request.hops

    def more(
        self, package: str | None = None, thread: str | None = None, language: str | None = None
    ) -> int:
        """Count the calls that the kind makes more than its twin."""
        wanted = (package, thread, language)

        return self.kind.total(*wanted) - self.twin.total(*wanted)

    @property
    def per_hop(self) -> float:
        """All calls more, shared out over the hops."""
        return self.more() / self.hops


def calls_of(process: Process, request: Request) -> Calls:
    """Count the calls of one process, which records one request."""
    counts: Counter[Key] = Counter()
    for track in process.tracks:
        if track.is_loop or track.is_worker:
            thread = LOOP_THREAD if track.is_loop else WORKERS
            new = [not frame.began_before for frame in track.frames]
            named = zip(packages(track), track.frames, strict=True)
            counts.update(
                (package, thread, PYTHON if frame.in_python else C)
                for package, frame in compress(named, new)
            )

    ordered = sorted(counts.items(), key=lambda item: PACKAGES.index(item[0][0]))

    return Calls(request, dict(ordered))


def calls_of_kinds(recordings: Sequence[Recording]) -> dict[str, Calls]:
    """Count the calls of every recording of one request, by kind."""
    return {
        recording.name: calls_of(recording.processes[0], recording.requests[0])
        for recording in recordings
        if len(recording.requests) == 1
    }


def added_by_hops(kinds: Mapping[str, Calls]) -> tuple[Added, ...]:
    """Compare each kind that hops with its twin, where both were recorded."""
    pairs = ((calls, kinds.get(calls.request.twin or "")) for calls in kinds.values())
    found = (Added(calls, twin) for calls, twin in pairs if twin is not None)

    return tuple(one for one in found if one.hops > 0)
