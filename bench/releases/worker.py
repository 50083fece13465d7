"""One stack's worker: from lines that name subjects to the seconds of one turn of each.

`python -m bench.releases.worker`, run by the Python of a stack: it checks every subject, says what
is installed and what was counted, and then times a subject whenever it is asked to. Between turns
it waits for a line, and does nothing. All happens in one task: AnyIO's worker threads end with it.

It holds for every release since AnyIO 3.7 and FastAPI 0.100, so it imports nothing that they lack.
"""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from importlib import metadata
from typing import Any, TextIO

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from bench.benchmark import Fact, Metric
from bench.correctness import WrongAnswerError, check_answer, check_hops, observe, typical
from bench.counting import Counts
from bench.handlers import CATALOGUE, HandlerKind
from bench.releases.stacks import ABSENT, KINDS, PACKAGES
from bench.remedies.turns import TURN_SECONDS, Contender, Step, loops_of, turn

COUNTED = ("loop_passes", "tasks_created")


def do_nothing() -> None:
    """What the bare hops send to a thread."""


async def bare_hop() -> None:
    """The hop, as AnyIO makes it."""
    await anyio.to_thread.run_sync(do_nothing)


async def starlette_hop() -> None:
    """The hop, as Starlette makes it."""
    await run_in_threadpool(do_nothing)


def step_of(kind: HandlerKind) -> Step:
    """Requests to a handler kind, of an app of its own."""
    return kind.request.exchange(kind.build())


async def answering(asked: TextIO, told: TextIO, seconds: float = TURN_SECONDS) -> None:
    """Tells facts and counts, then the seconds of each subject that a line names.

    Where a subject does not do what it says, that is told instead, and nothing is timed.
    """
    steps: dict[str, Step] = {name: step_of(CATALOGUE[name]) for name in KINDS}
    steps |= {"anyio-run-sync": bare_hop, "run-in-threadpool": starlette_hop}
    try:
        counts = {name: facts_of(await checked(name, step)) for name, step in steps.items()}
    except WrongAnswerError as error:
        tell(told, {"wrong": str(error)})
        return

    contenders = {name: Contender(Metric(name), step) for name, step in steps.items()}
    loops = {name: await loops_of(one, 1, seconds) for name, one in contenders.items()}
    tell(told, {"versions": versions(), "counts": counts})
    for line in asked:
        name = line.strip()
        tell(told, await turn(contenders[name], 1, loops[name]))


async def checked(name: str, step: Step) -> Counts:
    """Its exact counts; raises WrongAnswerError unless answers and hops are as declared."""
    kind = CATALOGUE.get(name)
    found: list[tuple[Any, Counts]] = await observe(step)
    for answer, counts in found:
        check_hops(name, 1 if kind is None else kind.hops, counts)
        if kind is not None:
            check_answer(kind, answer)

    return typical([counts for _, counts in found])


def facts_of(counts: Counts) -> dict[str, Fact]:
    """The counts that differ between releases."""
    every = counts.as_metadata()
    return {name: every[name] for name in COUNTED}


def versions() -> dict[str, Fact]:
    """The Python here, and what is installed, by package."""
    return {"python": platform.python_version(), **{one: version_of(one) for one in PACKAGES}}


def version_of(package: str) -> str:
    """The version of a package, or `absent`."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ABSENT


def tell(told: TextIO, found: object) -> None:
    """Writes one line of JSON, at once."""
    print(json.dumps(found), file=told, flush=True)


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(answering(sys.stdin, sys.stdout))
