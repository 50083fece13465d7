"""Turns a handler kind and a number of requests in flight into the memory its process holds."""

from __future__ import annotations

import psutil

from bench.benchmark import Metric, Observation, Observe, Surroundings
from bench.closed_loop import Load, closed_loop
from bench.concurrency.overlap import ANSWERS_PER_CLIENT
from bench.concurrency.run import checked
from bench.handlers import HandlerKind

MEMORY = Metric("memory", "byte")


def resident(kind: HandlerKind, in_flight: int) -> Observe:
    """Resident bytes with `in_flight` requests to one kind in flight, the only load of its process.

    They are taken when each has been answered a few times, and is in flight again.
    """

    def observe(surroundings: Surroundings) -> Observation:
        exchange = kind.request.exchange(kind.build())
        held: list[int] = []

        def take() -> None:
            held.append(psutil.Process().memory_info().rss)

        async def measure() -> Load:
            least = ANSWERS_PER_CLIENT * in_flight
            return await closed_loop(exchange, in_flight, 0.0, least, kind, when_measured=take)

        load = checked(measure, (kind, exchange))
        return Observation({MEMORY: tuple(held)}, {"answers": load.answers})

    return observe
