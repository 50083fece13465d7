"""What AnyIO's hop does on the event loop's thread, one step more on each rung.

The order is that of `run_sync_in_worker_thread` in anyio/_backends/_asyncio.py; each rung repeats
the ones below it, so that a difference between two rungs is the cost of one step in its place.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import Any

import anyio.to_thread
from anyio import CancelScope, CapacityLimiter
from anyio._backends._asyncio import AsyncIOBackend, find_root_task
from anyio._core._eventloop import set_current_async_library
from starlette.concurrency import run_in_threadpool

from bench.benchmark import Prepared
from bench.rungs.rung import Rung, Step, do_nothing, steps_of
from bench.timing import called


def call(loop: asyncio.AbstractEventLoop) -> Prepared:
    return Prepared(called(do_nothing))


def await_coroutine(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> None: ...

    return step


def one_pass(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> None:
        await AsyncIOBackend.checkpoint()

    return step


def two_passes(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> None:
        await AsyncIOBackend.checkpoint()
        await AsyncIOBackend.cancel_shielded_checkpoint()

    return step


def limiter(loop: asyncio.AbstractEventLoop) -> Step:
    tokens = CapacityLimiter(40)

    async def step() -> None:
        await AsyncIOBackend.checkpoint()
        async with tokens:
            pass

    return step


def scope_and_future(loop: asyncio.AbstractEventLoop) -> Step:
    tokens = CapacityLimiter(40)

    async def step() -> None:
        await AsyncIOBackend.checkpoint()
        async with tokens:
            with CancelScope(shield=True):  # noqa: ASYNC100 only its own cost is wanted
                asyncio.Future[None]()
                find_root_task()

    return step


def context_copy(loop: asyncio.AbstractEventLoop) -> Step:
    tokens = CapacityLimiter(40)

    async def step() -> None:
        await AsyncIOBackend.checkpoint()
        async with tokens:
            with CancelScope(shield=True):  # noqa: ASYNC100 only its own cost is wanted
                asyncio.Future[None]()
                find_root_task()
                copy_context().run(set_current_async_library, None)

    return step


def self_wake(loop: asyncio.AbstractEventLoop) -> Step:
    tokens = CapacityLimiter(40)

    async def step() -> None:
        await AsyncIOBackend.checkpoint()
        async with tokens:
            with CancelScope(shield=True):
                future = asyncio.Future[None]()
                find_root_task()
                copy_context().run(set_current_async_library, None)
                loop.call_soon_threadsafe(future.set_result, None)
                await future

    return step


def anyio_run_sync(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> Any:
        return await anyio.to_thread.run_sync(do_nothing)

    return step


def starlette_run_in_threadpool(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> Any:
        return await run_in_threadpool(do_nothing)

    return step


RUNGS = (
    Rung(
        "call",
        "a Python call",
        "the call of a function that does nothing",
        call,
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "await",
        "awaiting a coroutine",
        "a coroutine made, awaited and finished",
        steps_of("await", await_coroutine),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "one-pass",
        "one pass of the event loop",
        "AnyIO's first checkpoint: the task gives way for one pass of the loop",
        steps_of("one-pass", one_pass),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "two-passes",
        "two passes of the event loop",
        "a shielded checkpoint: one more pass",
        steps_of("two-passes", two_passes),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "limiter",
        "a limiter with free tokens",
        "the `CapacityLimiter` around that second checkpoint: a token taken and given back",
        steps_of("limiter", limiter),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "scope-and-future",
        "cancel scope and future",
        "a shielded `CancelScope`, a future, the search for the root task",
        steps_of("scope-and-future", scope_and_future),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "context-copy",
        "copy of the context",
        "`copy_context()` and one variable set in the copy",
        steps_of("context-copy", context_copy),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "self-wake",
        "everything but the thread",
        "the future set through `call_soon_threadsafe` by the loop's own thread: two more passes",
        steps_of("self-wake", self_wake),
        crosses_threads=False,
        headline=True,
    ),
    Rung(
        "anyio-run-sync",
        "`anyio.to_thread.run_sync`",
        "the thread: hand-over through a queue, switch there, wake-up of the loop, switch back",
        steps_of("anyio-run-sync", anyio_run_sync, hops=1),
        headline=True,
    ),
    Rung(
        "run-in-threadpool",
        "`run_in_threadpool`",
        "Starlette's wrapper: a `functools.partial` and one more coroutine",
        steps_of("run-in-threadpool", starlette_run_in_threadpool, hops=1),
        headline=True,
    ),
)
