"""The same hop in other company: after memory was walked, after another hop.

A walk reads memory and runs next to no code: it shows what colder caches can do to a hop, not that
they are what a request does to it.
"""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool

from bench.rungs.rung import Rung, Step, do_nothing, steps_of

SIZES_KIB = (32, 256, 2048)


def walk(size_kib: int) -> Step:
    memory = bytes(size_kib * 1024)

    async def step() -> None:
        memory.count(1)

    return step


def beside_walk(size_kib: int) -> Step:
    memory = bytes(size_kib * 1024)

    async def step() -> None:
        memory.count(1)
        await run_in_threadpool(do_nothing)

    return step


def beside_hop(loop: asyncio.AbstractEventLoop) -> Step:
    async def step() -> None:
        await run_in_threadpool(do_nothing)
        await run_in_threadpool(do_nothing)

    return step


def walk_rung(size_kib: int) -> Rung:
    name = f"walk-{size_kib}-kib"
    return Rung(
        name,
        f"{size_kib} KiB of memory read",
        "",
        steps_of(name, lambda loop: walk(size_kib)),
        one_cpu_only=True,
    )


def beside_walk_rung(size_kib: int) -> Rung:
    name = f"beside-{size_kib}-kib"
    return Rung(
        name,
        f"the same hop after {size_kib} KiB of memory were read",
        f"{size_kib} KiB of memory read in between",
        steps_of(name, lambda loop: beside_walk(size_kib), hops=1),
        minus=f"walk-{size_kib}-kib",
        above="run-in-threadpool",
        one_cpu_only=True,
    )


RUNGS = (
    Rung(
        "beside-hop",
        "the same hop after a hop",
        "another hop in between",
        steps_of("beside-hop", beside_hop, hops=2),
        minus="run-in-threadpool",
        above="run-in-threadpool",
        one_cpu_only=True,
    ),
    *(beside_walk_rung(size_kib) for size_kib in SIZES_KIB),
)

BASELINES = tuple(walk_rung(size_kib) for size_kib in SIZES_KIB)
