"""Turns `def` requests that only sleep into the time until all are answered: a model check.

The model: as many sleeps, one after another, as requests share a token: ceil(n / tokens) x sleep.
"""

from __future__ import annotations

import asyncio
import time
from time import perf_counter

from anyio import to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.asgi import Exchange
from bench.benchmark import Metric, Observation, Observe, Surroundings
from bench.concurrency.run import checked
from bench.correctness import check_answer
from bench.handlers import HandlerKind

SLEEP_SECONDS = 0.02
TOKENS = 40
WAVES = 5

ALL = Metric("all")


def sleeping_app() -> ASGIApp:
    """A `def` handler that sleeps, then answers."""
    app = FastAPI()

    @app.get("/", response_model=None)  # else the annotation would cost a second hop
    def read() -> dict[str, bool]:
        time.sleep(SLEEP_SECONDS)
        return {"slept": True}

    return app


SLEEPING = HandlerKind("sleep", "`def` that sleeps", sleeping_app, 1, b'{"slept":true}')


def sleeping(in_flight: int) -> Observe:
    """Waves of `in_flight` requests sent at once; the first, which starts threads, is not timed."""

    def observe(surroundings: Surroundings) -> Observation:
        exchange = SLEEPING.request.exchange(SLEEPING.build())

        async def measure() -> tuple[float, ...]:
            to_thread.current_default_thread_limiter().total_tokens = TOKENS
            await wave(exchange, in_flight)
            return tuple([await wave(exchange, in_flight) for _ in range(WAVES)])

        waves = checked(measure, (SLEEPING, exchange))
        return Observation({ALL: waves}, {"sleep_seconds": SLEEP_SECONDS, "tokens": TOKENS})

    return observe


async def wave(exchange: Exchange, in_flight: int) -> float:
    """Seconds until all of one wave are answered."""
    tasks = [asyncio.ensure_future(exchange()) for _ in range(in_flight)]
    start = perf_counter()
    answers = await asyncio.gather(*tasks)
    elapsed = perf_counter() - start
    for answer in answers:
        check_answer(SLEEPING, answer)

    return elapsed
