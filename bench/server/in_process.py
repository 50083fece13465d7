"""The same endpoints with no server: from endpoints to their times in a closed loop, in turns."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.asgi import Exchange, Http
from bench.benchmark import Fact, Metric, Observation, Surroundings
from bench.closed_loop import Load, closed_loop, percentile
from bench.server.app import BODY, app
from bench.server.placing import on, placed

IN_FLIGHT = 100
SECONDS = 0.4
LEAST_ANSWERS = 1000
FACTS: dict[str, Fact] = {"connections": IN_FLIGHT, "window_seconds": SECONDS}


@dataclass(frozen=True, slots=True)
class Expected:
    """What an endpoint must answer."""

    name: str
    status: int = 200
    body: bytes = BODY


def observe_in_process(
    endpoints: Sequence[str], surroundings: Surroundings, bursts: int = 1
) -> Observation:
    """Keeps 100 requests in flight, in this process, through the application the server runs.

    `server-cpu` is all CPU time of this process, so that of the driver's too.

    Raises:
        WrongAnswerError: an answer was wrong.
    """
    application = app()
    values: dict[Metric, tuple[float, ...]] = {}
    with on(placed(surroundings).server):
        for _ in range(bursts):
            for endpoint in endpoints:
                exchange = Http(path=f"/{endpoint}").exchange(application)
                found = asyncio.run(driven(exchange, Expected(endpoint)))
                for metric, value in measured(endpoint, *found).items():
                    values[metric] = (*values.get(metric, ()), value)

    return Observation(values)


def measured(endpoint: str, load: Load, cpu: float, threads: int) -> dict[Metric, float]:
    """What a load showed, as metrics of the endpoint."""
    values = {
        "request": load.elapsed / load.answers,
        **{f"p{percent}": percentile(load.latencies, percent) for percent in (50, 99)},
        "max": max(load.latencies),
        "server-cpu": cpu / load.answers,
    }
    return {
        **{Metric(name, subject=endpoint): value for name, value in values.items()},
        Metric("threads", "integer", subject=endpoint): threads,
    }


async def driven(exchange: Exchange, expected: Expected) -> tuple[Load, float, int]:
    """A load after one that warms up: what it showed, its CPU time, and the threads at its end."""
    await closed_loop(exchange, IN_FLIGHT, 0.0, LEAST_ANSWERS, expected)
    start = time.process_time()
    load = await closed_loop(exchange, IN_FLIGHT, SECONDS, LEAST_ANSWERS, expected)
    return load, time.process_time() - start, threading.active_count()
