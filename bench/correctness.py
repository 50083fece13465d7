"""Correct before fast: from a handler kind to its counts, or to what is wrong with it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bench.asgi import Answer, Exchange
from bench.counting import Counts, counted, counting_hops
from bench.handlers import HandlerKind

T = TypeVar("T")

WARM_UP = 3
OBSERVED = 9


class WrongAnswerError(Exception):
    """A handler kind, or a rung, did not do what it says; the message is one sentence."""


def check(kind: HandlerKind, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> Counts:
    """Sends warm requests and compares answer and hops with what `kind` says.

    Returns:
        The exact counts of one warm request.

    Raises:
        WrongAnswerError: status, body or hops differ from the declared ones.
    """
    observed = loop.run_until_complete(observe(exchange))
    for answer, counts in observed:
        check_answer(kind, answer)
        check_hops(kind.name, kind.hops, counts)

    return typical([counts for _, counts in observed])


def check_called(kind: HandlerKind, request: Callable[[], Answer]) -> int:
    """The same for an instrument that is called, not awaited; the hops of one request.

    Raises:
        WrongAnswerError: status, body or hops differ from the declared ones.
    """
    for _ in range(WARM_UP):
        request()

    counts = Counts()
    with counting_hops(counts):
        check_answer(kind, request())

    check_hops(kind.name, kind.hops, counts)
    return counts.hops


def check_step(
    name: str, hops: int, step: Callable[[], Awaitable[object]], loop: asyncio.AbstractEventLoop
) -> Counts:
    """The same for a rung, which answers nothing: its hops must be as declared."""
    observed = loop.run_until_complete(observe(step))
    for _, counts in observed:
        check_hops(name, hops, counts)

    return typical([counts for _, counts in observed])


async def observe(step: Callable[[], Awaitable[T]]) -> list[tuple[T, Counts]]:
    """Warms up, then counts a few requests."""
    for _ in range(WARM_UP):
        await step()

    return [await counted(step) for _ in range(OBSERVED)]


def check_answer(kind: HandlerKind, answer: Answer) -> None:
    """Raises WrongAnswerError unless status and body are as declared."""
    if (answer.status, answer.body) != (kind.status, kind.body):
        raise WrongAnswerError(
            f"{kind.name} must answer {kind.status} {shown(kind.body)}, "
            f"it answered {answer.status} {shown(answer.body)}"
        )


def check_hops(name: str, hops: int, counts: Counts) -> None:
    """Raises WrongAnswerError unless `hops` were counted, none in the loop's own thread."""
    if counts.hops != hops:
        raise WrongAnswerError(
            f"{name} must hop {hops} times per request, it hopped {counts.hops} times"
        )

    if threading.get_ident() in counts.workers:
        raise WrongAnswerError(
            f"{name} must hop to a worker thread, it stayed on the event loop's thread"
        )


def typical(observed: list[Counts]) -> Counts:
    """The most frequent counts: a late wake-up may cost one request a pass of the loop more."""
    seen = Counter(tuple(counts.as_metadata().items()) for counts in observed)
    return max(observed, key=lambda counts: seen[tuple(counts.as_metadata().items())])


def shown(body: bytes) -> str:
    """A body short enough for a sentence."""
    return repr(body) if len(body) <= 60 else f"{body[:40]!r}... ({len(body)} bytes)"
