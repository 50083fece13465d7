"""Contenders in turns: from ways to do the same to times of each, of one process and one moment.

Each contender has many short turns, every time in another order, so that what disturbs the machine
for longer than a turn disturbs all of them alike.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import repeat
from random import Random
from time import perf_counter
from typing import Any

from bench.benchmark import Metric
from bench.closed_loop import end

TURNS = 9
TURN_SECONDS = 0.02
LEAST_LOOPS = 10
LOOPS_PER_CLIENT = 2
WARM_UP = 10

Step = Callable[[], Awaitable[Any]]
Values = dict[Metric, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Contender:
    """Something to be done again and again, and the number it is measured as.

    Attributes:
        around: what must hold while it has its turn, and at no other time.
    """

    metric: Metric
    step: Step
    around: Callable[[], AbstractContextManager[None]] = nullcontext


async def in_turns(
    contenders: Sequence[Contender],
    in_flight: int,
    seed: int,
    turns: int = TURNS,
    seconds: float = TURN_SECONDS,
) -> Values:
    """Seconds per step of each contender, one value a turn, with so many steps in flight."""
    loops = {one.metric: await loops_of(one, in_flight, seconds) for one in contenders}
    values: dict[Metric, list[float]] = {one.metric: [] for one in contenders}
    order = Random(seed)
    for _ in range(turns):
        for one in order.sample(contenders, len(contenders)):
            values[one.metric].append(await turn(one, in_flight, loops[one.metric]))

    return {metric: tuple(found) for metric, found in values.items()}


async def turn(contender: Contender, in_flight: int, loops: int) -> float:
    """Seconds per step over so many steps, once a few have warmed up what it uses."""
    with contender.around():
        await elapsed(contender.step, in_flight, WARM_UP)
        return await elapsed(contender.step, in_flight, loops) / loops


async def loops_of(contender: Contender, in_flight: int, seconds: float) -> int:
    """So many steps that a turn takes about `seconds`, and each client has a few.

    Before they are counted, all clients have begun, and with them all threads that they need.
    """
    least = max(LEAST_LOOPS, LOOPS_PER_CLIENT * in_flight)
    await turn(contender, in_flight, least)
    return max(least, math.ceil(seconds / await turn(contender, in_flight, least)))


async def elapsed(step: Step, in_flight: int, loops: int) -> float:
    """Seconds that so many steps take, one after another, or so many of them at a time.

    Alone, they follow each other in one task, as wherever service time is measured. Overlapping,
    they are sent as in `bench.work.batch`: the clock stops when nothing is left under way.
    """
    if in_flight == 1:
        times = repeat(None, loops)
        start = perf_counter()
        for _ in times:
            await step()

        return perf_counter() - start

    return await overlapping(step, in_flight, loops)


async def overlapping(step: Step, in_flight: int, loops: int) -> float:
    """Seconds until all steps are done, at most `in_flight` of them at a time."""
    undone = iter(range(loops))

    async def keep_one_in_flight() -> None:
        for _ in undone:
            await asyncio.sleep(0)
            await step()

    start = perf_counter()
    clients = [asyncio.create_task(keep_one_in_flight()) for _ in range(min(in_flight, loops))]
    try:
        await asyncio.gather(*clients)
        return perf_counter() - start
    finally:
        await end(clients)
