"""Exact counts of one exchange: hops, passes of the event loop, tasks created, threads started.

Counting replaces functions while it lasts and puts them back; it never runs while time is taken.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest import mock

from anyio._backends import _asyncio

T = TypeVar("T")

BACKEND: Any = getattr(_asyncio, "AsyncIOBackend", _asyncio)
"""A class since AnyIO 4, a module before."""


@dataclass(slots=True)
class Counts:
    """What one exchange did.

    Attributes:
        hops: calls that reached AnyIO's `run_sync_in_worker_thread`, which is every call of
            `anyio.to_thread.run_sync`, whoever imported it and from where.
        loop_passes: turns of the event loop from the first step of the exchange to its last.
        tasks_created: asyncio tasks created on the loop.
        threads_started: threads started by anyone.
        workers: identifiers of the threads the hops ran in.
        sent: what each hop sent to its thread, in order.
    """

    hops: int = 0
    loop_passes: int = 0
    tasks_created: int = 0
    threads_started: int = 0
    workers: set[int] = field(default_factory=set)
    sent: list[Any] = field(default_factory=list)

    def as_metadata(self) -> dict[str, int]:
        """The four counts, named as in the result file."""
        return {
            "hops": self.hops,
            "loop_passes": self.loop_passes,
            "tasks_created": self.tasks_created,
            "threads_started": self.threads_started,
        }


@contextmanager
def counting_hops(counts: Counts, backend: Any = BACKEND) -> Iterator[None]:
    """Counts hops and started threads, of any event loop of the backend, inside the block."""
    run_sync = backend.run_sync_in_worker_thread
    start_thread = threading.Thread.start

    async def counted_run_sync(func: Callable[..., Any], *rest: Any, **options: Any) -> Any:
        counts.hops += 1
        counts.sent.append(func)

        def in_worker(*values: Any) -> Any:
            counts.workers.add(threading.get_ident())
            return func(*values)

        return await run_sync(in_worker, *rest, **options)

    def counted_start(thread: threading.Thread) -> None:
        counts.threads_started += 1
        start_thread(thread)

    with (
        mock.patch.object(backend, "run_sync_in_worker_thread", counted_run_sync),
        mock.patch.object(threading.Thread, "start", counted_start),
    ):
        yield


@contextmanager
def counting_loop(counts: Counts, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Counts passes of `loop` and tasks created on it inside the block."""
    run_once = loop._run_once  # type: ignore[attr-defined]  # noqa: SLF001 asyncio has no public hook for a pass
    factory = loop.get_task_factory()

    def counted_run_once() -> None:
        counts.loop_passes += 1
        run_once()

    def counted_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        counts.tasks_created += 1
        return asyncio.Task(coroutine, loop=loop, **options)

    loop.set_task_factory(counted_task)
    with mock.patch.object(loop, "_run_once", counted_run_once):
        try:
            yield
        finally:
            loop.set_task_factory(factory)


async def counted(exchange: Callable[[], Awaitable[T]]) -> tuple[T, Counts]:
    """Awaits `exchange` once on the running loop; its result, and what it did."""
    counts = Counts()
    with counting_hops(counts), counting_loop(counts, asyncio.get_running_loop()):
        result = await exchange()

    return result, counts
