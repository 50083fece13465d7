"""The subjects: what is timed under every setting, in turns, once it is known to be correct."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from bench.correctness import check_answer, check_hops
from bench.counting import Counts, counting_hops
from bench.factors.loops import backend
from bench.handlers import CATALOGUE, HandlerKind
from bench.rungs.rung import do_nothing

REQUESTS = ("async-def", "def", "async-def-model", "def-model")
HOP = "anyio-run-sync"
HOPS = (HOP, "run-in-threadpool", "beside-request")
SUBJECTS = (*REQUESTS, *HOPS)

WARM_UP = 3
CHECKED = 3

Step = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to await again and again; `kind` says what it must answer, if anything."""

    name: str
    step: Step
    hops: int
    kind: HandlerKind | None = None


def subjects() -> tuple[Subject, ...]:
    """The pairs, and the upper rungs of the ladder, each with an app of its own."""
    hops = (hop_alone, starlette_hop, beside_request())
    return (
        *(request(CATALOGUE[name]) for name in REQUESTS),
        *(Subject(name, step, 1) for name, step in zip(HOPS, hops, strict=True)),
    )


def request(kind: HandlerKind) -> Subject:
    """Requests to a handler kind."""
    return Subject(kind.name, kind.request.exchange(kind.build()), kind.hops, kind)


async def hop_alone() -> None:
    """The hop, as AnyIO makes it."""
    await anyio.to_thread.run_sync(do_nothing)


async def starlette_hop() -> None:
    """The hop, as Starlette makes it."""
    await run_in_threadpool(do_nothing)


def beside_request() -> Step:
    """A request, then a hop: the same two things as apart, in turns."""
    kind = CATALOGUE["async-def"]
    exchange = kind.request.exchange(kind.build())

    async def step() -> None:
        await exchange()
        await run_in_threadpool(do_nothing)

    return step


async def check(subject: Subject, loop: str) -> None:
    """Warms up, then raises WrongAnswerError unless answers and hops are as declared."""
    for _ in range(WARM_UP):
        await subject.step()

    for _ in range(CHECKED):
        counts = Counts()
        with counting_hops(counts, backend(loop)):
            answer = await subject.step()

        check_hops(subject.name, subject.hops, counts)
        if subject.kind is not None:
            check_answer(subject.kind, answer)


async def fill_pool(threads: int) -> None:
    """Has so many worker threads started, which are idle then."""
    together = threading.Barrier(threads)

    async def meet() -> None:
        await anyio.to_thread.run_sync(together.wait)

    async with anyio.create_task_group() as group:
        for _ in range(threads):
            group.start_soon(meet)


async def nested(depth: int, main: Step) -> Any:
    """Awaits `main` below so many coroutines, each of which every resumption goes through."""
    if depth:
        return await nested(depth - 1, main)

    return await main()
