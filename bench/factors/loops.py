"""From the name of an event loop to one root task on it, and to where AnyIO hands its jobs over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from queue import Queue
from typing import Any, TypeVar
from unittest import mock

from anyio._backends._asyncio import AsyncIOBackend, WorkerThread
from anyio.abc import AsyncBackend

T = TypeVar("T")

TRIO = "trio"


def run(loop: str, main: Callable[[], Awaitable[T]]) -> T:
    """Awaits `main` in one root task: AnyIO's worker threads end with it.

    trio and uvloop are imported here: no other study's process should hold them.
    """
    if loop == TRIO:
        import trio

        result: T = trio.run(main)
        return result

    with asyncio.Runner(loop_factory=factory(loop)) as runner:
        return runner.run(awaiting(main))


async def awaiting(main: Callable[[], Awaitable[T]]) -> T:
    """A coroutine, which is what asyncio runs."""
    return await main()


def factory(loop: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes the event loop."""
    if loop == "asyncio":
        return asyncio.new_event_loop

    import uvloop

    return uvloop.new_event_loop


def backend(loop: str) -> type[AsyncBackend]:
    """AnyIO's backend, which every hop goes through."""
    if loop == TRIO:
        from anyio._backends._trio import TrioBackend

        return TrioBackend

    return AsyncIOBackend


def workers(loop: str) -> list[threading.Thread]:
    """The worker threads of the running loop; of Trio, whose outlive their loop, of the process."""
    every = threading.enumerate()
    if loop == TRIO:
        return [one for one in every if one.name.startswith("Trio thread")]

    here = asyncio.get_running_loop()
    return [one for one in every if isinstance(one, WorkerThread) and one.loop is here]


def handing_over(loop: str, told: Callable[[], None]) -> AbstractContextManager[Any]:
    """Has `told` called, inside the block, just before a worker is given its job."""
    if loop == TRIO:
        from trio import _threads

        return telling(_threads, "start_thread_soon", told)

    return telling(Queue, "put_nowait", told)


def telling(owner: Any, name: str, told: Callable[[], None]) -> AbstractContextManager[Any]:
    """Has `told` called, inside the block, before a function of that name."""
    function = getattr(owner, name)

    def call(*values: Any) -> Any:
        told()
        return function(*values)

    return mock.patch.object(owner, name, call)
