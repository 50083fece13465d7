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
from collections import Counter
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from bench.benchmark import Fact, Metric
from bench.correctness import WrongAnswerError, check_answer, check_hops, observe, typical
from bench.counting import Counts
from bench.handlers import CATALOGUE, HandlerKind
from bench.releases.stacks import ABSENT, KINDS, PACKAGES
from bench.remedies.turns import Contender, Step, loops_of, turn

TURN_SECONDS = 0.01
"""Shorter than elsewhere, and more of them: so many processes meet more disturbances."""

COUNTED = ("loop_passes", "tasks_created")
TRIVIAL = "async-def"
PYTHON = "python"
HERE = Path(__file__).parent.parent


def do_nothing() -> None:
    """What the hops alone send to a thread."""


async def hop_alone() -> None:
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
    steps |= {"anyio-run-sync": hop_alone, "run-in-threadpool": starlette_hop}
    try:
        counts = {name: facts_of(await checked(name, step)) for name, step in steps.items()}
        counts[TRIVIAL] |= await calls_of(steps[TRIVIAL])
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


async def calls_of(step: Step) -> dict[str, Fact]:
    """How often one step calls a function written in Python, in all and by package.

    A coroutine or generator that goes on counts as called once more. What is written in C is not
    counted, and what this project calls is left out.
    """
    found: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and HERE not in (path := Path(frame.f_code.co_filename)).parents:
            found[package_of(path)] += 1

    sys.setprofile(note)
    try:
        await step()
    finally:
        sys.setprofile(None)

    packages = {name: found[name] for name in PACKAGES if found[name]}
    others = found.total() - sum(packages.values())
    told = {"all": found.total(), **packages, PYTHON: others}
    return {f"calls_{name}": number for name, number in told.items()}


def package_of(path: Path) -> str:
    """The package that a file is of, or Python's own library."""
    parts = path.parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts else PYTHON


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
