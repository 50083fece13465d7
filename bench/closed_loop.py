"""The closed loop: from an exchange and a number of clients to how fast they were answered.

Each client keeps one request in flight. It sends the next when the last is answered, and the loop
finds it at its next turn (`sleep(0)`), as a server finds the bytes of the next request: so a
request waits for those before it even where its handler never suspends, and latency x throughput
= requests in flight. That turn, the clock and the comparison of the answer cost each request a
few microseconds, the same for all subjects.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anyio import to_thread

from bench.asgi import Exchange
from bench.clients import Clients, Expected


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients saw while it was measured.

    Attributes:
        elapsed: seconds from the answer that began the measuring to the one that ended it.
        answers: those since it began; elapsed / answers is the time per request.
        latencies: seconds from sending to the answer, one for each of these answers, in order.
        started: when it began, on the clock of `perf_counter`.
    """

    elapsed: float
    answers: int
    latencies: list[float]
    started: float = 0.0


def nothing() -> None:
    """Does nothing."""


async def closed_loop(
    exchange: Exchange,
    in_flight: int,
    seconds: float,
    least_answers: int,
    expected: Expected,
    *,
    warm_up_answers: int = 0,
    when_measured: Callable[[], None] = nothing,
) -> Load:
    """Keeps `in_flight` requests in flight, for `seconds` and at least `least_answers` answers.

    The clock starts when every client has been answered once (or, if `warm_up_answers` is given,
    at this many answers in all, if that is sooner), and stops at an answer. `when_measured` is
    called then, while the others are still in flight. Nothing is left running: requests are
    cancelled, but for those whose function is in a worker thread, which cannot be stopped and is
    waited for.

    Raises:
        WrongAnswerError: an answer was not as expected.
    """
    clients = Clients(
        exchange, expected, seconds, least_answers, warm_up_answers, when_measured, in_flight
    )
    tasks = [asyncio.create_task(clients.keep_one_in_flight()) for _ in range(in_flight)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        clients.ended = True
        await end(tasks)

    return Load(clients.elapsed, len(clients.latencies), clients.latencies, clients.started)


async def end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancels tasks and waits for all; raises what one of them raised.

    AnyIO's shield does not hold off asyncio's own cancellation: the token of a cancelled hop would
    be free while its thread still ran, so a task that holds one is left to finish.
    """
    in_threads = to_thread.current_default_thread_limiter().statistics().borrowers
    for task in tasks:
        if task not in in_threads:
            task.cancel()

    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def percentile(latencies: Sequence[float], percent: float) -> float:
    """The nearest rank: the smallest latency that at least `percent` % of them do not exceed."""
    return sorted(latencies)[max(1, math.ceil(percent / 100 * len(latencies))) - 1]
