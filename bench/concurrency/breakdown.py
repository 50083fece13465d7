"""Turns timestamps of `def` requests in flight into where the time of a mean request goes.

Stamped are: asking for a token of the thread limiter, having it, the handler's begin and end, and
the answer. Each part lasts from one stamp to the next; together they are the latency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean
from time import perf_counter
from unittest import mock

from anyio._backends._asyncio import CapacityLimiter
from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.asgi import Answer, Exchange
from bench.benchmark import Metric, Observation, Observe, Surroundings
from bench.closed_loop import Load, closed_loop
from bench.concurrency.overlap import ANSWERS_PER_CLIENT, REQUEST
from bench.concurrency.run import checked
from bench.handlers import CATALOGUE

SECONDS = 0.4

PARTS = tuple(Metric(name) for name in ("arriving", "token", "worker", "running", "back"))
"""In order. `arriving`: sent, until it asks for a token: the loop's turn, FastAPI's way there.
`token`: one turn of the loop even where one is free. `worker`: the thread starts or wakes up.
`running`: the handler. `back`: to the loop, and FastAPI's way to the answer."""


@dataclass(slots=True)
class Stamps:
    """When one request was where, on the clock of `perf_counter`."""

    asked: float = 0.0
    had: float = 0.0
    begun: float = 0.0
    finished: float = 0.0
    answered: float = 0.0

    def parts(self, latency: float) -> tuple[float, ...]:
        """Seconds of each part; they sum to the latency."""
        arriving = latency - (self.answered - self.asked)
        moments = (self.asked, self.had, self.begun, self.finished, self.answered)
        later = (end - begin for begin, end in pairwise(moments))
        return (arriving, *later)


STAMPS: ContextVar[Stamps] = ContextVar("STAMPS")
"""Of the request under way; a worker thread runs in a copy of the request's context."""


def stamping_app() -> ASGIApp:
    """The app of the kind `def`, whose handler stamps."""
    app = FastAPI()

    @app.get("/", response_model=None)  # else the annotation would cost a second hop
    def read() -> dict[str, str]:
        stamps = STAMPS.get()
        stamps.begun = perf_counter()
        answer = {"message": "hello"}
        stamps.finished = perf_counter()
        return answer

    return app


def stamped(exchange: Exchange, done: Callable[[Stamps], None]) -> Exchange:
    """The same exchange; each hands its stamps to `done`."""

    async def send() -> Answer:
        stamps = Stamps()
        STAMPS.set(stamps)
        answer = await exchange()
        stamps.answered = perf_counter()
        done(stamps)
        return answer

    return send


@contextmanager
def stamping_limiter() -> Iterator[None]:
    """Stamps each acquisition of the thread limiter's token, inside the block."""
    acquire = CapacityLimiter.acquire

    async def stamping_acquire(limiter: CapacityLimiter) -> None:
        stamps = STAMPS.get()
        stamps.asked = perf_counter()
        await acquire(limiter)
        stamps.had = perf_counter()

    with mock.patch.object(CapacityLimiter, "acquire", stamping_acquire):
        yield


def breakdown(in_flight: int) -> Observe:
    """Where a mean request goes with `in_flight` in flight; `request` is its latency, the sum."""
    kind = replace(CATALOGUE["def"], name="breakdown", build=stamping_app)

    def observe(surroundings: Surroundings) -> Observation:
        done: list[Stamps] = []
        exchange = stamped(kind.request.exchange(kind.build()), done.append)

        async def measure() -> Load:
            least = ANSWERS_PER_CLIENT * in_flight
            with stamping_limiter():
                return await closed_loop(exchange, in_flight, SECONDS, least, kind)

        load = checked(measure, (kind, exchange))
        means = mean_parts(load, done)
        values = {REQUEST: (fmean(load.latencies),)}
        values.update((part, (mean,)) for part, mean in zip(PARTS, means, strict=True))
        return Observation(values, {"answers": load.answers})

    return observe


def mean_parts(load: Load, done: Sequence[Stamps]) -> tuple[float, ...]:
    """The mean of each part over the answers that were measured."""
    measured = [stamps for stamps in done if 0 < stamps.answered - load.started <= load.elapsed]
    parts = [
        stamps.parts(latency) for stamps, latency in zip(measured, load.latencies, strict=True)
    ]
    return tuple(fmean(values) for values in zip(*parts, strict=True))
