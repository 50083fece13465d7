"""Comparison: from a trace file and what Perfetto saw of it to sentences on what differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bench.handlers import CATALOGUE
from tests.browser.answers import Answers, Row, written
from traces.overlap import scenarios
from traces.record import OVERLAP, PAIR

THREAD = re.compile(r"request( \d+)?|event loop|worker \d+")
STEPS = {
    "hand-over": (("event loop", "put_nowait"), ("worker", "Context.run")),
    "wake-up": (("worker", "call_soon_threadsafe"), ("event loop", "_report_result")),
}
"""Where an arrow begins and ends: the thread's name without its number, the function's end."""


def hops_of(name: str) -> list[int]:
    """Hops of each process, from the catalogue: what the file itself says is not asked."""
    if name == OVERLAP:
        return [scenario.hops for scenario in scenarios()]

    kinds = ("def", "async-def") if name == PAIR else (name,)
    return [CATALOGUE[kind].hops for kind in kinds]


def problems(name: str, document: Mapping[str, Any], seen: Answers) -> list[str]:
    """One sentence for each thing that is not as it must be."""
    own = written(document)
    return [
        *differences("process", own.processes, seen.processes),
        *differences("thread", own.threads, seen.threads),
        *differences("slice", own.slices, seen.slices),
        *differences("count", own.counts, seen.counts),
        *differences("complaint", own.complaints, seen.complaints),
        *(f"a thread is called {row[2]}" for row in seen.threads if not THREAD.fullmatch(row[2])),
        *wrong_start(seen),
        *wrong_arrows(hops_of(name), seen),
    ]


def differences(what: str, own: Counter[Row], seen: Counter[Row]) -> Iterator[str]:
    """What is in the file and not in Perfetto, and the reverse."""
    for row in own - seen:
        yield f"Perfetto misses the {what} {row}"

    for row in seen - own:
        yield f"Perfetto sees a {what} that the file has not: {row}"


def wrong_start(seen: Answers) -> Iterator[str]:
    """Every process must have tokens counted, and begin at zero."""
    for pid, _ in seen.processes:
        if min((row[3] for row in seen.slices if row[0] == pid), default=None) != 0:
            yield f"process {pid} does not begin at zero"

        if not any(row[0] == pid for row in seen.counts):
            yield f"process {pid} has no track of borrowed tokens"


def wrong_arrows(hops: list[int], seen: Answers) -> Iterator[str]:
    """Two arrows a hop, each from the right slice of the right thread to the right other."""
    expected = {
        (pid, f"hop {hop}: {step}")
        for pid, count in enumerate(hops, start=1)
        for hop in range(1, count + 1)
        for step in STEPS
    }
    if seen.arrows.total() != 2 * sum(hops):
        yield f"there are {seen.arrows.total()} arrows for {sum(hops)} hops"

    yield from (
        f"no arrow is {each}" for each in expected - {(row[0], row[2]) for row in seen.arrows}
    )
    for row in seen.arrows:
        if not right(row):
            yield f"an arrow is wrong: {row}"


def right(arrow: Row) -> bool:
    """Whether it stays in its process, binds to the slices it must, and goes forward in time."""
    pid, other, name, *ends, start_ns, end_ns = arrow
    step = STEPS[name.partition(": ")[2]]
    threads, functions = ends[::2], ends[1::2]
    return (
        pid == other
        and start_ns <= end_ns
        and all(
            thread.startswith(on) and function.split(" (")[0].endswith(called)
            for thread, function, (on, called) in zip(threads, functions, step, strict=True)
        )
    )
