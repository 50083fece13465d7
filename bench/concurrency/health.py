"""Turns parked `def` requests into the time of a health check that is sent meanwhile."""

from __future__ import annotations

import asyncio
from time import perf_counter

from bench.asgi import Exchange
from bench.benchmark import Observation, Observe, Surroundings
from bench.concurrency.overlap import REQUEST
from bench.concurrency.parking import Parking
from bench.concurrency.run import checked
from bench.correctness import check_answer
from bench.handlers import HandlerKind

PARKED_SECONDS = 0.5
PARKED = 40
CHECKS = 3


def health(kind: HandlerKind) -> Observe:
    """A health check of this kind, sent when as many requests are parked as there are tokens.

    They are let go `parked_seconds` after it was sent.
    """

    def observe(surroundings: Surroundings) -> Observation:
        exchange = kind.request.exchange(kind.build())

        async def measure() -> tuple[float, ...]:
            return tuple([await one_check() for _ in range(CHECKS)])

        async def one_check() -> float:
            try:
                await parking.fill(parked, PARKED)
                return await timed(kind, exchange, parking)
            finally:
                await parking.empty()

        parking = Parking()
        parked = parking.kind.request.exchange(parking.kind.build())
        parking.open_for_check()
        times = checked(measure, (parking.kind, parked), (kind, exchange))
        facts = {"parked_seconds": PARKED_SECONDS, "parked": PARKED}
        return Observation({REQUEST: times}, facts)

    return observe


async def timed(kind: HandlerKind, exchange: Exchange, parking: Parking) -> float:
    """Seconds of one health check; what is parked is let go in due time, or by the caller."""
    loop = asyncio.get_running_loop()
    letting_go = loop.call_later(PARKED_SECONDS, parking.let_go, PARKED)
    sent = perf_counter()
    answer = await exchange()
    elapsed = perf_counter() - sent
    letting_go.cancel()
    check_answer(kind, answer)
    return elapsed
