"""Turns trace events into processes: tracks of frames, and the arrows between them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.metadata import InputError, Metadata
from analysis.recordings.nesting import frames_of
from analysis.recordings.rows import HAND_OVER, LOOP, WAKE_UP, Arrow, End, Process, Track
from analysis.recordings.shapes import mapping

ARROW = re.compile(r"hop (?P<hop>[1-9]\d{0,5}): (?P<step>hand-over|wake-up)")

Events = Sequence[Metadata]


def processes_of(path: Path, events: Events) -> tuple[Process, ...]:
    """Divide the events by process."""
    labels = {
        event.integer("pid", least=1): argument(path, event)
        for event in events
        if event.values.get("name") == "process_name"
    }
    if not labels:
        raise InputError(f"{path} must have a process, but has none: record it again")

    found: dict[int, list[Metadata]] = {pid: [] for pid in sorted(labels)}
    for event in events:
        pid = event.integer("pid", least=1)
        if pid not in found:
            raise InputError(f"{path} must name every process, but one is not: record it again")

        found[pid].append(event)

    return tuple(process(path, labels[pid], own) for pid, own in found.items())


def process(path: Path, label: str, events: Events) -> Process:
    """Gather one process: its tracks in the order in which they are named, and its arrows."""
    names = {
        event.integer("tid", least=1): argument(path, event)
        for event in events
        if event.values.get("name") == "thread_name" and event.values["ph"] == "M"
    }
    slices: dict[int, list[Metadata]] = {tid: [] for tid in names}
    for event in events:
        if event.values["ph"] == "X":
            slices[track_of(event, names)].append(event)

    tracks = tuple(Track(names[tid], frames_of(path, own)) for tid, own in slices.items())
    if sum(track.is_loop for track in tracks) != 1:
        raise InputError(f"{path} must have one {LOOP!r} per process: record it again")

    if not any(track.frames for track in tracks if not track.is_loop and not track.is_worker):
        raise InputError(f"{path} must have a request in each process: record it again")

    positions = {tid: position for position, tid in enumerate(names)}
    found = Process(label, tracks, arrows(path, events, positions))
    require_anchored(path, found)

    return found


def argument(path: Path, event: Metadata) -> str:
    """Give the name in the arguments of a naming event."""
    arguments = mapping(path, event.values.get("args"), "a name's arguments")
    return Metadata(event.place, arguments).text("name")


def track_of(event: Metadata, names: Mapping[int, object]) -> int:
    """Give the event's track, which must have a name."""
    tid = event.integer("tid", least=1)
    if tid not in names:
        raise InputError(f"{event.place} must be on a track with a name: record it again")

    return tid


def arrows(path: Path, events: Events, positions: Mapping[int, int]) -> tuple[Arrow, ...]:
    """Join the two ends of each arrow; each hop has a hand-over and a wake-up."""
    ends: dict[tuple[int, str, str], End] = {}
    for event in events:
        phase = event.text("ph")
        if phase in ("s", "f"):
            match = ARROW.fullmatch(event.text("name"))
            if match is None:
                raise InputError(f"{event.place} must be an arrow of a hop: record it again")

            key = int(match["hop"]), match["step"], phase
            if key in ends:
                raise InputError(f"{path} has an arrow twice: record it again")

            ends[key] = End(positions[track_of(event, positions)], nanoseconds(event))

    hops = sorted({hop for hop, _, _ in ends})
    try:
        return tuple(
            Arrow(hop, step, ends[hop, step, "s"], ends[hop, step, "f"])
            for hop in hops
            for step in (HAND_OVER, WAKE_UP)
        )
    except KeyError:
        raise InputError(
            f"{path} must have two whole arrows per hop, but one is missing: record it again"
        ) from None


def nanoseconds(event: Metadata) -> int:
    """Give when an event was; the file says microseconds."""
    found = event.optional_seconds("ts")
    if found is None:
        raise InputError(f"{event.place} must have a time: record it again")

    return round(found * 1000)


def require_anchored(path: Path, found: Process) -> None:
    """Refuse arrows backwards, outside frames, or not from loop to worker and back."""
    for arrow in found.arrows:
        start, end = (found.tracks[each.track] for each in (arrow.start, arrow.end))
        loop, worker = (start, end) if arrow.step == HAND_OVER else (end, start)
        inside = start.innermost(arrow.start.time_ns) >= 0 and end.innermost(arrow.end.time_ns) >= 0
        if not (inside and loop.is_loop and worker.is_worker):
            raise InputError(
                f"{path} must have arrows between frames of the loop and of a worker: "
                "record it again"
            )

        if arrow.end.time_ns < arrow.start.time_ns:
            raise InputError(f"{path} must have arrows forward in time: record it again")
