"""Slices: from VizTracer's function events to calls, each inside the one that called it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slice:
    """One call, from its start to its end, in nanoseconds since the window opened.

    Attributes:
        parent: index of the calling slice among those of its thread, -1 for none.
        began_before: the call was under way when the window opened.
    """

    name: str
    start_ns: int
    end_ns: int
    parent: int = -1
    began_before: bool = False


def nanoseconds(microseconds: float) -> int:
    """VizTracer's times, which have a resolution of one nanosecond."""
    return round(microseconds * 1000)


def sliced(event: Event) -> Slice:
    """One of VizTracer's events, with its own name."""
    return Slice(event["name"], nanoseconds(event["ts"]), nanoseconds(event["ts"] + event["dur"]))


def nested(slices: Sequence[Slice]) -> list[Slice]:
    """The same slices in calling order, each inside its caller.

    Start and length are rounded apart, so a call may seem to outlast its caller by a nanosecond
    or two: it is cut.
    """
    ordered = sorted(slices, key=lambda each: (each.start_ns, -each.end_ns))
    found: list[Slice] = []
    open_calls: list[int] = []
    for each in ordered:
        while open_calls and found[open_calls[-1]].end_ns <= each.start_ns:
            open_calls.pop()

        parent = open_calls[-1] if open_calls else -1
        end_ns = min(each.end_ns, found[parent].end_ns) if open_calls else each.end_ns
        open_calls.append(len(found))
        found.append(replace(each, end_ns=end_ns, parent=parent))

    return found
