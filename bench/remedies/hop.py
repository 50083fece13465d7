"""AnyIO's hop with some of its steps left out: from the names of steps to the function instead.

A copy of `run_sync_in_worker_thread` and of `CapacityLimiter.acquire_on_behalf_of` in
anyio/_backends/_asyncio.py, in the same order. A test compares the copy with the original, and
fails once the original reads otherwise.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any

from anyio import CancelScope, WouldBlock
from anyio._backends._asyncio import (
    AsyncIOBackend,
    CapacityLimiter,
    WorkerThread,
    _task_states,
    find_root_task,
)
from anyio._core._eventloop import set_current_async_library
from anyio.lowlevel import RunVar

from bench.remedies.lean_worker import CHECKPOINT, SCOPE, LeanWorker

SOURCE = "AnyIO 4.16.0"

RunSync = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Pool:
    """The worker threads of one loop, and those of them that are idle."""

    left_out: frozenset[str]
    idle_workers: deque[WorkerThread]
    workers: set[WorkerThread]

    def job(self, func: Any, args: Any, scope: CancelScope | None) -> asyncio.Future[Any]:
        """What is done inside the scope: the future of a job that a worker thread now has."""
        future = asyncio.Future[Any]()
        root_task = find_root_task()
        idle_workers = self.idle_workers
        if not idle_workers:
            worker: WorkerThread = LeanWorker(self.left_out, root_task, self.workers, idle_workers)
            worker.start()
            self.workers.add(worker)
            root_task.add_done_callback(worker.stop, context=Context())
        else:
            worker = idle_workers.pop()
            now = AsyncIOBackend.current_time()
            while idle_workers:
                if now - idle_workers[0].idle_since < WorkerThread.MAX_IDLE_TIME:
                    break

                expired_worker = idle_workers.popleft()
                expired_worker.root_task.remove_done_callback(expired_worker.stop)
                expired_worker.stop()

        context = copy_context()
        context.run(set_current_async_library, None)
        worker.queue.put_nowait((context, func, args, future, scope))  # type: ignore[arg-type]  # without a scope, None
        return future


def hop_without(left_out: frozenset[str]) -> RunSync:
    """`run_sync_in_worker_thread` without these steps, with worker threads of its own."""
    first_checkpoint = CHECKPOINT not in left_out
    always_scope = SCOPE not in left_out
    pool_of_loop: RunVar[Pool] = RunVar("-".join(["lean", *sorted(left_out)]))
    workers_of_loop: RunVar[set[WorkerThread]] = RunVar("-".join(["workers", *sorted(left_out)]))

    async def run_sync_in_worker_thread(
        cls: type[AsyncIOBackend],
        func: Callable[..., Any],
        args: tuple[Any, ...],
        abandon_on_cancel: bool = False,
        limiter: Any = None,
    ) -> Any:
        if first_checkpoint:
            await cls.checkpoint()

        try:
            pool = pool_of_loop.get()
            workers_of_loop.get()  # the original looks up both
        except LookupError:
            pool = Pool(left_out, deque(), set())
            pool_of_loop.set(pool)
            workers_of_loop.set(pool.workers)

        async with limiter or cls.current_default_thread_limiter():
            if not (always_scope or abandon_on_cancel or enclosed()):
                return await pool.job(func, args, None)

            with CancelScope(shield=not abandon_on_cancel) as scope:
                parent: Any = scope._parent_scope  # type: ignore[attr-defined]  # noqa: SLF001 as AnyIO does
                inner = scope if abandon_on_cancel or parent is None else parent
                return await pool.job(func, args, inner)

    return run_sync_in_worker_thread


def enclosed() -> bool:
    """Whether the running task is inside a cancel scope, which alone could cancel it."""
    task = asyncio.current_task()
    state = None if task is None else _task_states.get(task)
    return state is not None and state.cancel_scope is not None


async def acquire_without_suspending(limiter: CapacityLimiter, borrower: object) -> None:
    """`acquire_on_behalf_of` without the checkpoint after a token that was free."""
    await AsyncIOBackend.checkpoint_if_cancelled()
    try:
        limiter.acquire_on_behalf_of_nowait(borrower)
    except WouldBlock:
        event = asyncio.Event()
        limiter._wait_queue[borrower] = event  # noqa: SLF001 as AnyIO does; likewise below
        try:
            await event.wait()
        except BaseException:
            limiter._wait_queue.pop(borrower, None)  # noqa: SLF001
            if event.is_set():
                limiter._borrowers.discard(borrower)  # noqa: SLF001
                limiter._notify_next_waiter()  # noqa: SLF001

            raise
