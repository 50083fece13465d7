"""The plan of a run: from what was asked for to the visits, round by round, in shuffled order."""

from __future__ import annotations

import fnmatch
import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import psutil

from bench import beside, environments
from bench.benchmark import FREE, ONE_CPU, Benchmark
from bench.errors import UsageError
from bench.every_study import BENCHMARKS, STUDIES
from bench.remedies.futex import COMPILERS
from bench.studies import DEFAULT
from bench.timing import MINIMUM_VALUE_SECONDS
from bench.visit import VALUES, WARM_UPS

ALL = "all"


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

COMPANIONS = ("twin", "minus")
"""Facts that name another subject of the study, without which a benchmark says nothing."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for.

    Attributes:
        studies: the default ones, if none.
        pattern: that names hold.
        fast: headlines only.
        versions: with which everything is visited once more, beside the locked ones; may be empty.
    """

    studies: tuple[str, ...] = ()
    pattern: str = ""
    fast: bool = False
    versions: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """The CPUs this run may use; `pinned_cpu` is None where the system cannot pin."""

    cpus: tuple[int, ...]
    pinned_cpu: int | None

    def cpus_of(self, placement: str) -> tuple[int, ...]:
        """The CPUs of a placement; empty where the system decides."""
        if placement == ONE_CPU:
            assert self.pinned_cpu is not None
            return (self.pinned_cpu,)

        return self.cpus

    @property
    def placements(self) -> tuple[str, ...]:
        """The placements that can be told apart here."""
        if self.pinned_cpu is None:
            return (FREE,)

        return (ONE_CPU, FREE) if len(self.cpus) > 1 else (ONE_CPU,)


@dataclass(frozen=True, slots=True)
class Visit:
    """One benchmark in one round; `round` and `position` count from 1."""

    round: int
    position: int
    benchmark: Benchmark


@dataclass(frozen=True, slots=True)
class Plan:
    """Every visit of a run follows from these."""

    benchmarks: tuple[Benchmark, ...]
    rounds: int
    seed: int
    machine: Machine

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that change when any visit would."""
        text = repr(
            (
                [
                    (benchmark.name, sorted(benchmark.metadata.items()))
                    for benchmark in self.benchmarks
                ],
                [benchmark.rounds for benchmark in self.benchmarks],
                (self.rounds, self.seed, self.machine.cpus, self.machine.pinned_cpu),
                (VALUES, WARM_UPS, MINIMUM_VALUE_SECONDS),
            )
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def seed_of(self, number: int) -> int:
        """The seed that all visits of a round share."""
        return self.seed * 1000 + number

    @property
    def length(self) -> int:
        """How many visits there are."""
        return sum(min(one.rounds or self.rounds, self.rounds) for one in self.benchmarks)

    @property
    def numbers(self) -> range:
        """The rounds, which count from 1."""
        return range(1, self.rounds + 1)

    def benchmarks_of(self, number: int) -> list[Benchmark]:
        """Those that a round visits, in catalogue order.

        One that costs more time than more rounds of it are worth is in some only, spread evenly.
        """
        return [
            one
            for one in self.benchmarks
            if not one.rounds or turns_up(number, min(one.rounds, self.rounds), self.rounds)
        ]

    def visits(self) -> Iterator[Visit]:
        """Each benchmark once a round; each round in an order of its own, drawn from the seed."""
        for number in self.numbers:
            order = self.benchmarks_of(number)
            random.Random(f"{self.seed} {number}").shuffle(order)
            for position, benchmark in enumerate(order, 1):
                yield Visit(number, position, benchmark)


def turns_up(number: int, wanted: int, rounds: int) -> bool:
    """Whether one that is wanted in so many rounds is in this one; always in the first."""
    return (number - 1) * wanted % rounds < wanted


def this_machine(cpu: int | None = None) -> Machine:
    """The CPUs this process may use, and the one to pin to: `cpu`, or the last.

    Raises:
        UsageError: `cpu` is not among them, or this system cannot pin.
    """
    process = psutil.Process()
    if not hasattr(process, "cpu_affinity"):
        if cpu is not None:
            raise UsageError("--cpu pins to a CPU, and this system cannot pin: leave it out")

        return Machine((), None)

    cpus = tuple(sorted(process.cpu_affinity()))
    if cpu is not None and cpu not in cpus:
        listed = ", ".join(map(str, cpus))
        raise UsageError(
            f"--cpu must be one of the CPUs this process may use ({listed}), not {cpu}"
        )

    return Machine(cpus, cpus[-1] if cpu is None else cpu)


def wanted(selection: Selection, placements: Collection[str]) -> list[Benchmark]:
    """The benchmarks asked for, whether or not this machine has the programs they need.

    Raises:
        UsageError: a study is unknown, or nothing matches.
    """
    for study in selection.studies:
        if study not in (*STUDIES, ALL):
            raise UsageError(f"a study is one of {', '.join(STUDIES)}, or {ALL}, not {study!r}")

    studies = tuple(STUDIES) if ALL in selection.studies else selection.studies or DEFAULT
    chosen = [
        benchmark
        for benchmark in BENCHMARKS.values()
        if benchmark.study in studies
        and benchmark.placement in placements
        and (benchmark.headline or not selection.fast)
        and (selection.pattern or not benchmark.on_request)
        and matches(selection.pattern, benchmark.name)
    ]
    if not chosen:
        raise UsageError(
            f"no benchmark of {', '.join(studies)} matches {selection.pattern!r}: see --list"
        )

    return chosen


def selected(selection: Selection, placements: Collection[str]) -> tuple[Benchmark, ...]:
    """Those of the benchmarks asked for that this machine has the programs for.

    Those they are compared with are added; all are in catalogue order, and then all of them once
    more with other versions, if such are asked for.

    Raises:
        UsageError: a study is unknown, or nothing is left.
    """
    chosen = wanted(selection, placements)
    present = [benchmark for benchmark in chosen if not absent(benchmark)]
    if not present:
        raise UsageError(" ".join(left_out(chosen)))

    return beside.doubled(with_companions(present), selection.versions)


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


def matches(pattern: str, name: str) -> bool:
    """Whether `name` contains `pattern`, which may hold the wildcards `*` and `?`."""
    return fnmatch.fnmatchcase(name, f"*{pattern}*")


def with_companions(chosen: Sequence[Benchmark]) -> tuple[Benchmark, ...]:
    """Adds the twins and subtrahends of `chosen`."""
    wanted = {
        (benchmark.study, benchmark.placement, benchmark.facts[fact])
        for benchmark in chosen
        for fact in COMPANIONS
        if fact in benchmark.facts
    }
    names = {benchmark.name for benchmark in chosen}
    return tuple(
        benchmark
        for benchmark in BENCHMARKS.values()
        if benchmark.name in names
        or (benchmark.study, benchmark.placement, benchmark.subject) in wanted
    )
