"""Turns coroutine functions that measure into results, on a loop of their own, checked first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio._backends._asyncio import WorkerThread

from bench.asgi import Exchange
from bench.correctness import check
from bench.handlers import HandlerKind

T = TypeVar("T")


def checked(measure: Callable[[], Awaitable[T]], *subjects: tuple[HandlerKind, Exchange]) -> T:
    """Checks answers and hops of the subjects one by one, then measures in one root task.

    Raises:
        WrongAnswerError: status, body or hops differ from the declared ones, alone or under load.
    """
    with checked_loop(*subjects) as loop:
        return in_a_root_task(loop, measure)


@contextmanager
def checked_loop(
    *subjects: tuple[HandlerKind, Exchange],
) -> Iterator[asyncio.AbstractEventLoop]:
    """A new event loop, on which answers and hops of the subjects have been checked.

    Raises:
        WrongAnswerError: status, body or hops differ from the declared ones.
    """
    loop = asyncio.new_event_loop()
    try:
        for kind, exchange in subjects:
            check(kind, exchange, loop)

        yield loop
    finally:
        loop.close()


def in_a_root_task(loop: asyncio.AbstractEventLoop, measure: Callable[[], Awaitable[T]]) -> T:
    """Measures in one root task, which begins without worker threads.

    AnyIO's worker threads end with the root task that first needed them.
    """
    wait_for_workers(loop)
    return loop.run_until_complete(result_of(measure))


async def result_of(measure: Callable[[], Awaitable[T]]) -> T:
    """Awaits inside the loop what was made inside the loop."""
    return await measure()


def wait_for_workers(loop: asyncio.AbstractEventLoop) -> None:
    """Waits for the worker threads of the loop's finished tasks: they must not be counted."""
    for thread in threading.enumerate():
        if isinstance(thread, WorkerThread) and thread.loop is loop:
            thread.join()
