"""What is counted, and that counting leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread
import pytest
from anyio._backends._asyncio import AsyncIOBackend
from starlette.concurrency import run_in_threadpool

from bench.counting import Counts, counted, counting_hops, counting_loop

Loop = asyncio.AbstractEventLoop
Step = Callable[[], Awaitable[Any]]


def nothing() -> None:
    """What a worker is given."""


async def hop() -> None:
    await anyio.to_thread.run_sync(nothing)


async def two_hops() -> None:
    await hop()
    await run_in_threadpool(nothing)


async def failing() -> None:
    await hop()
    raise ZeroDivisionError


async def task() -> None:
    await asyncio.create_task(asyncio.sleep(0))


async def thread() -> None:
    thread = threading.Thread(target=nothing)
    thread.start()
    thread.join()


def counts_of(loop: Loop, step: Step) -> Counts:
    return loop.run_until_complete(counted(step))[1]


@pytest.mark.parametrize(
    ("step", "hops"),
    [
        (hop, 1),
        (two_hops, 2),
        (lambda: asyncio.sleep(0), 0),
        (lambda: asyncio.to_thread(nothing), 0),
    ],
)
def test_a_hop_is_a_call_of_anyio_to_thread_run_sync(loop: Loop, step: Step, hops: int) -> None:
    assert counts_of(loop, step).hops == hops


def test_a_hop_reaches_a_thread_that_is_not_the_loops(loop: Loop) -> None:
    workers = counts_of(loop, two_hops).workers

    assert len(workers) == 1
    assert threading.get_ident() not in workers


def test_the_result_of_what_was_counted_is_handed_on(loop: Loop) -> None:
    async def answer() -> int:
        return await anyio.to_thread.run_sync(lambda: 42)

    assert loop.run_until_complete(counted(answer))[0] == 42


@pytest.mark.parametrize("sleeps", [0, 1, 2, 5])
def test_a_sleep_of_zero_is_one_pass_of_the_loop(loop: Loop, sleeps: int) -> None:
    async def step() -> None:
        for _ in range(sleeps):
            await asyncio.sleep(0)

    assert counts_of(loop, step).loop_passes == sleeps


@pytest.mark.parametrize(
    ("step", "tasks"), [(task, 1), (lambda: asyncio.gather(task(), task()), 4), (hop, 0)]
)
def test_tasks_created_are_counted(loop: Loop, step: Step, tasks: int) -> None:
    async def inside() -> None:
        await step()

    assert counts_of(loop, inside).tasks_created == tasks


@pytest.mark.parametrize(("step", "threads"), [(thread, 1), (hop, 1), (task, 0)])
def test_threads_started_are_counted(loop: Loop, step: Step, threads: int) -> None:
    assert counts_of(loop, step).threads_started == threads


def test_a_warm_hop_starts_no_thread(loop: Loop) -> None:
    async def twice() -> Counts:
        await hop()
        return (await counted(hop))[1]

    assert loop.run_until_complete(twice()).threads_started == 0


@pytest.mark.parametrize("step", [hop, failing])
def test_everything_is_put_back(loop: Loop, step: Step) -> None:
    def factory(loop: Loop, coroutine: Any, **options: Any) -> Any:
        return asyncio.Task(coroutine, loop=loop, **options)

    loop.set_task_factory(factory)
    before = (vars(AsyncIOBackend)["run_sync_in_worker_thread"], threading.Thread.start)

    loop.run_until_complete(asyncio.wait({loop.create_task(outcome(step))}))

    assert (vars(AsyncIOBackend)["run_sync_in_worker_thread"], threading.Thread.start) == before
    assert "_run_once" not in vars(loop)
    assert loop.get_task_factory() is factory


async def outcome(step: Step) -> None:
    if step is failing:
        with pytest.raises(ZeroDivisionError):
            await counted(step)
    else:
        await counted(step)


def test_hops_outside_the_block_are_not_counted(loop: Loop) -> None:
    counts = Counts()
    with counting_hops(counts), counting_loop(counts, loop):
        pass

    loop.run_until_complete(two_hops())

    assert counts == Counts()


def test_the_metadata_of_counts_are_the_four_exact_ones() -> None:
    assert Counts(1, 2, 3, 4, {5}).as_metadata() == {
        "hops": 1,
        "loop_passes": 2,
        "tasks_created": 3,
        "threads_started": 4,
    }
