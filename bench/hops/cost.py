"""What one hop costs here: measured in a few seconds, on one CPU and free, and remembered.

It is rough: one process, no rounds. `python -m bench` measures with intervals.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

import anyio.to_thread

FORMAT = 1
TURNS = 15
LOOPS = 500
WARM_UP = 50
ONE_CPU = "one_cpu"
FREE = "free"

Step = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of one hop; `one_cpu_us` is None where a process cannot be pinned."""

    one_cpu_us: float | None
    free_us: float


def cost(*, again: bool = False) -> Cost:
    """The cost of a hop on this machine with these versions, measured if it is not remembered."""
    path, key = cache_file(), this_machine()
    known = {} if again else remembered(path)
    if key not in known:
        known = {**remembered(path), key: measured()}
        remember(path, known)

    found = known[key]
    return Cost(found[ONE_CPU], found[FREE])


def cache_file() -> Path:
    """In the user's own cache directory; a user without a home has one of the machine's."""
    given = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        cache = Path(given) if given else Path.home() / ".cache"
    except RuntimeError:
        cache = Path(tempfile.gettempdir())

    return cache / "hopcost" / "hop.json"


def this_machine() -> str:
    """What a measurement is valid for."""
    facts = (
        *(platform.system(), platform.machine(), platform.processor(), f"{os.cpu_count()} CPUs"),
        *(platform.python_implementation(), platform.python_version()),
        "GIL" if getattr(sys, "_is_gil_enabled", lambda: True)() else "no GIL",
        f"anyio {metadata.version('anyio')}",
        f"format {FORMAT}",
    )
    return ", ".join(fact for fact in facts if fact)


def remembered(path: Path) -> dict[str, dict[str, Any]]:
    """What earlier measurements found; nothing, if their file cannot be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}

    return found if isinstance(found, dict) else {}


def remember(path: Path, known: dict[str, dict[str, Any]]) -> None:
    """Keeps measurements for the next time, where that is allowed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(known, indent=1), "utf-8")
    except OSError:
        return


def measured() -> dict[str, float | None]:
    """Microseconds of a hop in both placements."""
    free = asyncio.run(hop_us())
    with one_cpu() as pinned:
        return {ONE_CPU: asyncio.run(hop_us()) if pinned else None, FREE: free}


@contextmanager
def one_cpu() -> Iterator[bool]:
    """Pins this process to one CPU inside the block, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield False
        return

    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)


async def hop_us(turns: int = TURNS, loops: int = LOOPS) -> float:
    """Microseconds of a hop: less those of an awaited no-op, the median of both in turns."""
    await timed(hop, WARM_UP)
    differences = [await timed(hop, loops) - await timed(no_op, loops) for _ in range(turns)]
    return statistics.median(differences) * 1e6


async def timed(step: Step, loops: int) -> float:
    """Seconds of one step, over many."""
    start = perf_counter()
    for _ in range(loops):
        await step()

    return (perf_counter() - start) / loops


async def hop() -> None:
    """To a worker thread and back, for nothing."""
    await anyio.to_thread.run_sync(nothing)


async def no_op() -> None:
    """The same without the hop."""
    nothing()


def nothing() -> None:
    """What is done there."""
