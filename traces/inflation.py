"""Inflation: how long a request takes without the tracer and with it."""

from __future__ import annotations

import asyncio
import statistics
import time

from viztracer import VizTracer

from bench.asgi import Exchange
from traces.resuming import running
from traces.settling import join_workers

BLOCKS = 5
WARM_UP_PER_BLOCK = 15
TIMED_PER_BLOCK = 15


def timed(
    exchange: Exchange, tracer: VizTracer, loop: asyncio.AbstractEventLoop
) -> tuple[float, float]:
    """Seconds per request without and with the tracer, of warm exchanges in this process.

    Each exchange awaits its answer before the next is sent (a closed loop). Blocks without and
    with the tracer take turns; each has workers of its own and warms up anew, as CPython
    specializes its code anew. Of each side the fastest block counts, by its median: what disturbs
    a machine lasts longer than a block, and only ever slows it. `traces.record` pins the process
    to one CPU: two recordings at a time do not share one.
    """
    untraced: list[float] = []
    traced: list[float] = []
    for _ in range(BLOCKS):
        untraced.append(loop.run_until_complete(median_seconds(exchange)))
        with running(tracer):
            traced.append(loop.run_until_complete(median_seconds(exchange)))
            join_workers()

        tracer.clear()

    return min(untraced), min(traced)


async def median_seconds(exchange: Exchange) -> float:
    """How long an exchange takes, the median of a few after some to warm up."""
    seconds = []
    for _ in range(WARM_UP_PER_BLOCK + TIMED_PER_BLOCK):
        start = time.perf_counter()
        await exchange()
        seconds.append(time.perf_counter() - start)

    return statistics.median(seconds[WARM_UP_PER_BLOCK:])
