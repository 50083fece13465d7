"""A visit of the study `releases`: from the stack that is installed here to the times of its hops.

It holds for every release since AnyIO 3.7 and FastAPI 0.100, so it imports nothing that they lack.
"""

from __future__ import annotations

import asyncio
import platform
from importlib import metadata
from typing import Any

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from bench.benchmark import Fact, Metric, Observation, Surroundings
from bench.correctness import check_answer, check_hops, observe, typical
from bench.counting import Counts
from bench.handlers import CATALOGUE, HandlerKind
from bench.releases.stacks import PACKAGES
from bench.remedies.turns import Contender, Step, in_turns

KINDS = ("async-def", "def", "async-def-model", "def-model")
HOPS = ("anyio-run-sync", "run-in-threadpool")
SUBJECTS = (*KINDS, *HOPS)
REQUEST = "request"
ABSENT = "absent"
COUNTED = ("loop_passes", "tasks_created")


def do_nothing() -> None:
    """What the bare hops send to a thread."""


async def bare_hop() -> None:
    """The hop, as AnyIO makes it."""
    await anyio.to_thread.run_sync(do_nothing)


async def starlette_hop() -> None:
    """The hop, as Starlette makes it."""
    await run_in_threadpool(do_nothing)


def observing(surroundings: Surroundings) -> Observation:
    """Checks and times every subject, in turns, in one task: worker threads end with it."""
    with asyncio.Runner() as runner:
        return runner.run(observed(surroundings))


async def observed(surroundings: Surroundings) -> Observation:
    """The times of every subject, its exact counts, and the versions that made them."""
    hops: dict[str, Step] = dict(zip(HOPS, (bare_hop, starlette_hop), strict=True))
    steps: dict[str, Step] = {name: step_of(CATALOGUE[name]) for name in KINDS} | hops
    counts = {name: await checked(name, step) for name, step in steps.items()}
    contenders = [
        Contender(Metric(REQUEST, subject=name, facts=facts_of(counts[name])), step)
        for name, step in steps.items()
    ]
    return Observation(await in_turns(contenders, 1, surroundings.seed), versions())


def step_of(kind: HandlerKind) -> Step:
    """Requests to a handler kind, of an app of its own."""
    return kind.request.exchange(kind.build())


async def checked(name: str, step: Step) -> Counts:
    """Its exact counts; raises WrongAnswerError unless answers and hops are as declared."""
    kind = CATALOGUE.get(name)
    found: list[tuple[Any, Counts]] = await observe(step)
    for answer, counts in found:
        check_hops(name, 1 if kind is None else kind.hops, counts)
        if kind is not None:
            check_answer(kind, answer)

    return typical([counts for _, counts in found])


def facts_of(counts: Counts) -> tuple[tuple[str, Fact], ...]:
    """The counts that differ between releases, as facts beside the times."""
    every = counts.as_metadata()
    return tuple((name, every[name]) for name in COUNTED)


def versions() -> dict[str, Fact]:
    """The Python here, and what is installed, by package."""
    return {"python": platform.python_version(), **{one: version_of(one) for one in PACKAGES}}


def version_of(package: str) -> str:
    """The version of a package, or `absent`."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ABSENT
