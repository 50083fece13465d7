"""Turns slices of one track into frames, each with its caller, or refuses slices that cross."""

import re
from collections.abc import Sequence
from pathlib import Path

from analysis.metadata import InputError, Metadata
from analysis.recordings.rows import Frame

LOCATED = re.compile(r"(?P<function>.+) \((?P<file>[^()]+):(?P<line>\d{1,7})\)")
PASS = re.compile(r"pass \d+ of the event loop: ")


def frames_of(path: Path, events: Sequence[Metadata]) -> tuple[Frame, ...]:
    """Nest slices, which come in calling order.

    Raises:
        InputError: they are out of order, or one outlasts its caller.
    """
    found: list[Frame] = []
    open_calls: list[int] = []
    for event in events:
        start_ns, end_ns = times(event)
        while open_calls and found[open_calls[-1]].end_ns <= start_ns:
            open_calls.pop()

        if found and start_ns < found[-1].start_ns:
            raise InputError(f"{path} must have its slices by time: record it again")

        if open_calls and end_ns > found[open_calls[-1]].end_ns:
            raise InputError(f"{path} must have slices that nest: record it again")

        found.append(frame(event, start_ns, end_ns, open_calls[-1] if open_calls else -1))
        open_calls.append(len(found) - 1)

    return tuple(found)


def times(event: Metadata) -> tuple[int, int]:
    """Give start and end in nanoseconds; the file says microseconds."""
    start, length = event.optional_seconds("ts"), event.optional_seconds("dur")
    if start is None or length is None:
        raise InputError(f"{event.place} must have a time and a duration: record it again")

    return round(start * 1000), round(start * 1000) + round(length * 1000)


def frame(event: Metadata, start_ns: int, end_ns: int, parent: int) -> Frame:
    """Take a slice's name apart."""
    name = PASS.sub("", event.text("name"))
    match = LOCATED.fullmatch(name)

    return Frame(
        function=match["function"] if match else name,
        file=match["file"] if match else "",
        line=int(match["line"]) if match else 0,
        start_ns=start_ns,
        end_ns=end_ns,
        parent=parent,
        began_before="args" in event.values,
    )
