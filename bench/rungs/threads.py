"""Ways to reach a thread and come back, from the least CPython can do; a hop to a new thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import perf_counter

import anyio.to_thread

from bench.benchmark import Prepared
from bench.correctness import WrongAnswerError
from bench.counting import counted
from bench.pace import Pace, Tally, at_once
from bench.rungs.rung import Rung, Step, do_nothing, steps_of

Job = tuple[Callable[[], None], "asyncio.Future[None]"]


def lock_pair(loop: asyncio.AbstractEventLoop) -> Step:
    there, back = threading.Lock(), threading.Lock()
    there.acquire()
    back.acquire()

    def answer() -> None:
        while True:
            there.acquire()
            back.release()

    threading.Thread(target=answer, daemon=True).start()

    async def step() -> None:
        there.release()
        back.acquire()

    return step


def bare_hop(loop: asyncio.AbstractEventLoop) -> Step:
    jobs: SimpleQueue[Job] = SimpleQueue()

    def work() -> None:
        while True:
            function, future = jobs.get()
            function()
            loop.call_soon_threadsafe(future.set_result, None)

    threading.Thread(target=work, daemon=True).start()

    async def step() -> None:
        future = loop.create_future()
        jobs.put((do_nothing, future))
        await future

    return step


def run_in_executor(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> None:
        await loop.run_in_executor(None, do_nothing)

    return step


def asyncio_to_thread(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> None:
        await asyncio.to_thread(do_nothing)

    return step


def cold_hop(loop: asyncio.AbstractEventLoop) -> Prepared:
    """The first hop of a new event loop, whose pool of worker threads is empty.

    Making and closing the loop is not timed; each loop runs one hop.
    """

    async def first_hop() -> float:
        anyio.to_thread.current_default_thread_limiter()
        start = perf_counter()
        await anyio.to_thread.run_sync(do_nothing)
        return perf_counter() - start

    def time(loops: int, pace: Pace = at_once) -> float:
        tally = Tally(pace(loops))
        for batch in tally:
            for _ in range(batch.loops):
                fresh = asyncio.new_event_loop()
                batch.elapsed += fresh.run_until_complete(first_hop())
                fresh.close()

        return tally.total

    counts = count_first(first_hop)
    if counts["threads_started"] != 1:
        raise WrongAnswerError(
            f"cold-hop must start 1 thread, it started {counts['threads_started']}"
        )

    return Prepared(time, counts)


def count_first(step: Step) -> dict[str, int]:
    """What the first `step` of a new event loop does."""
    loop = asyncio.new_event_loop()
    _, counts = loop.run_until_complete(counted(step))
    loop.close()
    return counts.as_metadata()


RUNGS = (
    Rung(
        "lock-pair",
        "two threads and a pair of locks",
        "the floor of CPython: one lock released there, one back",
        steps_of("lock-pair", lock_pair),
    ),
    Rung(
        "bare-hop",
        "a bare hop",
        "a queue, a future, `call_soon_threadsafe` and a pass of the loop",
        steps_of("bare-hop", bare_hop),
    ),
    Rung(
        "run-in-executor",
        "`loop.run_in_executor`",
        "the executor's own future, chained to one of the loop",
        steps_of("run-in-executor", run_in_executor),
    ),
    Rung(
        "asyncio-to-thread",
        "`asyncio.to_thread`",
        "a copy of the context",
        steps_of("asyncio-to-thread", asyncio_to_thread),
    ),
)

COLD = (
    Rung(
        "cold-hop",
        "a hop that must start its worker thread",
        "the start of a thread",
        cold_hop,
        above="anyio-run-sync",
    ),
)
