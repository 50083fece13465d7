"""The programs benchmarks need: from those this machine lacks to what is left out, as sentences."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench import environments
from bench.benchmark import Benchmark
from bench.remedies.futex import COMPILERS


@dataclass(frozen=True, slots=True)
class Program:
    """A program that some benchmarks need: the names it goes by, and Debian's package of it."""

    names: tuple[str, ...]
    package: str


PROGRAMS = {
    "ab": Program(("ab",), "apache2-utils"),
    "wrk": Program(("wrk",), "wrk"),
    "chromium": Program(
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"), "chromium"
    ),
    "cc": Program(COMPILERS, "gcc"),
}


def absent(benchmark: Benchmark) -> list[str]:
    """The programs a benchmark needs and this machine lacks, another Python among them."""
    programs = [
        program
        for program in benchmark.needs
        if not any(shutil.which(name) for name in PROGRAMS[program].names)
    ]
    environment = benchmark.environment
    if not environment or environments.found(environment) is not None:
        return programs

    return [*programs, f"python{environments.described(environment).python}"]


def left_out(benchmarks: Iterable[Benchmark]) -> Iterator[str]:
    """One sentence for each program that is missing: what is left out, and where to get it."""
    lacking = Counter(program for benchmark in benchmarks for program in absent(benchmark))
    for program, number in lacking.items():
        yield (
            f"{number} of the benchmarks need {program}, which is not here, and are left out: "
            f"{where_to_get(program)}."
        )


def where_to_get(program: str) -> str:
    """How this machine comes to have a program."""
    if program in PROGRAMS:
        return f"Debian's package {PROGRAMS[program].package} has it"

    return "an interpreter of that name on the PATH is enough, its packages are installed"
