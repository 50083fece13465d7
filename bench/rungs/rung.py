"""The rung: one step of a ladder, and how it is timed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench.benchmark import Prepare, Prepared
from bench.correctness import check_step
from bench.timing import awaited

Step = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder.

    Attributes:
        adds: what this rung adds to the one below it, as a phrase.
        prepare: builds and checks it; its time is its cost, or holds its cost.
        minus: the rung whose time is subtracted to get the cost; empty: the time is the cost.
        one_cpu_only: not measured on free placement.
        crosses_threads: whether placement can matter to it.
        unit: of the values.
        headline: also measured by `--fast`.
    """

    name: str
    title: str
    adds: str
    prepare: Prepare
    minus: str = ""
    above: str = ""
    one_cpu_only: bool = False
    crosses_threads: bool = True
    unit: str = "second"
    headline: bool = False


def steps_of(
    name: str, make: Callable[[asyncio.AbstractEventLoop], Step], hops: int = 0
) -> Prepare:
    """Prepares a rung that is awaited again and again, once its hops are as declared."""

    def prepare(loop: asyncio.AbstractEventLoop) -> Prepared:
        step = make(loop)
        counts = check_step(name, hops, step, loop)
        return Prepared(awaited(step, loop), counts.as_metadata())

    return prepare


def do_nothing() -> None:
    """What is sent to the worker thread: nothing, so that only the hop remains."""
