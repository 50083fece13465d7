"""Answers: what stands in a trace file, and what Perfetto's trace processor says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]
Ask = Callable[[str], list[Row]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What stands in a file, or what Perfetto says of it; times in nanoseconds.

    Attributes:
        processes: number, label
        threads: process, thread, name
        slices: process, thread, name, start, duration
        counts: process, track, time, value
        arrows: process, name, and thread and function of both ends; then both starts
        complaints: whatever Perfetto found wrong, name and value; a file has none
    """

    processes: Counter[Row]
    threads: Counter[Row]
    slices: Counter[Row]
    counts: Counter[Row]
    arrows: Counter[Row]
    complaints: Counter[Row]


SQL: Mapping[str, str] = {
    "processes": "select pid, name from process where name is not null",
    "threads": """select pid, tid, thread.name from thread join process using (upid)
        where thread.name is not null""",
    "slices": """select pid, tid, slice.name, slice.ts, slice.dur from slice
        join thread_track track on track.id = slice.track_id
        join thread using (utid) join process using (upid)""",
    "counts": """select pid, track.name, counter.ts, value from counter
        join process_counter_track track on track.id = counter.track_id
        join process using (upid)""",
    "arrows": """select p.pid, q.pid, extract_arg(flow.arg_set_id, 'name'),
            t.name, a.name, u.name, b.name, a.ts, b.ts from flow
        join slice a on a.id = slice_out join slice b on b.id = slice_in
        join thread_track x on x.id = a.track_id join thread_track y on y.id = b.track_id
        join thread t on t.utid = x.utid join thread u on u.utid = y.utid
        join process p on p.upid = t.upid join process q on q.upid = u.upid""",
    "complaints": """select name, value from stats
        where severity in ('error', 'data_loss') and value > 0""",
}


def answers(ask: Ask) -> Answers:
    """Perfetto's."""
    return Answers(**{name: Counter(ask(sql)) for name, sql in SQL.items()})


def written(document: Mapping[str, Any]) -> Answers:
    """The file's own; without arrows, whose slices are Perfetto's to find."""
    events = document["traceEvents"]
    named = [event for event in events if event["ph"] == "M"]
    return Answers(
        processes=Counter(
            (event["pid"], event["args"]["name"])
            for event in named
            if event["name"] == "process_name"
        ),
        threads=Counter(
            (event["pid"], event["tid"], event["args"]["name"])
            for event in named
            if event["name"] == "thread_name"
        ),
        slices=Counter(
            (
                event["pid"],
                event["tid"],
                event["name"],
                round(event["ts"] * 1000),
                round(event["dur"] * 1000),
            )
            for event in events
            if event["ph"] == "X"
        ),
        counts=Counter(
            (event["pid"], f"{event['name']} {series}", round(event["ts"] * 1000), value)
            for event in events
            if event["ph"] == "C"
            for series, value in event["args"].items()
        ),
        arrows=Counter(),
        complaints=Counter(),
    )
