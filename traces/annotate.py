"""Annotate: from recordings to one trace document that explains itself in Perfetto.

The format is Chrome's "Trace Event Format": complete slices (X), arrows (s, f), counters (C),
names (M). Processes and threads are numbered anew; nothing of the machine's own numbers is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from traces.arrows import Arrow, UnexpectedTraceError, arrows
from traces.events import TRACKS_PER_PROCESS, Event, arrow_events, counters, slice_event
from traces.frames import Recording
from traces.marks import BEGIN, END, HAND_OVER

FORMAT = 1
PASS = re.compile(r"BaseEventLoop\._run_once \(")

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the document: a recording, its label, and the hops it must hold."""

    label: str
    recording: Recording
    hops: int


def document(parts: Sequence[Part], facts: Facts) -> dict[str, Any]:
    """The whole trace; `facts` for the analysis stand under "hopcost".

    Raises:
        UnexpectedTraceError: a worker's frames or a hop's arrows are missing.
    """
    events: list[Event] = []
    for number, part in enumerate(parts, start=1):
        events += process(number, part)

    named = [event for event in events if event["ph"] == "M"]
    timed = sorted((event for event in events if event["ph"] != "M"), key=lambda event: event["ts"])
    return {
        "displayTimeUnit": "ns",
        "hopcost": {"format": FORMAT, **facts},
        "traceEvents": [*named, *timed],
    }


def process(number: int, part: Part) -> Iterator[Event]:
    """All events of one process, whose request or requests begin at zero."""
    recording = part.recording
    found = arrows(recording)
    refuse_incomplete(part, found)
    requests = {mark.facts["request"]: mark.time_ns for mark in recording.of(BEGIN)}
    tracks = tracks_of(recording, found, number, len(requests))
    yield {"ph": "M", "name": "process_name", "pid": number, "args": {"name": part.label}}
    yield {"ph": "M", "name": "process_sort_index", "pid": number, "args": {"sort_index": number}}
    names = [*request_names(len(requests)), "event loop"]
    names += [f"worker {worker}" for worker in range(1, len(tracks))]
    for index, name in enumerate(names):
        where = {"pid": number, "tid": number * TRACKS_PER_PROCESS + index}
        yield {"ph": "M", "name": "thread_name", **where, "args": {"name": name}}
        yield {"ph": "M", "name": "thread_sort_index", **where, "args": {"sort_index": index}}

    ends = {mark.facts["request"]: mark.time_ns for mark in recording.of(END)}
    for index, request in enumerate(requests):
        where = {"pid": number, "tid": number * TRACKS_PER_PROCESS + index}
        yield slice_event("request", requests[request], ends[request], where)

    for thread, track in tracks.items():
        yield from slices(recording, thread, {"pid": number, "tid": track})

    for arrow in found:
        yield from arrow_events(arrow, number, tracks)

    yield from counters(recording, number)


def refuse_incomplete(part: Part, found: Sequence[Arrow]) -> None:
    """Raises UnexpectedTraceError unless all hops are there, with the worker's side of each."""
    if len(found) != 2 * part.hops:
        raise UnexpectedTraceError(
            f"{part.label} must have two arrows for each of {part.hops} hops, "
            f"the trace has {len(found)}"
        )

    if part.hops and len(part.recording.threads) < 2:
        raise UnexpectedTraceError(f"{part.label} hops, but no worker's frame is in the trace")


def tracks_of(
    recording: Recording, found: Sequence[Arrow], number: int, requests: int
) -> dict[int, int]:
    """Track of each thread: the loop first, workers in the order of their first own item."""
    items = [arrow.end.thread for arrow in found if arrow.step == HAND_OVER]
    others = [thread for thread in recording.threads if thread != recording.loop_thread]
    workers = [*dict.fromkeys(items)]
    workers += [thread for thread in others if thread not in workers]
    start = number * TRACKS_PER_PROCESS + requests
    return {thread: start + index for index, thread in enumerate((recording.loop_thread, *workers))}


def request_names(count: int) -> list[str]:
    """Names of the tracks that hold a request as a whole."""
    return ["request"] if count == 1 else [f"request {number + 1}" for number in range(count)]


def slices(recording: Recording, thread: int, where: Mapping[str, int]) -> Iterator[Event]:
    """The slices of one thread; the loop's end with the last request, its passes numbered."""
    on_loop = thread == recording.loop_thread
    end_ns = recording.answered_ns if on_loop else recording.length_ns
    passes = 0
    for each in recording.threads[thread]:
        if each.start_ns >= end_ns:
            continue

        name = each.name
        if on_loop and PASS.match(name):
            passes += 1
            name = f"pass {passes} of the event loop: {name}"

        yield slice_event(name, each.start_ns, min(each.end_ns, end_ns), where, each)


def loop_passes(recording: Recording) -> int:
    """Passes of the loop that began between the request's first step and its last."""
    return sum(
        bool(PASS.match(each.name))
        and not each.began_before
        and each.start_ns < recording.answered_ns
        for each in recording.threads[recording.loop_thread]
    )
