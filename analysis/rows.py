"""Turns nothing: all of one result file, as `load` fills it and every section reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.benchmark import Benchmark, Key, key_of
from analysis.placement import PLACEMENTS
from analysis.rules import CALM
from analysis.visit import Fact, Failure, Visit


@dataclass(frozen=True)
class Provenance:
    """Where the rows come from: the same for every run of a file."""

    version: str
    commit: str
    plan: str
    seed: int
    rounds_planned: int
    cpu_count: int | None
    pinned_cpu: int | None
    facts: tuple[tuple[str, str], ...]
    distributions: tuple[tuple[str, str], ...]
    first_date: str | None
    last_date: str | None
    data_sha256: str
    distributions_with: tuple[tuple[str, str], ...] = ()  # where other versions were measured too

    def fact(self, name: str) -> str:
        """Give a machine or Python fact as text; `unknown` if the file does not say."""
        return dict(self.facts).get(name, "unknown")

    @property
    def is_calm(self) -> bool:
        """Whether only moments count in which no other guest of the host slowed the CPU down."""
        return self.calm_stretch_seconds is not None

    @property
    def calm_stretch_seconds(self) -> float | None:
        """What a stretch takes while the CPU is the machine's own; None if all moments count."""
        found = dict(self.facts).get(CALM)

        return None if found is None else float(found)


@dataclass(frozen=True)
class Rows:
    """All of one result file."""

    provenance: Provenance
    benchmarks: tuple[Benchmark, ...]

    def study(self, name: str) -> tuple[Benchmark, ...]:
        """Benchmarks of one study under the locked versions, in file order."""
        return self._by_study.get(name, ())

    def find(
        self,
        study: str,
        subject: str | None,
        placement: str,
        instrument: str | None = None,
        metric: str | None = None,
        **factors: Fact,
    ) -> Benchmark | None:
        """Find the one benchmark under that key, or None if this run has none."""
        return self._by_key.get(
            key_of(study, subject, placement, instrument, metric, factors.items())
        )

    @cached_property
    def _by_study(self) -> dict[str, tuple[Benchmark, ...]]:
        """Group the benchmarks under the locked versions."""
        found: dict[str, tuple[Benchmark, ...]] = {}

        for row in self.benchmarks:
            if not row.versions:
                found[row.study] = (*found.get(row.study, ()), row)

        return found

    @cached_property
    def _by_key(self) -> dict[Key, Benchmark]:
        """Index the benchmarks by what they are found by."""
        return {row.key: row for row in self.benchmarks}

    @property
    def visited(self) -> tuple[Benchmark, ...]:
        """One row, the first, of each thing that was visited."""
        first: dict[str, Benchmark] = {}

        for row in self.benchmarks:
            first.setdefault(row.visited, row)

        return tuple(first.values())

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Failed visits of all benchmarks, in the order they happened."""
        found = [failure for row in self.benchmarks for failure in row.failures]

        return tuple(sorted(found, key=lambda failure: (failure.round, failure.position)))

    @property
    def rounds(self) -> tuple[int, ...]:
        """Rounds in which at least one visit succeeded, ascending."""
        return tuple(sorted({visit.round for row in self.benchmarks for visit in row.visits}))

    @property
    def placements(self) -> tuple[str, ...]:
        """Placements measured, in the fixed order."""
        return tuple(p for p in PLACEMENTS if any(row.placement == p for row in self.benchmarks))

    @property
    def main_placement(self) -> str:
        """The placement that headline tables use: one CPU wherever the system could pin."""
        return self.placements[0]

    def visits(self) -> Iterator[tuple[Benchmark, Visit]]:
        """Every successful visit with its benchmark."""
        for row in self.visited:
            for visit in row.visits:
                yield row, visit
