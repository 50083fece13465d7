"""Arrows: from the marks of a recording to two arrows per hop, from slice to slice."""

from __future__ import annotations

from dataclasses import dataclass

from traces.frames import Mark, Recording
from traces.marks import HAND_OVER, REPORT, TAKEN
from traces.slices import Slice

WAKE_UP = "wake-up"


class UnexpectedTraceError(Exception):
    """A recording lacks what it must hold; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Point:
    """A moment inside a slice of a thread."""

    thread: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one thread to another; `hop` counts from 1 in the order of hand-overs."""

    hop: int
    step: str
    start: Point
    end: Point


def arrows(recording: Recording) -> list[Arrow]:
    """Two per hop: the hand-over, loop to worker, and the wake-up, worker to loop.

    Raises:
        UnexpectedTraceError: a hop lacks one of its four ends.
    """
    found = []
    for hop, put in enumerate(recording.of(HAND_OVER), start=1):
        taken = mark_of(recording, TAKEN, put.facts["hop"])
        report = mark_of(recording, REPORT, put.facts["hop"])
        run = first(recording, taken, "Context.run")
        calling = recording.threads[taken.thread][run].parent
        wake = first(recording, taken, "call_soon_threadsafe", calling)
        result = first(recording, report, "_report_result")
        found += [
            Arrow(
                hop, HAND_OVER, enclosing(recording, put, "put_nowait"), at(recording, taken, run)
            ),
            Arrow(hop, WAKE_UP, at(recording, taken, wake), at(recording, report, result)),
        ]

    return found


def mark_of(recording: Recording, step: str, number: int) -> Mark:
    """The mark that one hop left at one step."""
    for mark in recording.of(step):
        if mark.facts["hop"] == number:
            return mark

    raise UnexpectedTraceError(f"every hop must come to {step}, one of the request's did not")


def first(recording: Recording, mark: Mark, name: str, parent: int | None = None) -> int:
    """The first slice called `name` after `mark` on its thread; only among calls of `parent`."""
    for index, each in enumerate(recording.threads.get(mark.thread, ())):
        after = each.start_ns >= mark.time_ns and parent in (None, each.parent)
        if after and function(each) == name:
            return index

    raise UnexpectedTraceError(f"{name} must follow every {mark.step} in the trace, it does not")


def enclosing(recording: Recording, mark: Mark, name: str) -> Point:
    """Inside the slice called `name` that was open at `mark`."""
    for index, each in enumerate(recording.threads.get(mark.thread, ())):
        if each.start_ns <= mark.time_ns < each.end_ns and function(each) == name:
            return at(recording, mark, index)

    raise UnexpectedTraceError(f"{name} must be open at every {mark.step} in the trace, it is not")


def function(each: Slice) -> str:
    """The last part of its name, but of a context's `run` the last two."""
    name = each.name.split(" (")[0]
    return "Context.run" if name.endswith("Context.run") else name.rpartition(".")[2]


def at(recording: Recording, mark: Mark, index: int) -> Point:
    """The moment half-way from the slice's start to its first call: there, it is the innermost."""
    slices = recording.threads[mark.thread]
    own = slices[index]
    has_calls = index + 1 < len(slices) and slices[index + 1].parent == index
    end_ns = slices[index + 1].start_ns if has_calls else own.end_ns
    return Point(mark.thread, (own.start_ns + end_ns) // 2)
