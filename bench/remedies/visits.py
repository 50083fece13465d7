"""Visits of the study `remedies`: from a group of remedies, or variants of a hop, to their times.

A visit measures all it compares in turns, in one task of one event loop, as AnyIO's worker threads
end with the task that began them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from typing import Any

import anyio.to_thread

from bench.asgi import Exchange
from bench.benchmark import AGAIN, Fact, Metric, Observation, Observe, Surroundings
from bench.correctness import check_answer, check_hops, observe, typical
from bench.counting import Counts
from bench.handlers import CATALOGUE, HandlerKind
from bench.remedies.fusing import fields_of
from bench.remedies.remedy import Remedy
from bench.remedies.turns import Contender, Step, Values, in_turns
from bench.remedies.variants import ALL, SECOND_HOP, Around, Variant, patched
from bench.rungs.rung import do_nothing
from bench.rungs.threads import bare_hop, lock_pair

REQUEST = "request"
HOP = "hop"
UNPATCHED = "unpatched"
BEFORE = "before"
AFTER = "after"
"""The hop as it is installed: in turns with the variants, before any of them, after the last."""

FLOOR = ("lock-pair", "bare-hop", "lean-hop", "anyio-hop")

Observing = Callable[[Surroundings], Coroutine[Any, Any, Observation]]
Facts = tuple[tuple[str, Fact], ...]


def on_own_loop(observing: Observing) -> Observe:
    """Observes in one task of a new event loop."""

    def observe(surroundings: Surroundings) -> Observation:
        with asyncio.Runner() as runner:
            return runner.run(observing(surroundings))

    return observe


def remedies(group: Sequence[Remedy], in_flight: int) -> Observe:
    """Times per request of each remedy, and of the first once more."""

    async def observing(surroundings: Surroundings) -> Observation:
        contenders = [await contender(remedy, in_flight, remedy.name) for remedy in group]
        again = await contender(group[0], in_flight, group[0].name + AGAIN)
        return Observation(await in_turns([*contenders, again], in_flight, surroundings.seed))

    return on_own_loop(observing)


async def contender(remedy: Remedy, in_flight: int, subject: str) -> Contender:
    """A remedy that has shown the right answers and hops."""
    kind = remedy.kind
    exchange = kind.request.exchange(kind.build())
    with remedy.around():
        counts = await checked(kind, exchange)

    facts = {**remedy.facts, **counts.as_metadata()}
    metric = Metric(REQUEST, subject=subject, facts=tuple(facts.items()))
    return Contender(metric, timed(kind, exchange, in_flight), remedy.around)


def timed(kind: HandlerKind, exchange: Exchange, in_flight: int) -> Step:
    """A request; where many overlap, each answer is compared, as in every load."""
    if in_flight == 1:
        return exchange

    async def step() -> None:
        check_answer(kind, await exchange())

    return step


async def checked(kind: HandlerKind, exchange: Exchange) -> Counts:
    """What a warm request does.

    Raises:
        WrongAnswerError: status, body or hops differ from the declared ones.
    """
    observed = await observe(exchange)
    for answer, counts in observed:
        check_answer(kind, answer)
        check_hops(kind.name, kind.hops, counts)

    return typical([counts for _, counts in observed])


def variants(target: str, found: Sequence[Variant], in_flight: int) -> Observe:
    """Times of the hop alone, or of an endpoint, under each variant and under none.

    What is installed is measured before the first variant, between them and after the last: a
    patch that leaked would show.
    """

    async def observing(surroundings: Surroundings) -> Observation:
        make = hop_contender if target == HOP else endpoint_contender
        unpatched = await make(target, in_flight, UNPATCHED, None)
        before = await alone(unpatched, in_flight, surroundings, BEFORE)
        patched = [await make(target, in_flight, one.name, one) for one in found]
        values = await in_turns([unpatched, *patched], in_flight, surroundings.seed)
        after = await alone(unpatched, in_flight, surroundings, AFTER)
        return Observation({**values, **before, **after})

    return on_own_loop(observing)


async def alone(
    unpatched: Contender, in_flight: int, surroundings: Surroundings, variant: str
) -> Values:
    """The times of the installed hop by itself."""
    metric = Metric(REQUEST, factors=(("variant", variant),), facts=unpatched.metric.facts)
    contender = Contender(metric, unpatched.step)
    return await in_turns([contender], in_flight, surroundings.seed)


async def hop_contender(
    target: str, in_flight: int, name: str, variant: Variant | None
) -> Contender:
    """The hop alone, under a variant."""

    async def step() -> None:
        await anyio.to_thread.run_sync(do_nothing)

    around: Around = nullcontext if variant is None else patched(variant.leaves_out, {})
    with around():
        observed = [counts for _, counts in await observe(step)]

    for counts in observed:
        check_hops(name, 1, counts)

    return Contender(metric_of(name, variant, typical(observed)), step, around)


async def endpoint_contender(
    target: str, in_flight: int, name: str, variant: Variant | None
) -> Contender:
    """An endpoint of the catalogue, under a variant."""
    kind = CATALOGUE[target]
    app = kind.build()
    exchange = kind.request.exchange(app)
    around: Around = nullcontext
    if variant is not None:
        around = patched(variant.leaves_out, fields_of(app))
        kind = fewer_hops(kind, variant)

    with around():
        counts = await checked(kind, exchange)

    return Contender(metric_of(name, variant, counts), timed(kind, exchange, in_flight), around)


def fewer_hops(kind: HandlerKind, variant: Variant) -> HandlerKind:
    """The same kind, with the hops that are left under a variant."""
    hops = 1 if SECOND_HOP in variant.leaves_out else kind.hops
    return HandlerKind(kind.name, kind.title, kind.build, hops, kind.body)


def metric_of(name: str, variant: Variant | None, counts: Counts) -> Metric:
    """The number of a variant, and what is known of it."""
    facts = {**(variant.facts if variant else {}), **counts.as_metadata()}
    return Metric(REQUEST, factors=(("variant", name),), facts=tuple(facts.items()))


def floor() -> Observe:
    """Times of the leanest ways to a thread and back, beside the installed hop."""

    async def observing(surroundings: Surroundings) -> Observation:
        loop = asyncio.get_running_loop()
        installed = await hop_contender(HOP, 1, UNPATCHED, None)
        lean = await hop_contender(HOP, 1, ALL.name, ALL)
        steps = (lock_pair(loop), bare_hop(loop), lean.step, installed.step)
        arounds = (nullcontext, nullcontext, lean.around, nullcontext)
        contenders = [
            Contender(Metric(REQUEST, subject=subject), step, around)
            for subject, step, around in zip(FLOOR, steps, arounds, strict=True)
        ]
        return Observation(await in_turns(contenders, 1, surroundings.seed))

    return on_own_loop(observing)
