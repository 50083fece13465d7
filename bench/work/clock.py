"""The open loop: from requests that arrive on a clock to what each had to wait.

Arrivals do not care whether earlier requests are answered. A latency counts from the time at which
its request should have arrived, also where the loop was too busy to let it: so a stall is seen by
all requests that fall into it, and none is omitted because the clients were stalled with it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.asgi import Exchange
from bench.closed_loop import end
from bench.correctness import check_answer
from bench.handlers import HandlerKind

PATIENCE_SECONDS = 2.0
"""How long after the last arrival an answer is waited for."""

LEAD_SECONDS = 0.005
"""From setting the clock to its zero, so that the first arrivals are not late for being set."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Requests of one kind; `at` are the seconds on the clock at which they arrive, ascending."""

    kind: HandlerKind
    exchange: Exchange
    at: tuple[float, ...]


def at_random(per_second: float, seconds: float, seed: str) -> tuple[float, ...]:
    """Independent arrivals, as many as their rate says; the same for the same seed.

    It is a Poisson process of which the number of arrivals is known: their gaps are exponential,
    and no round offers more work than another.
    """
    random = Random(seed)
    arrivals = max(1, round(per_second * seconds))
    return tuple(sorted(random.uniform(0, seconds) for _ in range(arrivals)))


def evenly(per_second: float, seconds: float) -> tuple[float, ...]:
    """Arrivals at equal gaps, the first after half a gap."""
    return tuple((index + 0.5) / per_second for index in range(round(per_second * seconds)))


async def open_loop(
    streams: Sequence[Arrivals], seconds: float, patience_seconds: float = PATIENCE_SECONDS
) -> tuple[tuple[float, ...], ...]:
    """Lets all streams arrive for `seconds`; the latencies of each, in the order of arrival.

    Answers still missing then are waited for, `patience_seconds` at most. A request not answered
    by the end is cancelled and counts with its age at that time, a lower bound: none is dropped.

    Raises:
        WrongAnswerError: an answer was not as its kind says.
    """
    loop = asyncio.get_running_loop()
    zero = loop.time() + LEAD_SECONDS
    answered = [[math.nan] * len(stream.at) for stream in streams]
    tasks: list[asyncio.Task[None]] = []

    async def request(stream: Arrivals, index: int, latencies: list[float]) -> None:
        answer = await stream.exchange()
        latencies[index] = loop.time() - zero - stream.at[index]
        check_answer(stream.kind, answer)

    def arrive(stream: Arrivals, index: int, latencies: list[float]) -> None:
        tasks.append(loop.create_task(request(stream, index, latencies)))

    for stream, latencies in zip(streams, answered, strict=True):
        for index, at in enumerate(stream.at):
            loop.call_at(zero + at, arrive, stream, index, latencies)

    await asyncio.sleep(zero + seconds - loop.time())
    await asyncio.wait(tasks, timeout=patience_seconds)
    now = loop.time() - zero
    found = tuple(
        with_ages(stream.at, latencies, now)
        for stream, latencies in zip(streams, answered, strict=True)
    )
    await end(tasks)
    return found


def with_ages(at: Sequence[float], latencies: Sequence[float], now: float) -> tuple[float, ...]:
    """The latencies, with the age at `now` for those that are missing."""
    return tuple(
        now - arrival if math.isnan(latency) else latency
        for arrival, latency in zip(at, latencies, strict=True)
    )
