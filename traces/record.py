"""Record: from names to one trace file each, made by a fresh process and replaced as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from bench.errors import UsageError
from bench.handlers import CATALOGUE
from bench.machine import this_machine
from bench.provenance import ROOT
from bench.rounds import INHERITED
from traces.endings import why

RECORDED = Path(__file__).parent / "recorded"
SUFFIX = ".json.gz"
PAIR = "pair-def-vs-async-def"
OVERLAP = "overlap"
NAMES = (*CATALOGUE, PAIR, OVERLAP)
SIZE_LIMIT_BYTES = 200_000
TIME_LIMIT_SECONDS = 30.0
PROCESSES = 2
"""At most, each on a CPU of its own: more would make inflation a measure of the crowd."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recording: its size, or the reason why there is none."""

    name: str
    size_bytes: int = 0
    failure: str = ""


Report = Callable[[Outcome], None]
"""Told of every recording when it is in place, or has failed."""


def listing() -> str:
    """All that can be recorded and seen, in lines no wider than a terminal."""
    names = ", ".join(NAMES)
    return textwrap.fill(
        names, 80, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def known(names: Sequence[str]) -> tuple[str, ...]:
    """The names asked for, or all.

    Raises:
        UsageError: one of them is no kind.
    """
    for name in names:
        if name not in NAMES:
            raise UsageError(f"{name} is no handler kind: choose from these\n{listing()}")

    return tuple(dict.fromkeys(names)) or NAMES


def record(names: Sequence[str], report: Report, directory: Path = RECORDED, *options: str) -> int:
    """Records each name into `directory`, in a process with these options.

    Returns:
        The number that failed and were left as they were.
    """
    failures = 0
    cpus = this_machine().cpus[:PROCESSES]
    free: SimpleQueue[tuple[str, ...]] = SimpleQueue()
    for cpu in cpus:
        free.put(("--cpu", str(cpu)))

    if not cpus:  # this system cannot pin
        free.put(())

    def pinned(name: str) -> Outcome:
        cpu = free.get()
        try:
            return recorded(name, directory, *cpu, *options)
        finally:
            free.put(cpu)

    with ThreadPoolExecutor(len(cpus) or 1) as pool:
        for outcome in pool.map(pinned, names):
            failures += bool(outcome.failure)
            report(outcome)

    return failures


def recorded(name: str, directory: Path, *options: str) -> Outcome:
    """Makes one trace beside its place, and puts it there only if it is whole."""
    try:
        return made(name, directory, *options)
    except OSError as error:
        return Outcome(
            name, failure=f"its folder must be one to write in, it is not ({error.strerror})"
        )


def made(name: str, directory: Path, *options: str) -> Outcome:
    """Makes one trace in a folder beside its place, and moves it there."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".recording-", dir=directory) as scratch:
        output = Path(scratch) / f"{name}{SUFFIX}"
        failure = make(name, output, *options)
        if failure:
            return Outcome(name, failure=failure)

        size_bytes = output.stat().st_size
        if size_bytes > SIZE_LIMIT_BYTES:
            reason = f"a trace must have {SIZE_LIMIT_BYTES} bytes at most, it has {size_bytes}"
            return Outcome(name, failure=reason)

        output.replace(directory / output.name)
        return Outcome(name, size_bytes)


def make(name: str, output: Path, *options: str) -> str:
    """Traces `name` in a process of its own; why it failed, or nothing."""
    environment = {key: os.environ[key] for key in INHERITED if key in os.environ}
    command = [sys.executable, "-m", "traces.request", name, "--output", str(output), *options]
    with tempfile.TemporaryFile() as said:
        try:
            status = subprocess.run(
                command,
                cwd=ROOT,
                env={**environment, "PYTHONHASHSEED": "0"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=TIME_LIMIT_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return f"it must end within {TIME_LIMIT_SECONDS:g} s, it did not"

        failure = why(status, said)

    if not failure and not output.exists():
        return "it must write its trace, it wrote none"

    return failure
