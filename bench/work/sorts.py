"""Work: from a sort and a nominal duration to a function that lasts about so long here.

How much work a duration takes is found in the process that measures; how long it then lasts,
alone and in the loop's own thread, is measured and kept beside the result.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Function = Callable[[], object]
"""What a handler calls; where it awaits, what the function returns."""

RELEASES_GIL_BYTES = 2048
"""From this size on hashlib works without the GIL: HASHLIB_GIL_MINSIZE in CPython's sources."""

SAMPLES = 5
SAMPLE_SECONDS = 0.001
CORRECTIONS = 4
CLOSE_ENOUGH = 0.02


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of work.

    Attributes:
        title: one line for people.
        of_amount: makes the function that does so much of it.
        per_second: the amount a second may take; only where the search for it begins.
        waits: it waits and needs no CPU, so several can be under way on one.
        awaited: the handler awaits what the function returns.
    """

    name: str
    title: str
    of_amount: Callable[[float], Function]
    per_second: float
    waits: bool = False
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A function that does some work, and the seconds it takes alone."""

    function: Function
    seconds: float


def additions(steps: float) -> Function:
    """A loop that adds one in each step: the article's."""
    times = int(steps)

    def work() -> int:
        total = 0
        for _ in range(times):
            total += 1
        return total

    return work


def hashing(size_bytes: float) -> Function:
    """One call that hashes the whole buffer, and so gives up the GIL once."""
    text = bytes(max(RELEASES_GIL_BYTES, int(size_bytes)))
    return lambda: hashlib.sha256(text).digest()


def blocking(seconds: float) -> Function:
    """A wait that holds its thread, not the GIL."""
    return lambda: time.sleep(seconds)


def awaiting(seconds: float) -> Function:
    """A wait that lets the event loop go on."""
    return lambda: asyncio.sleep(seconds)


PYTHON = Sort("python", "a loop in pure Python, which holds the GIL", additions, 5e7)
HASHING = Sort("hashing", "SHA-256 of a buffer, which releases the GIL", hashing, 1e9)
BLOCKING = Sort("blocking", "a blocking wait", blocking, 1.0, waits=True)
AWAITING = Sort("awaiting", "an awaited wait", awaiting, 1.0, waits=True, awaited=True)


async def calibrated(sort: Sort, nominal_seconds: float) -> Work:
    """Work that lasts `nominal_seconds`, or as close to it as the sort and the machine allow.

    What lasts long is scaled from what lasts 1 ms, whose fastest sample is seldom disturbed.
    """
    target = min(nominal_seconds, SAMPLE_SECONDS)
    amount = target * sort.per_second
    for _ in range(CORRECTIONS):
        seconds = min(await samples(sort.of_amount(amount), target, awaited=sort.awaited))
        amount *= target / seconds
        if abs(seconds / target - 1) < CLOSE_ENOUGH:
            break

    function = sort.of_amount(amount * nominal_seconds / target)
    return await measured(function, nominal_seconds, awaited=sort.awaited)


async def measured(function: Function, nominal_seconds: float, *, awaited: bool) -> Work:
    """The function with the seconds one call takes alone: the median of a few samples."""
    return Work(function, median(await samples(function, nominal_seconds, awaited=awaited)))


async def samples(function: Function, nominal_seconds: float, *, awaited: bool) -> list[float]:
    """Seconds per call, a few times, each over enough calls to be read on the clock."""
    call = function if awaited else coroutine_of(function)
    calls = max(1, math.ceil(SAMPLE_SECONDS / nominal_seconds))
    found = []
    for _ in range(SAMPLES):
        start = perf_counter()
        for _ in range(calls):
            await call()  # type: ignore[misc]  # it is awaited, so it returns an awaitable

        found.append((perf_counter() - start) / calls)

    return found


def coroutine_of(function: Function) -> Callable[[], Awaitable[None]]:
    """A coroutine function that calls `function`, as an `async def` handler does."""

    async def call() -> None:
        function()

    return call
