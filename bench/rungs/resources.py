"""What a hop takes from the machine: CPU time of each thread, voluntary context switches."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from itertools import repeat

from starlette.concurrency import run_in_threadpool

from bench.benchmark import Prepare, Prepared
from bench.correctness import check_step
from bench.pace import Pace, Tally, at_once
from bench.rungs.rung import Rung
from bench.rungs.steps import starlette_run_in_threadpool
from bench.timing import WARM_UP

Meter = Callable[[], float]

MEASURABLE = sys.platform == "linux"


def per_hop(meter: Callable[[int], Meter]) -> Prepare:
    """Prepares hops read on `meter(worker)`, not on the clock; `worker` is a thread's ident."""

    def prepare(loop: asyncio.AbstractEventLoop) -> Prepared:
        step = starlette_run_in_threadpool(loop)
        counts = check_step("run-in-threadpool", 1, step, loop)

        async def drive(loops: int, pace: Pace) -> float:
            read = meter(await run_in_threadpool(threading.get_ident))
            tally = Tally(pace(loops))
            for batch in tally:
                for _ in range(WARM_UP):
                    await step()

                before = read()
                for _ in repeat(None, batch.loops):
                    await step()

                batch.elapsed = read() - before

            return tally.total

        def time(loops: int, pace: Pace = at_once) -> float:
            return loop.run_until_complete(drive(loops, pace))

        return Prepared(time, counts.as_metadata())

    return prepare


def loop_thread_clock(worker: int) -> Meter:
    return time.thread_time


def worker_clock(worker: int) -> Meter:
    clock = time.pthread_getcpuclockid(worker)
    return lambda: time.clock_gettime(clock)


def voluntary_switches(worker: int) -> Meter:
    import resource  # not on Windows

    return lambda: resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw


RUNGS = (
    (
        Rung(
            "cpu-of-loop-thread",
            "CPU time of the event loop's thread per hop",
            "",
            per_hop(loop_thread_clock),
        ),
        Rung("cpu-of-worker", "CPU time of the worker thread per hop", "", per_hop(worker_clock)),
        Rung(
            "voluntary-switches",
            "voluntary context switches per hop, both threads",
            "",
            per_hop(voluntary_switches),
            unit="integer",
        ),
    )
    if MEASURABLE
    else ()
)
