"""Tracing: from a handler kind to the recording of one warm request, and what tracing cost it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from viztracer import VizTracer

from bench.asgi import Answer, Exchange
from bench.correctness import WARM_UP, check, check_answer
from bench.handlers import HandlerKind
from traces.arrows import UnexpectedTraceError
from traces.frames import Recording, recording
from traces.inflation import timed
from traces.marks import BEGIN, END, SETTLED, Mark, marker, marking
from traces.resuming import running
from traces.settling import join_workers, settle, settling_loop

TAKES = 4


@dataclass(frozen=True, slots=True)
class Traced:
    """One request, traced, and how much longer tracing made it; see `timed`."""

    recording: Recording
    untraced_seconds: float
    traced_seconds: float


def traced_request(kind: HandlerKind, tracer: VizTracer, takes: int = TAKES) -> Traced:
    """Checks `kind`, times it without and with the tracer, then records one warm request.

    The calls of every take are the same, so the one that the machine disturbed least is kept.
    """
    exchange = kind.request.exchange(kind.build())
    with closing(asyncio.new_event_loop()) as loop:
        check(kind, exchange, loop)
        untraced, traced = timed(exchange, tracer, loop)

    taken = [take(kind, exchange, tracer) for _ in range(takes)]
    return Traced(min(taken, key=lambda each: each.answered_ns), untraced, traced)


def take(kind: HandlerKind, exchange: Exchange, tracer: VizTracer) -> Recording:
    """Records one warm request, on an event loop of its own, and checks its answer."""
    answers: list[Answer] = []
    with settling_loop() as settling:
        record(tracer, settling, lambda mark: drive(exchange, mark, answers))

    check_answer(kind, answers[-1])
    return recording(events_of(tracer))


async def drive(exchange: Exchange, mark: Mark, answers: list[Answer]) -> None:
    """Warms up, then marks where one exchange begins and ends, and where the workers rest."""
    for _ in range(WARM_UP):
        await exchange()

    mark(BEGIN, request=1)
    answer = await exchange()
    mark(END, request=1)
    settle()
    mark(SETTLED)
    answers.append(answer)


def record(
    tracer: VizTracer,
    loop: asyncio.AbstractEventLoop,
    steps: Callable[[Mark], Awaitable[None]],
) -> None:
    """Runs `steps` under the tracer, from before the first worker to after the last."""
    mark = marker(tracer)
    gc.collect()
    gc.disable()
    try:
        with marking(mark), running(tracer):
            loop.run_until_complete(steps(mark))
            join_workers()
    finally:
        gc.enable()


def events_of(tracer: VizTracer) -> Sequence[dict[str, Any]]:
    """What was traced since the last call.

    Raises:
        UnexpectedTraceError: the buffer was too small.
    """
    tracer.parse()
    events: list[dict[str, Any]] = tracer.data["traceEvents"]
    if tracer.total_entries >= tracer.tracer_entries - 1:
        raise UnexpectedTraceError(
            f"a trace must fit in the buffer of {tracer.tracer_entries} events, it overflowed: "
            "make the request smaller or the buffer larger"
        )

    tracer.clear()
    return events
