"""Marks: from what AnyIO does with a hop to instants in the trace that name the hop.

VizTracer knows functions, not what they are called with. It can log every argument of every call:
then `repr` runs on each, or a function of ours in its place, and with that 1.1.1 ends in a
segmentation fault where a coroutine goes on that has deleted an argument (seen on 3.11 to 3.13).
So queue, report and limiter are wrapped: each wrapper notes which hop it was for. `traces.frames`
removes the frames of this module from the trace again: those of TRANSPARENT alone, others with
all they called.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from queue import Queue
from typing import Any
from unittest import mock

from anyio._backends import _asyncio as backend
from viztracer import VizTracer

TRANSPARENT = frozenset(("_put", "_get", "reported", "counted", "poll", "control", "drive"))

HAND_OVER = "hand-over"
TAKEN = "taken"
REPORT = "report"
TOKENS = "tokens"
BEGIN = "begin"
END = "end"
SETTLED = "settled"

Mark = Callable[..., None]
"""Called with a step and its facts; leaves an instant on the calling thread's track."""


def marker(tracer: VizTracer) -> Mark:
    """The function that leaves instants in `tracer`."""

    def mark(step: str, **facts: int) -> None:
        tracer.add_instant(step, facts, "t")

    return mark


@contextmanager
def marking(mark: Mark) -> Iterator[None]:
    """Inside the block, hops and limiters of AnyIO's worker threads leave marks.

    A hop is known by its future, which lives from hand-over to report: exact, however many hops
    are under way, and never a guess by time.
    """
    with ExitStack() as stack:
        enter = stack.enter_context
        numbers: dict[int, int] = {}
        enter(mock.patch.object(backend, "Queue", marked_queue(mark, numbers)))
        enter(mock.patch.object(backend.WorkerThread, "_report_result", report(mark, numbers)))
        limiters: dict[int, int] = {}
        for method in ("acquire_on_behalf_of_nowait", "release_on_behalf_of"):
            wrapped = tokens(getattr(backend.CapacityLimiter, method), mark, limiters)
            enter(mock.patch.object(backend.CapacityLimiter, method, wrapped))

        yield


def marked_queue(mark: Mark, numbers: dict[int, int]) -> type[Queue[Any]]:
    """A `queue.Queue` that numbers the hops put into it, and says which one is taken out."""
    count = itertools.count(1)

    def number(item: Any) -> None:
        if item is not None:  # None tells a worker to end
            numbers[id(item[3])] = next(count)
            mark(HAND_OVER, hop=numbers[id(item[3])])

    def name(item: Any) -> None:
        if item is not None:
            mark(TAKEN, hop=numbers[id(item[3])])

    class MarkedQueue(Queue[Any]):
        def _put(self, item: Any) -> None:
            number(item)
            Queue._put(self, item)  # noqa: SLF001 the hook `queue.Queue` offers to subclasses

        def _get(self) -> Any:
            item = Queue._get(self)  # noqa: SLF001 likewise
            name(item)
            return item

    return MarkedQueue


def report(mark: Mark, numbers: dict[int, int]) -> Callable[..., None]:
    """`WorkerThread._report_result`, which says whose result it is."""
    report_result = backend.WorkerThread._report_result  # noqa: SLF001 the end of a hop has no public name

    def name(future: Any) -> None:
        mark(REPORT, hop=numbers.pop(id(future)))

    def reported(worker: Any, future: Any, result: Any, exception: Any) -> None:
        name(future)
        report_result(worker, future, result, exception)

    return reported


def tokens(
    method: Callable[..., None], mark: Mark, limiters: dict[int, int]
) -> Callable[..., None]:
    """A method of the limiter, after which its borrowed tokens are marked; 1 is the first used."""
    alive: list[Any] = []  # or a new limiter could have the number of a dead one

    def count(limiter: Any) -> None:
        if id(limiter) not in limiters:
            limiters[id(limiter)] = len(limiters) + 1

        alive.append(limiter)
        mark(TOKENS, limiter=limiters[id(limiter)], borrowed=limiter.borrowed_tokens)

    def counted(limiter: Any, borrower: Any) -> None:
        try:
            method(limiter, borrower)
        finally:
            count(limiter)

    return counted
