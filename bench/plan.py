"""The plan of a run: from its benchmarks to the visits, round by round, in shuffled order."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.benchmark import Benchmark
from bench.machine import Machine
from bench.timing import MINIMUM_VALUE_SECONDS
from bench.visit import VALUES, WARM_UPS


@dataclass(frozen=True, slots=True)
class Visit:
    """One benchmark in one round; `round` and `position` count from 1."""

    round: int
    position: int
    benchmark: Benchmark


@dataclass(frozen=True, slots=True)
class Plan:
    """Every visit of a run follows from these.

    Attributes:
        calm_stretch_seconds: of the shortest stretch, where only calm moments count; 0: all count.
    """

    benchmarks: tuple[Benchmark, ...]
    rounds: int
    seed: int
    machine: Machine
    calm_stretch_seconds: float = 0.0

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
                (VALUES, WARM_UPS, MINIMUM_VALUE_SECONDS, self.calm_stretch_seconds),
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
