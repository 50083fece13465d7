"""Visits to handlers that call something real: from a call and the way it is written to numbers."""

from __future__ import annotations

from bench.benchmark import Observation, Observe, Surroundings
from bench.work import loads
from bench.work.apps import AWAITING
from bench.work.blocking import CALLS, Calls
from bench.work.loads import CLOSED_SECONDS, OPEN_SECONDS
from bench.work.sorts import Sort, Work, measured
from bench.work.visits import ON_A_CLOCK, on_own_loop

CALL_SECONDS = 0.001
"""What a call lasts, roughly: it only decides how often it is timed."""


def calling(
    name: str,
    handler: str,
    in_flight: int,
    closed_seconds: float = CLOSED_SECONDS,
    open_seconds: float = OPEN_SECONDS,
) -> Observe:
    """Time per request of a real call, then what a bystander sees of it."""

    async def observing(surroundings: Surroundings) -> Observation:
        async with CALLS[name]() as calls:
            sort, work = await called(name, calls, awaited=handler == AWAITING)
            subject = await loads.ready(sort, handler, work, ())
            values = await loads.request_times([subject], in_flight, closed_seconds)
            seen = await loads.bystanders([subject], open_seconds, surroundings.seed)
            return Observation({**values, **seen, **subject.worked}, {**ON_A_CLOCK, **calls.facts})

    return on_own_loop(observing)


async def called(name: str, calls: Calls, *, awaited: bool) -> tuple[Sort, Work]:
    """A call as work, once it is warm."""
    function = calls.awaiting if awaited and calls.awaiting else calls.blocking
    await measured(function, CALL_SECONDS, awaited=awaited)
    work = await measured(function, CALL_SECONDS, awaited=awaited)
    return Sort(name, name, lambda _: function, 1.0, waits=True, awaited=awaited), work
