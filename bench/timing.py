"""The timed loops: from something to repeat to a pyperf time function whose workers are warm.

AnyIO's worker threads end with the root task that first needed them, and so with each
`run_until_complete`. Every value therefore warms up inside its own task before the clock starts;
pyperf's own `bench_async_func`, a new event loop a value, would time the start of a thread.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from itertools import repeat
from time import perf_counter
from typing import Any

from bench.benchmark import Prepare, Prepared, TimeFunction
from bench.correctness import check
from bench.handlers import HandlerKind
from bench.pace import Pace, Tally, at_once

MINIMUM_VALUE_SECONDS = 0.02
"""How long a value is meant to last: far above the timer's resolution and a scheduler's tick.

Loops are counted once a visit, so that a value may turn out shorter; the report's gate tells."""

WARM_UP = 3
TRIES = 3


def awaited(step: Callable[[], Awaitable[Any]], loop: asyncio.AbstractEventLoop) -> TimeFunction:
    """Awaits `step` again and again in one task, as a closed loop: service time, no queue."""

    async def drive(loops: int, pace: Pace) -> float:
        tally = Tally(pace(loops))
        for batch in tally:
            for _ in range(WARM_UP):
                await step()

            times = repeat(None, batch.loops)
            start = perf_counter()
            for _ in times:
                await step()

            batch.elapsed = perf_counter() - start

        return tally.total

    return lambda loops, pace=at_once: loop.run_until_complete(drive(loops, pace))


def called(step: Callable[[], Any]) -> TimeFunction:
    """Calls `step` again and again."""

    def drive(loops: int, pace: Pace = at_once) -> float:
        tally = Tally(pace(loops))
        for batch in tally:
            times = repeat(None, batch.loops)
            start = perf_counter()
            for _ in times:
                step()

            batch.elapsed = perf_counter() - start

        return tally.total

    return drive


def requests(kind: HandlerKind) -> Prepare:
    """Prepares requests to `kind`: its own app, checked, then timed through the exchange."""

    def prepare(loop: asyncio.AbstractEventLoop) -> Prepared:
        exchange = kind.request.exchange(kind.build())
        counts = check(kind, exchange, loop)
        return Prepared(awaited(exchange, loop), counts.as_metadata())

    return prepare


def calibrate(time: Callable[[int], float], minimum_seconds: float = MINIMUM_VALUE_SECONDS) -> int:
    """The loops that make a value last `minimum_seconds` of wall clock, with a tenth to spare.

    The fastest of a few tries decides, at the final length too: a disturbed try, on a disk that
    stalls for instance, would make all values of the run too short.
    """
    loops = 1
    while (elapsed := fastest(time, loops)) < minimum_seconds:
        loops = max(loops + 1, min(8 * loops, math.ceil(1.1 * loops * minimum_seconds / elapsed)))

    return loops


def fastest(time: Callable[[int], float], loops: int) -> float:
    """Seconds that the fastest of a few calls of `time(loops)` takes, whatever they return."""
    elapsed = []
    for _ in range(TRIES):
        start = perf_counter()
        time(loops)
        elapsed.append(perf_counter() - start)

    return min(elapsed)
