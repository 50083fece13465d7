"""Events: from a slice, an arrow, a limiter's tokens to what Chrome's trace format calls events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from traces.arrows import Arrow, Point
from traces.frames import Recording
from traces.marks import HAND_OVER, TOKENS
from traces.slices import Slice

TRACKS_PER_PROCESS = 100
LIMITER = "limiter"
BORROWED = "borrowed tokens"
"""Perfetto calls a counter by its name and its argument, one after the other."""

Event = dict[str, Any]


def slice_event(
    name: str, start_ns: int, end_ns: int, where: Mapping[str, int], own: Slice | None = None
) -> Event:
    """A complete slice; one that began before the request says so."""
    event = {
        "ph": "X",
        "name": name,
        "ts": start_ns / 1000,
        "dur": (end_ns - start_ns) / 1000,
        **where,
    }
    if own is not None and own.began_before:
        event["args"] = {"began": "before the request"}

    return event


def arrow_events(arrow: Arrow, number: int, tracks: Mapping[int, int]) -> Iterator[Event]:
    """The two ends of an arrow; `bp: e` binds its head to the slice around it, not the next one."""
    identity = 2 * arrow.hop + (arrow.step != HAND_OVER) + 1000 * TRACKS_PER_PROCESS * number
    common = {"cat": "hop", "name": f"hop {arrow.hop}: {arrow.step}", "id": identity}
    yield {"ph": "s", **common, **at(arrow.start, number, tracks)}
    yield {"ph": "f", "bp": "e", **common, **at(arrow.end, number, tracks)}


def at(point: Point, number: int, tracks: Mapping[int, int]) -> Event:
    """Where and when, as an event says it."""
    return {"pid": number, "tid": tracks[point.thread], "ts": point.time_ns / 1000}


def counters(recording: Recording, number: int) -> Iterator[Event]:
    """A track of borrowed tokens for each limiter; one at zero where there is none."""
    marks = list(recording.of(TOKENS))
    limiters = [*dict.fromkeys(mark.facts["limiter"] for mark in marks)] or [0]
    for index, limiter in enumerate(limiters):
        name = LIMITER if index == 0 else f"{LIMITER} {index + 1}"
        base = {"ph": "C", "name": name, "pid": number}
        yield {**base, "ts": 0.0, "args": {BORROWED: 0}}
        for mark in marks:
            if mark.facts["limiter"] == limiter:
                borrowed = {BORROWED: mark.facts["borrowed"]}
                yield {**base, "ts": mark.time_ns / 1000, "args": borrowed}
