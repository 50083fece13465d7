"""The clients of the closed loop: from an exchange, sent again and again, to latencies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from bench.asgi import Answer, Exchange
from bench.correctness import WrongAnswerError, shown


class Expected(Protocol):
    """What must be answered; every HandlerKind is one."""

    @property
    def name(self) -> str: ...

    @property
    def status(self) -> int: ...

    @property
    def body(self) -> bytes: ...


@dataclass(slots=True)
class Clients:
    """Clients under way, and what they have seen so far."""

    exchange: Exchange
    expected: Expected
    seconds: float
    least_answers: int
    warm_up_answers: int
    when_measured: Callable[[], None]
    never_answered: int
    started: float = 0.0
    elapsed: float = 0.0
    ended: bool = False
    latencies: list[float] = field(default_factory=list)

    async def keep_one_in_flight(self) -> None:
        """One client, until the measuring has ended."""
        first = True
        while True:
            sent = perf_counter()
            await asyncio.sleep(0)
            if self.ended:
                return

            answer = await self.exchange()
            answered = perf_counter()
            self.compare(answer)
            if self.started:
                self.count(sent, answered)
            else:
                self.warm_up(answered, first=first)

            first = False

    def compare(self, answer: Answer) -> None:
        """Raises WrongAnswerError for a status or a body that was not expected."""
        if answer.status != self.expected.status or answer.body != self.expected.body:
            raise WrongAnswerError(
                f"{self.expected.name} must answer {self.expected.status} "
                f"{shown(self.expected.body)} under load too, "
                f"it answered {answer.status} {shown(answer.body)}"
            )

    def warm_up(self, answered: float, *, first: bool) -> None:
        """Starts the clock where this answer completes the warm-up."""
        self.never_answered -= first
        self.warm_up_answers -= 1
        if self.warm_up_answers == 0 or self.never_answered == 0:
            self.started = answered

    def count(self, sent: float, answered: float) -> None:
        """Counts an answer, and stops the clock where it is enough."""
        if self.ended:
            return

        self.latencies.append(answered - sent)
        self.elapsed = answered - self.started
        if self.elapsed >= self.seconds and len(self.latencies) >= self.least_answers:
            self.ended = True
            self.when_measured()
