"""The same endpoints with no server: from an endpoint to its times in a closed loop."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass

from bench.asgi import Exchange, Http
from bench.benchmark import Fact, Metric, Observation, Surroundings
from bench.closed_loop import Load, closed_loop, percentile
from bench.server.app import BODY, app
from bench.server.placing import on, placed

IN_FLIGHT = 100
SECONDS = 1.0
LEAST_ANSWERS = 1000
FACTS: dict[str, Fact] = {"connections": IN_FLIGHT, "window_seconds": SECONDS}


@dataclass(frozen=True, slots=True)
class Expected:
    """What an endpoint must answer."""

    name: str
    status: int = 200
    body: bytes = BODY


def observe_in_process(endpoint: str, surroundings: Surroundings) -> Observation:
    """Keeps 100 requests in flight, in this process, through the application the server runs.

    `server-cpu` is all CPU time of this process, so that of the driver's too.

    Raises:
        WrongAnswerError: an answer was wrong.
    """
    exchange = Http(path=f"/{endpoint}").exchange(app())
    with on(placed(surroundings).server):
        load, cpu, threads = asyncio.run(driven(exchange, Expected(endpoint)))

    values = {
        Metric("request"): load.elapsed / load.answers,
        **{Metric(f"p{percent}"): percentile(load.latencies, percent) for percent in (50, 99)},
        Metric("max"): max(load.latencies),
        Metric("server-cpu"): cpu / load.answers,
        Metric("threads", "integer"): threads,
    }
    return Observation({metric: (value,) for metric, value in values.items()})


async def driven(exchange: Exchange, expected: Expected) -> tuple[Load, float, int]:
    """A load after one that warms up: what it showed, its CPU time, and the threads at its end."""
    await closed_loop(exchange, IN_FLIGHT, 0.0, LEAST_ANSWERS, expected)
    start = time.process_time()
    load = await closed_loop(exchange, IN_FLIGHT, SECONDS, LEAST_ANSWERS, expected)
    return load, time.process_time() - start, threading.active_count()
