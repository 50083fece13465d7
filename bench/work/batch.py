"""A closed loop that ends empty: from a number of requests to the time until all are answered.

Work that shares CPUs is under way in many requests at once. A clock that stops at an answer would
count the time of what the others have done by then, but not their answers: with 40 of 30 ms each
that is up to a second, either way. So the batch is sent by clients that keep one request in flight
each, as in `bench.closed_loop`, and the clock stops when nothing is left under way.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter

from bench.asgi import Exchange
from bench.closed_loop import end
from bench.correctness import check_answer
from bench.handlers import HandlerKind


@dataclass(frozen=True, slots=True)
class Batch:
    """Seconds until all requests were answered, and those from sending each to its answer."""

    elapsed: float
    latencies: list[float]


async def batch(kind: HandlerKind, exchange: Exchange, in_flight: int, requests: int) -> Batch:
    """Sends all requests, at most `in_flight` of them at a time.

    Raises:
        WrongAnswerError: an answer was not as its kind says.
    """
    unsent = iter(range(requests))
    latencies: list[float] = []

    async def keep_one_in_flight() -> None:
        for _ in unsent:
            sent = perf_counter()
            await asyncio.sleep(0)
            answer = await exchange()
            latencies.append(perf_counter() - sent)
            check_answer(kind, answer)

    start = perf_counter()
    clients = [asyncio.create_task(keep_one_in_flight()) for _ in range(min(in_flight, requests))]
    try:
        await asyncio.gather(*clients)
        return Batch(perf_counter() - start, latencies)
    finally:
        await end(clients)
