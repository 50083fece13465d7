"""Turns a recorded process into lanes of calls: on which thread, of which package, in which order.

Its axis counts calls and not time: calls are exact, and the same in every recording of the pair;
durations are neither.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from analysis.recordings.packages import OTHER, STANDARD, packages
from analysis.recordings.round_trip import PASS
from analysis.recordings.rows import Process, Track


@dataclass(frozen=True)
class Segment:
    """Calls of one package that follow one another on one thread: from `first`, `count` of them."""

    package: str
    first: int
    count: int


@dataclass(frozen=True)
class Lane:
    """One thread: its segments, and the calls at which passes of the event loop began."""

    thread: str
    segments: tuple[Segment, ...]
    passes: tuple[int, ...]


@dataclass(frozen=True)
class Crossing:
    """An arrow: after which call it starts, before which it ends, and between which lanes."""

    step: str
    start: int
    end: int
    from_lane: int
    to_lane: int


@dataclass(frozen=True)
class Timeline:
    """All calls of one process, from the beginning of its request to its end."""

    kind: str
    lanes: tuple[Lane, ...]
    crossings: tuple[Crossing, ...]
    calls: int


def timeline(process: Process, kind: str) -> Timeline:
    """Number the calls of all threads in the order of time, from 0."""
    tracks = (process.loop, *process.workers)
    calls = sorted(
        (
            (frame.start_ns, lane, package)
            for lane, track in enumerate(tracks)
            for frame, package in zip(track.frames, callers(track), strict=True)
            if not frame.began_before and frame.start_ns < process.length_ns
        ),
        key=itemgetter(0),  # at one time, a caller stays before what it calls
    )
    starts = [start_ns for start_ns, _, _ in calls]
    order = {id(track): lane for lane, track in enumerate(tracks)}

    return Timeline(
        kind=kind,
        lanes=tuple(
            Lane(track.name, segments(calls, lane), passes(track, starts))
            for lane, track in enumerate(tracks)
        ),
        crossings=tuple(
            Crossing(
                arrow.step,
                bisect_right(starts, arrow.start.time_ns),
                bisect_right(starts, arrow.end.time_ns) - 1,
                order[id(process.tracks[arrow.start.track])],
                order[id(process.tracks[arrow.end.track])],
            )
            for arrow in process.arrows
        ),
        calls=len(calls),
    )


def callers(track: Track) -> list[str]:
    """Name each frame's package; standard library and others work for whoever calls them."""
    names: list[str] = []
    for frame, own in zip(track.frames, packages(track), strict=True):
        inherits = own in (STANDARD, OTHER) and frame.parent >= 0
        names.append(names[frame.parent] if inherits else own)

    return names


def segments(calls: Sequence[tuple[int, int, str]], lane: int) -> tuple[Segment, ...]:
    """Join calls that follow one another on a lane and are of one package."""
    found = []
    for (own_lane, package), group in groupby(
        enumerate(calls), key=lambda call: (call[1][1], call[1][2])
    ):
        members = [index for index, _ in group]
        if own_lane == lane:
            found.append(Segment(package, members[0], len(members)))

    return tuple(found)


def passes(track: Track, starts: Sequence[int]) -> tuple[int, ...]:
    """Say before which calls the passes of the event loop on this thread began."""
    return tuple(
        bisect_left(starts, frame.start_ns) for frame in track.frames if frame.function == PASS
    )
