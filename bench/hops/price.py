"""What hops cost in a request here: from requests with none, one and two of them to their prices.

A hop costs more in a request than alone, for hop and request slow each other down: so requests are
timed. It is rough: one process, no rounds. `python -m bench` measures with intervals.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.asgi import Exchange, Http

PACKAGES = ("fastapi", "starlette", "anyio")
HOPS = (0, 1, 2)
TURNS = 15
LOOPS = 100
WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Price:
    """Microseconds of the first hop of a request, and of each further one."""

    first_us: float
    further_us: float

    def of(self, hops: int) -> float:
        """Microseconds of so many in one request."""
        return self.first_us + (hops - 1) * self.further_us if hops else 0.0


def measured() -> tuple[Price | None, Price]:
    """The prices on one CPU, None where a process cannot be pinned, and free."""
    free = asyncio.run(price())
    with one_cpu() as pinned:
        return asyncio.run(price()) if pinned else None, free


@contextmanager
def one_cpu() -> Iterator[bool]:
    """Pins this process to one CPU inside the block, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield False
        return

    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)


async def price(turns: int = TURNS, loops: int = LOOPS) -> Price:
    """Times requests in turns, and takes the median of their differences; none is below 0."""
    exchanges = [Http().exchange(application(hops)) for hops in HOPS]
    for exchange in exchanges:
        await timed(exchange, WARM_UP)

    every = [[await timed(exchange, loops) for exchange in exchanges] for _ in range(turns)]
    first, further = (
        statistics.median(turn[hops] - turn[hops - 1] for turn in every) for hops in HOPS[1:]
    )
    return Price(max(first, 0.0) * 1e6, max(further, 0.0) * 1e6)


async def timed(exchange: Exchange, loops: int) -> float:
    """Seconds of one exchange, over many."""
    start = perf_counter()
    for _ in range(loops):
        await exchange()

    return (perf_counter() - start) / loops


def application(hops: int) -> Starlette:
    """An application of one endpoint that makes so many hops; of FastAPI, if that is there."""
    try:
        from fastapi import FastAPI
    except ImportError:
        return Starlette(routes=[Route("/", starlette_endpoint(hops))])

    app = FastAPI(openapi_url=None)
    app.add_api_route("/", fastapi_endpoint(hops))
    return app


def fastapi_endpoint(count: int) -> Any:
    """An endpoint that makes so many hops, and answers with next to nothing."""

    async def read() -> dict[str, str]:
        await hop(count)
        return {}

    return read


def starlette_endpoint(count: int) -> Any:
    """The same for Starlette alone."""

    async def read(request: Request) -> Response:
        await hop(count)
        return Response()

    return read


async def hop(count: int) -> None:
    """To a worker thread and back, so many times, for nothing."""
    for _ in range(count):
        await run_in_threadpool(nothing)


def nothing() -> None:
    """What is done there."""
