"""Turns a handler kind and a number of requests in flight into times, threads and memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import psutil
from anyio import to_thread

from bench.benchmark import Metric, Observation, Observe, Surroundings
from bench.closed_loop import Load, closed_loop, percentile
from bench.concurrency.run import checked
from bench.handlers import HandlerKind

SECONDS = 0.4
ANSWERS_PER_CLIENT = 3

REQUEST = Metric("request")
HALF = Metric("p50")
TAIL = Metric("p99")
LONGEST = Metric("max")
THREADS = Metric("threads", "integer")
MEMORY = Metric("memory", "byte")

EVERY = (REQUEST, HALF, TAIL, LONGEST, THREADS, MEMORY)
OF_LIMITED = (REQUEST, HALF, TAIL, THREADS)


@dataclass(slots=True)
class Held:
    """What the process holds at one moment: threads alive, resident bytes."""

    threads: int = 0
    memory: int = 0

    def take(self) -> None:
        """Takes the numbers of this moment."""
        self.threads = threading.active_count()
        self.memory = psutil.Process().memory_info().rss


def overlapping(kind: HandlerKind, in_flight: int, tokens: int = 0) -> Observe:
    """`in_flight` requests to one kind, in a closed loop; `tokens`: another size of the limiter.

    Threads and memory are taken at the moment the clock stops, all requests being in flight; AnyIO
    ends no worker within 10 s, so that these are the most threads there were. A request to an
    `async def` that never suspends is in flight as one that waits for the loop: it holds nothing
    in the application yet.
    """
    metrics = OF_LIMITED if tokens else EVERY

    def observe(surroundings: Surroundings) -> Observation:
        exchange = kind.request.exchange(kind.build())
        held = Held()

        async def measure() -> Load:
            if tokens:
                to_thread.current_default_thread_limiter().total_tokens = tokens

            least = ANSWERS_PER_CLIENT * in_flight
            return await closed_loop(
                exchange, in_flight, SECONDS, least, kind, when_measured=held.take
            )

        load = checked(measure, (kind, exchange))
        numbers = numbers_of(load, held)
        return Observation(
            {metric: (numbers[metric],) for metric in metrics}, {"answers": load.answers}
        )

    return observe


def numbers_of(load: Load, held: Held) -> dict[Metric, float]:
    """All that a load of requests tells."""
    return {
        REQUEST: load.elapsed / load.answers,
        HALF: percentile(load.latencies, 50),
        TAIL: percentile(load.latencies, 99),
        LONGEST: max(load.latencies),
        THREADS: held.threads,
        MEMORY: held.memory,
    }
