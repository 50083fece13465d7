"""Frames: from VizTracer's events to the slices of each thread inside the request's window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from traces.marks import BEGIN, END, SETTLED, TRANSPARENT
from traces.names import located, scrubbed
from traces.slices import Event, Slice, nanoseconds, nested, sliced

INSTRUMENT = frozenset(
    ("traces/marks.py", "traces/resuming.py", "traces/settling.py", "traces/tracing.py")
)
"""Files whose functions observe and are not part of what is observed."""


class IncompleteTraceError(Exception):
    """Tracing ended before the request did."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a wrapper noted: the step, on which thread, when, and about what."""

    step: str
    thread: int
    time_ns: int
    facts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recording:
    """The window: slices of each thread in calling order, and marks by time."""

    threads: Mapping[int, tuple[Slice, ...]]
    marks: tuple[Mark, ...]
    loop_thread: int
    length_ns: int

    @property
    def answered_ns(self) -> int:
        """When the last request was answered."""
        return max(mark.time_ns for mark in self.of(END))

    def of(self, *steps: str) -> Iterator[Mark]:
        """The marks of these steps."""
        return (mark for mark in self.marks if mark.step in steps)


def recording(events: Sequence[Event]) -> Recording:
    """What lies between the first BEGIN and the last SETTLED mark of `events`."""
    marks = sorted(
        (
            Mark(event["name"], event["tid"], nanoseconds(event["ts"]), event.get("args") or {})
            for event in events
            if event["ph"] in ("i", "I")
        ),
        key=lambda mark: mark.time_ns,
    )
    begin = next((mark for mark in marks if mark.step == BEGIN), None)
    settled = next((mark for mark in reversed(marks) if mark.step == SETTLED), None)
    if begin is None or settled is None:
        raise IncompleteTraceError(
            "the whole request must be traced, VizTracer stopped before its end: "
            "see its warnings with `python -W always -m traces.request NAME --output FILE`"
        )

    end = settled.time_ns
    threads: dict[int, list[Slice]] = {begin.thread: []}
    for event in events:
        if event["ph"] == "X":
            threads.setdefault(event["tid"], []).append(sliced(event))

    cuts = {
        thread: tuple(cut(seen(nested(slices)), begin.time_ns, end))
        for thread, slices in threads.items()
    }
    return Recording(
        {thread: slices for thread, slices in cuts.items() if slices},
        tuple(
            replace(mark, time_ns=mark.time_ns - begin.time_ns)
            for mark in marks
            if begin.time_ns <= mark.time_ns <= end
        ),
        begin.thread,
        end - begin.time_ns,
    )


def seen(slices: Sequence[Slice]) -> list[Slice]:
    """The slices without those of the instrument."""
    opaque: set[int] = set()
    kept: list[Slice] = []
    for index, each in enumerate(slices):
        function, file = located(each.name)
        if each.parent in opaque:
            opaque.add(index)
        elif file in INSTRUMENT:
            if function.rpartition(".")[2] not in TRANSPARENT:
                opaque.add(index)
        else:
            kept.append(each)

    return kept


def cut(slices: Sequence[Slice], begin_ns: int, end_ns: int) -> list[Slice]:
    """The slices that overlap the window, cut to it, named for everyone, nested anew."""
    inside = [each for each in slices if each.end_ns > begin_ns and each.start_ns < end_ns]
    return nested(
        [
            Slice(
                scrubbed(each.name),
                max(each.start_ns, begin_ns) - begin_ns,
                min(each.end_ns, end_ns) - begin_ns,
                began_before=each.start_ns < begin_ns,
            )
            for each in inside
        ]
    )
