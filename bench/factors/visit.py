"""A visit of the study `factors`: from a setting to an observation of every subject under it."""

from __future__ import annotations

import sys
import threading

import anyio.to_thread
from anyio._core import _eventloop

from bench.benchmark import Fact, Observation, Observe, Surroundings
from bench.correctness import WrongAnswerError
from bench.factors.loops import TRIO, run, workers
from bench.factors.process import place_threads, set_variables, under
from bench.factors.setting import Setting
from bench.factors.subjects import check, fill_pool, nested, subjects
from bench.factors.turns import Turns, in_turns

SAMPLE = 50
"""Hops that are asked for their thread."""


def observing(setting: Setting, turns: Turns | None = None) -> Observe:
    """Checks and times every subject under a setting, all in one root task."""

    def observe(surroundings: Surroundings) -> Observation:
        async def main() -> Observation:
            set_variables(setting.variables)
            found: Observation = await nested(setting.depth, timed)
            return found

        async def timed() -> Observation:
            every = subjects()
            for subject in every:
                await check(subject, setting.loop)

            await fill_pool(setting.idle)
            await place_threads(setting.threads, surroundings.all_cpus)
            values, switches = await in_turns(every, setting, surroundings.seed, turns or Turns())
            return Observation(
                values, {**setting.facts, **switches, **await pool(setting), "sniffio": sniffio()}
            )

        refuse_other_packages(setting)
        with under(setting, surroundings):
            return run(setting.loop, main)

    return observe


def sniffio() -> str:
    """Whether AnyIO has found that package."""
    return "absent" if _eventloop.sniffio is None else "present"


def refuse_other_packages(setting: Setting) -> None:
    """Raises WrongAnswerError where AnyIO would ask `sniffio` unasked, or could not ask it."""
    wanted = "present" if setting.loop == TRIO else setting.sniffio
    if sniffio() != wanted:
        raise WrongAnswerError(
            f"the package sniffio must be {wanted}, it is {sniffio()}: use the locked packages"
        )


async def pool(setting: Setting) -> dict[str, Fact]:
    """How many threads of the pool hops take, and whether the GIL is off.

    Raises:
        WrongAnswerError: the pool is not as large as the setting says.
    """
    threads = len(workers(setting.loop))
    if threads != setting.idle:
        raise WrongAnswerError(f"{setting.idle} worker threads must be in the pool, {threads} are")

    taken = {await anyio.to_thread.run_sync(threading.get_ident) for _ in range(SAMPLE)}
    free_threaded = not getattr(sys, "_is_gil_enabled", lambda: True)()
    return {"threads_taken": len(taken), "free_threaded": int(free_threaded)}
