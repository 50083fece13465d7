"""Turns nothing: the frozen records that `load` fills and every section reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

ONE_CPU = "one-cpu"
FREE = "free"
PLACEMENTS = (ONE_CPU, FREE)
PLACEMENT_WORDS = {ONE_CPU: "on one CPU", FREE: "on all CPUs"}

AGAIN = "-again"
"""After the name of a subject that is measured a second time, to be compared with itself."""

WITH = "with"
"""The factor of a benchmark that was visited with other versions, beside the locked ones."""

SECOND = "second"

Fact = str | int | float


@dataclass(frozen=True)
class Visit:
    """One worker process of one benchmark in one round; values in the benchmark's unit."""

    round: int
    position: int
    loops: int
    values: tuple[float, ...]
    duration_seconds: float | None
    steal_seconds: float | None
    loop_passes: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    others_seconds: float | None = None
    whole_seconds: float | None = None  # with the start of its process
    load_average: float | None = None
    stretch_seconds: float | None = None
    stretch_seconds_least: float | None = None

    @property
    def value(self) -> float:
        """The visit's one number: its values are not independent, and one may be disturbed."""
        return median(self.values)

    @property
    def raw_seconds(self) -> float:
        """Length of a typical timed stretch, if the unit is seconds."""
        return self.value * self.loops


@dataclass(frozen=True)
class Failure:
    """One visit that gave no value: `kind` is crash, timeout or wrong-answer."""

    benchmark: str
    round: int
    position: int
    kind: str
    reason: str


@dataclass(frozen=True)
class Counts:
    """Exact counts per request, made in the measured process before the clock ran.

    Hops, tasks and threads are the same in every visit, or the file is refused. Passes of the event
    loop are those of most visits: where several tasks share the loop, a worker that is done early
    saves a pass.
    """

    hops: int | None
    loop_passes: int | None
    tasks_created: int | None
    threads_started: int | None


Key = tuple[str, str | None, str, str | None, str | None, tuple[tuple[str, Fact], ...]]


def key_of(
    study: str,
    subject: str | None,
    placement: str,
    instrument: str | None,
    metric: str | None,
    factors: Iterable[tuple[str, Fact]],
) -> Key:
    """Give what a benchmark is found by, whatever the order of its factors."""
    return (study, subject, placement, instrument, metric, tuple(sorted(factors)))


@dataclass(frozen=True)
class Benchmark:
    """One measured number: what it is, and one visit per round it succeeded in.

    A benchmark that observes gives several: they share their `base`, the name of what was visited,
    and differ in `metric` and in the factors that go with it.
    """

    name: str
    study: str
    subject: str
    title: str
    placement: str
    unit: str
    counts: Counts
    instrument: str | None
    family: str | None
    catalogue_position: int | None
    twin: str | None
    ladder: str | None
    rung: int | None
    above: str | None
    minus: str | None
    adds: str | None
    visits: tuple[Visit, ...]
    failures: tuple[Failure, ...]
    metric: str | None = None
    factors: tuple[tuple[str, Fact], ...] = ()
    base: str = ""
    warnings: tuple[str, ...] | None = None  # of pyperf; None where it did not time it

    @property
    def key(self) -> Key:
        """What a benchmark is found by; unique in a file."""
        return key_of(
            self.study, self.subject, self.placement, self.instrument, self.metric, self.factors
        )

    @property
    def visited(self) -> str:
        """The name of what was visited: its own, or its base."""
        return self.base or self.name

    @property
    def facts(self) -> dict[str, Fact]:
        """What all visits tell alike, beside the numbers: a fact that differs is left out."""
        every = [visit.facts for visit in self.visits]

        return {
            name: fact
            for name, fact in (every[0].items() if every else ())
            if all(facts.get(name) == fact for facts in every)
        }

    def factor(self, name: str) -> Fact:
        """Give the value of one of its factors."""
        return dict(self.factors)[name]

    @property
    def versions(self) -> str:
        """With which versions it was visited; empty: with the locked ones."""
        return str(dict(self.factors).get(WITH, ""))

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Round and position of every visit, failed ones included."""
        succeeded = tuple((visit.round, visit.position) for visit in self.visits)

        return succeeded + tuple((failure.round, failure.position) for failure in self.failures)

    @property
    def odd_visits(self) -> int:
        """How many visits counted other passes of the event loop than most."""
        return sum(visit.loop_passes != self.counts.loop_passes for visit in self.visits)

    @cached_property
    def by_round(self) -> dict[int, float]:
        """The number of each successful visit, by round."""
        return {visit.round: visit.value for visit in self.visits}


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
