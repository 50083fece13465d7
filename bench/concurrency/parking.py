"""Turns `def` requests into held tokens: their handlers wait in threads until they are let go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from queue import SimpleQueue

from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.asgi import Exchange
from bench.correctness import OBSERVED, WARM_UP, WrongAnswerError, check_answer
from bench.handlers import HandlerKind

LOOK_AGAIN_SECONDS = 0.001
PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class Parking:
    """A place for `def` requests to wait in, each in a thread, each with a token."""

    gate: SimpleQueue[None] = field(default_factory=SimpleQueue)
    arrived: list[None] = field(default_factory=list)
    sent: int = 0
    gone: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def kind(self) -> HandlerKind:
        """What is parked."""
        return HandlerKind("parked", "`def` that waits", self.build, 1, b'{"parked":true}')

    def build(self) -> ASGIApp:
        """The app whose handler waits at the gate."""
        app = FastAPI()

        @app.get("/", response_model=None)  # else the annotation would cost a second hop
        def read() -> dict[str, bool]:
            self.arrived.append(None)
            self.gate.get()
            return {"parked": True}

        return app

    def open_for_check(self) -> None:
        """Lets through those that check answers and hops, one after another."""
        self.sent += WARM_UP + OBSERVED
        self.let_go(WARM_UP + OBSERVED)

    def let_go(self, count: int = 1) -> None:
        """Lets so many requests go, those here or those to come."""
        self.gone += count
        for _ in range(count):
            self.gate.put(None)

    async def fill(self, exchange: Exchange, count: int) -> None:
        """Parks `count` requests more, and waits until all that were sent are in their threads.

        Raises:
            WrongAnswerError: they did not all find a thread.
        """
        self.sent += count
        self.tasks |= {asyncio.create_task(self.park(exchange)) for _ in range(count)}
        expected = len(self.arrived) + count
        looks = int(PATIENCE_SECONDS / LOOK_AGAIN_SECONDS)
        for _ in range(looks):
            if len(self.arrived) >= expected:
                return

            await asyncio.sleep(LOOK_AGAIN_SECONDS)

        raise WrongAnswerError(
            f"{count} parked requests must be in threads within {PATIENCE_SECONDS:g} s, "
            f"{count - (expected - len(self.arrived))} are"
        )

    async def park(self, exchange: Exchange) -> None:
        """One parked request, until it is let go."""
        check_answer(self.kind, await exchange())

    async def empty(self) -> None:
        """Lets all go and waits for them; raises what one of them raised.

        Whoever parks must do so in the end, whatever happens: a thread that waits for ever would
        keep the process from ending.
        """
        self.let_go(self.sent - self.gone)
        await asyncio.gather(*self.tasks)
