"""Turns result files and recordings into the few numbers that claims are judged by.

Nobody who published a claim pinned a process to a CPU: where both placements were measured, claims
are judged on all CPUs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, difference, estimate, plus, ratio
from analysis.estimate import Estimate
from analysis.judging import Finding
from analysis.placement import FREE, ONE_CPU
from analysis.recordings.rows import Recording
from analysis.rows import Rows
from analysis.visit import Fact

REQUEST = "request"
PREFERRED = (FREE, ONE_CPU)


@dataclass(frozen=True)
class Wanted:
    """What a benchmark is found by, but for its placement."""

    study: str
    subject: str
    metric: str | None
    instrument: str | None
    factors: tuple[tuple[str, Fact], ...]


@dataclass(frozen=True)
class Evidence:
    """What was found of a claim.

    Attributes:
        findings: by statement.
        facts: numbers that the sentence speaks of, as text.
        placement: where they were measured, if that was a choice.
    """

    findings: Mapping[str, Finding]
    facts: Mapping[str, str] = field(default_factory=dict)
    placement: str | None = None


@dataclass(frozen=True)
class Sources:
    """All there is to judge by: the rows of each study, each of one run, and the recordings."""

    rows: Mapping[str, Rows]
    recordings: tuple[Recording, ...] = ()

    @property
    def cpus(self) -> int | None:
        """The fewest CPUs that one of the runs had."""
        found = [rows.provenance.cpu_count for rows in self.rows.values()]

        return min((count for count in found if count is not None), default=None)

    def found(self, *wanted: Wanted, on: str | None = None) -> tuple[Benchmark, ...]:
        """Find benchmarks on the first placement that has values of all; empty if none has."""
        for placement in PREFERRED if on is None else (on,):
            rows = [self.row(one, placement) for one in wanted]
            known = tuple(row for row in rows if row is not None)

            if len(known) == len(wanted):
                return known

        return ()

    def row(self, wanted: Wanted, placement: str) -> Benchmark | None:
        """Find one benchmark that has a value."""
        rows = self.rows.get(wanted.study)

        if rows is None:
            return None

        found = rows.find(
            wanted.study,
            wanted.subject,
            placement,
            wanted.instrument,
            wanted.metric,
            **dict(wanted.factors),
        )

        return found if found is not None and found.visits else None

    def placement(self, *wanted: Wanted) -> str | None:
        """Say where they were found together."""
        found = self.found(*wanted)

        return found[0].placement if found else None

    def value(self, wanted: Wanted, on: str | None = None) -> Estimate | None:
        """Average one benchmark."""
        found = self.found(wanted, on=on)

        return estimate(plus(found[0])) if found else None

    def ratio(self, upper: Wanted, lower: Wanted, on: str | None = None) -> Estimate | None:
        """Divide two benchmarks of one placement."""
        found = self.found(upper, lower, on=on)

        return ratio(plus(found[0]), plus(found[1])) if found else None

    def more(self, upper: Wanted, lower: Wanted, on: str | None = None) -> Estimate | None:
        """Subtract one benchmark from another of its placement."""
        found = self.found(upper, lower, on=on)

        return estimate(more_of(found)) if found else None


def more_of(pair: tuple[Benchmark, ...]) -> Contrast:
    """Subtract the second from the first."""
    return difference(plus(pair[0]), plus(pair[1]))


def wanted(
    study: str,
    subject: str,
    metric: str | None = None,
    instrument: str | None = None,
    **factors: Fact,
) -> Wanted:
    """Describe a benchmark."""
    return Wanted(study, subject, metric, instrument, tuple(factors.items()))


def scaled(found: Estimate | None, factor: float) -> Estimate | None:
    """Multiply by an exact positive factor, if there is something."""
    return None if found is None else found.scaled(factor)


def number_fact(row: Benchmark, name: str) -> float | None:
    """Give a fact that all visits tell alike, as a number above 0."""
    found = row.facts.get(name)

    return float(found) if isinstance(found, int | float) and found > 0 else None
