"""Visits of the study `work`: from a way to write a handler, and a load, to an observation.

A visit measures all durations of its row, in an order drawn from the seed of the round, and at
each duration all ways to write the handler, with the very same work: what they are compared by is
then of one process and of nearly one moment. All of it happens in one task of one event loop, as
AnyIO's worker threads end with the task that began them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from random import Random
from typing import Any, TypeVar

from bench.benchmark import Fact, Observation, Observe, Surroundings
from bench.work import loads
from bench.work.apps import DEF
from bench.work.loads import CLOSED_SECONDS, OPEN_SECONDS, Subject, Values
from bench.work.punctual import punctual_loop, punctual_waits
from bench.work.sorts import PYTHON, Sort, additions, measured

WORK_US = (0, 10, 30, 100, 300, 1000, 3000, 10000, 30000)
ARTICLE_STEPS = 1_000_000
ARTICLE_SECONDS = 0.03
"""What they last, roughly: it only decides how often they are timed."""

T = TypeVar("T")

Observing = Callable[[Surroundings], Coroutine[Any, Any, Observation]]
Load = Callable[[Sequence[Subject]], Awaitable[Values]]

ON_A_CLOCK: dict[str, Fact] = {"bystander_per_second": loads.BYSTANDER_PER_SECOND}


def on_own_loop(observing: Observing) -> Observe:
    """Observes in one task of a new event loop with punctual timers."""

    def observe(surroundings: Surroundings) -> Observation:
        with punctual_waits(), asyncio.Runner(loop_factory=punctual_loop) as runner:
            return runner.run(observing(surroundings))

    return observe


def closed(
    sort: Sort,
    handlers: Sequence[str],
    in_flight: int,
    works_us: Sequence[int] = WORK_US,
    seconds: float = CLOSED_SECONDS,
) -> Observe:
    """Time per request at each duration, in a closed loop."""

    async def observing(surroundings: Surroundings) -> Observation:
        async def load(subjects: Sequence[Subject]) -> Values:
            return await loads.request_times(subjects, in_flight, seconds)

        return Observation(await rows(sort, handlers, works_us, surroundings, load))

    return on_own_loop(observing)


def beside(
    sort: Sort,
    handlers: Sequence[str],
    works_us: Sequence[int] = WORK_US,
    seconds: float = OPEN_SECONDS,
) -> Observe:
    """What a bystander sees at each duration, and with no load at all."""

    async def observing(surroundings: Surroundings) -> Observation:
        async def load(subjects: Sequence[Subject]) -> Values:
            return await loads.bystanders(subjects, seconds, surroundings.seed)

        values = await rows(sort, handlers, works_us, surroundings, load)
        return Observation({**values, **await loads.lateness(seconds)}, ON_A_CLOCK)

    return on_own_loop(observing)


def article(
    handlers: Sequence[str],
    in_flight: int,
    steps: int = ARTICLE_STEPS,
    seconds: float = CLOSED_SECONDS,
) -> Observe:
    """Time per request of the article's loop."""

    async def observing(surroundings: Surroundings) -> Observation:
        work = await measured(additions(steps), ARTICLE_SECONDS, awaited=False)
        subjects = [
            await loads.ready(PYTHON, handler, work, (("handler", handler),))
            for handler in handlers
        ]
        values = await loads.request_times(subjects, in_flight, seconds)
        return Observation({**values, **worked(subjects)}, {"steps": steps})

    return on_own_loop(observing)


def switching(
    switch_us: int,
    beside_us: Sequence[int],
    in_flight: int,
    closed_us: Sequence[int],
    closed_seconds: float = CLOSED_SECONDS,
    open_seconds: float = OPEN_SECONDS,
) -> Observe:
    """A `def` in pure Python under another switch interval of the GIL."""

    async def observing(surroundings: Surroundings) -> Observation:
        async def on_a_clock(subjects: Sequence[Subject]) -> Values:
            return await loads.bystanders(subjects, open_seconds, surroundings.seed)

        async def in_a_loop(subjects: Sequence[Subject]) -> Values:
            return await loads.request_times(subjects, in_flight, closed_seconds)

        seen = await rows(PYTHON, (DEF,), beside_us, surroundings, on_a_clock)
        values = await rows(PYTHON, (DEF,), closed_us, surroundings, in_a_loop)
        return Observation({**seen, **values}, ON_A_CLOCK)

    def observe(surroundings: Surroundings) -> Observation:
        usual_seconds = sys.getswitchinterval()
        sys.setswitchinterval(switch_us / 1e6)  # a product would be cut to a microsecond less
        try:
            return on_own_loop(observing)(surroundings)
        finally:
            sys.setswitchinterval(usual_seconds)

    return observe


def shuffled(found: Sequence[T], surroundings: Surroundings) -> list[T]:
    """Durations, or handlers, in an order of the round."""
    return Random(surroundings.seed).sample(found, len(found))


async def rows(
    sort: Sort,
    handlers: Sequence[str],
    works_us: Sequence[int],
    surroundings: Surroundings,
    load: Load,
) -> Values:
    """The numbers of one load at each duration, and how long the work lasts alone."""
    values: Values = {}
    for work_us in shuffled(works_us, surroundings):
        subjects = await loads.nominal(sort, shuffled(handlers, surroundings), work_us)
        values |= {**worked(subjects), **await load(subjects)}

    return values


def worked(subjects: Sequence[Subject]) -> Values:
    """How long the work of each lasts alone."""
    return {metric: value for one in subjects for metric, value in one.worked.items()}
