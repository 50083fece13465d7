"""Overlap: from each way an endpoint can wait to several requests in flight at once.

Each request waits longer than the one before, so that no two waits end together: which of two
ends came first would be a race, and the calls of two recordings would differ.
As in the catalogue, endpoints have no return annotation: with one, each would hop once more.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.asgi import Exchange, Http
from bench.correctness import WrongAnswerError
from traces.marks import BEGIN, END, SETTLED, Mark
from traces.settling import settle

FIRST_WAIT_SECONDS = 0.02
LONGER_SECONDS = 0.006
REQUESTS = 4
TOKENS = 2
"""Fewer than requests, so that some must queue for a worker."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to wait; `hops` of all its requests together."""

    title: str
    build: Callable[[], ASGIApp]
    hops: int

    async def run(self, mark: Mark) -> None:
        """Warms up, then sends all requests at once, each with its marks."""
        limiter = current_default_thread_limiter()
        limiter.total_tokens = TOKENS
        exchange = Http().exchange(self.build())
        await asyncio.gather(*(exchange() for _ in range(TOKENS)))
        for request in range(1, REQUESTS + 1):
            mark(BEGIN, request=request)

        await asyncio.gather(
            *(answered(exchange, mark, request) for request in range(1, REQUESTS + 1))
        )
        settle()
        mark(SETTLED)


async def answered(exchange: Exchange, mark: Mark, request: int) -> None:
    """One of the requests, from when all were sent to its own end."""
    answer = await exchange()
    mark(END, request=request)
    if answer.status != 200:
        raise WrongAnswerError(
            f"overlapping requests must answer 200, one answered {answer.status}"
        )


def scenarios() -> Iterator[Scenario]:
    """The three, in the order in which Perfetto shows them: most threads first."""
    yield Scenario("def that blocks: requests queue for 2 workers", def_blocking, REQUESTS)
    yield Scenario("async def that awaits: requests overlap", async_await, 0)
    yield Scenario("async def that blocks: the loop stands still", async_blocking, 0)


def waits() -> Iterator[float]:
    """How many seconds one request after another waits, those that warm up included."""
    return itertools.count(FIRST_WAIT_SECONDS, LONGER_SECONDS)


def blocked(seconds: float) -> None:
    """Keeps its thread waiting; by this function the recording knows a worker that sleeps."""
    time.sleep(seconds)


def async_await() -> ASGIApp:
    app = FastAPI()
    seconds = waits()

    @app.get("/")
    async def read():
        await asyncio.sleep(next(seconds))
        return {"message": "hello"}

    return app


def def_blocking() -> ASGIApp:
    app = FastAPI()
    seconds = waits()

    @app.get("/")
    def read():
        blocked(next(seconds))
        return {"message": "hello"}

    return app


def async_blocking() -> ASGIApp:
    app = FastAPI()
    seconds = waits()

    @app.get("/")
    async def read():
        blocked(next(seconds))  # the mistake to be shown
        return {"message": "hello"}

    return app
