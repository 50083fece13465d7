"""Turns held tokens into the time of a probe that queues with others for those that are left.

Where all 40 are held, one holder is let go a stated delay after the probe was sent, and a new one
is parked before the next probe.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.asgi import Exchange
from bench.benchmark import Fact, Observation, Observe, Surroundings
from bench.closed_loop import closed_loop
from bench.concurrency.overlap import REQUEST
from bench.concurrency.parking import Parking
from bench.concurrency.probe import PROBE, Probe, watching_hops
from bench.concurrency.run import checked
from bench.correctness import check_answer
from bench.handlers import HandlerKind

TOKENS = 40
RELEASE_SECONDS = 0.02
OTHERS = 10
OTHERS_BLOCK_SECONDS = 0.001
PROBES = 20
WARM_UP = 2


@dataclass(frozen=True, slots=True)
class Others:
    """Short `def` requests that keep arriving, and how many of them were served."""

    answered: list[None] = field(default_factory=list)

    @property
    def kind(self) -> HandlerKind:
        """What keeps arriving."""
        return HandlerKind("other", "`def` that blocks", self.build, 1, b'{"served":true}')

    def build(self) -> ASGIApp:
        """The app whose handler blocks its thread for a moment."""
        app = FastAPI()

        @app.get("/", response_model=None)  # else the annotation would cost a second hop
        def read() -> dict[str, bool]:
            time.sleep(OTHERS_BLOCK_SECONDS)
            self.answered.append(None)
            return {"served": True}

        return app

    def served(self) -> int:
        """How many have been served so far."""
        return len(self.answered)

    @asynccontextmanager
    async def arriving(self, exchange: Exchange) -> AsyncIterator[None]:
        """Keeps a few in flight inside the block; raises what one of them raised."""
        load = asyncio.create_task(closed_loop(exchange, OTHERS, math.inf, 0, self.kind))
        try:
            yield
        finally:
            load.cancel()
            await asyncio.wait([load])

        if not load.cancelled():
            load.result()


def probed(kind: HandlerKind, held: int) -> Observe:
    """Probes of one kind, one after another, while `held` of 40 tokens are held.

    `served_between`, of a kind of two hops: how many others were served between the first and the
    second, in the median probe.
    """

    def observe(surroundings: Surroundings) -> Observation:
        parking, others = Parking(), Others()
        pairs = [(one, one.request.exchange(one.build())) for one in (parking.kind, others.kind)]
        (_, parked), (_, other) = pairs
        exchange = kind.request.exchange(kind.build())

        async def measure() -> list[tuple[float, Probe]]:
            try:
                await parking.fill(parked, held)
                async with others.arriving(other):
                    return [await one_probe() for _ in range(WARM_UP + PROBES)]
            finally:
                await parking.empty()

        async def one_probe() -> tuple[float, Probe]:
            probe = Probe(others.served)
            if held < TOKENS:
                return await timed(kind, exchange, probe), probe

            asyncio.get_running_loop().call_later(RELEASE_SECONDS, parking.let_go)
            elapsed = await timed(kind, exchange, probe)
            await parking.fill(parked, 1)
            return elapsed, probe

        parking.open_for_check()
        with watching_hops():
            probes = checked(measure, *pairs, (kind, exchange))[WARM_UP:]

        return Observation(
            {REQUEST: tuple(elapsed for elapsed, _ in probes)},
            facts_of(kind, [probe for _, probe in probes]),
        )

    return observe


async def timed(kind: HandlerKind, exchange: Exchange, probe: Probe) -> float:
    """Seconds of one probe, from sending to the answer."""
    token = PROBE.set(probe)
    sent = perf_counter()
    answer = await exchange()
    elapsed = perf_counter() - sent
    PROBE.reset(token)
    check_answer(kind, answer)
    return elapsed


def facts_of(kind: HandlerKind, probes: list[Probe]) -> dict[str, Fact]:
    """The conditions, and what went before the second hop if there is one."""
    facts: dict[str, Fact] = {
        "release_seconds": RELEASE_SECONDS,
        "others": OTHERS,
        "others_block_seconds": OTHERS_BLOCK_SECONDS,
    }
    if kind.hops > 1:
        facts["served_between"] = median(probe.served_between for probe in probes)

    return facts
