"""Turns nothing: one measured number, with its visits, its counts and what it is found by."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from analysis.visit import Fact, Failure, Visit

STUDIES = (
    "harness",
    "handlers",
    "hop",
    "factors",
    "releases",
    "concurrency",
    "work",
    "server",
    "remedies",
)

AGAIN = "-again"
"""After the name of a subject that is measured a second time, to be compared with itself."""

WITH = "with"
"""The factor of a benchmark that was visited with other versions, beside the locked ones."""

SECOND = "second"

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
