"""The benchmark: one measured thing of a study, and what the result file says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bench.pace import Pace, at_once

ONE_CPU = "one-cpu"
FREE = "free"
TIME_LIMIT_SECONDS = 60.0
AGAIN = "-again"
"""After a subject's name: the same subject once more, to be compared with itself."""

WITH = "with"
"""The factor of a benchmark that is visited with other versions, beside the locked ones."""


class TimeFunction(Protocol):
    """From a number of loops to their total: seconds, or whatever the benchmark's unit is."""

    def __call__(self, loops: int, /, pace: Pace = at_once) -> float: ...


Fact = str | int | float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A benchmark that is built, warm and known to be correct.

    Attributes:
        time: the function pyperf calls.
        counts: exact counts per loop, found while checking.
    """

    time: TimeFunction
    counts: Mapping[str, int] = field(default_factory=dict)


Prepare = Callable[[asyncio.AbstractEventLoop], Prepared]
"""Builds, warms up and checks on the given loop; raises WrongAnswerError."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One of the numbers that a benchmark which observes gives.

    Attributes:
        name: such as `request` or `p99`.
        unit: pyperf's `second`, `integer` or `byte`.
        factors: in the name, as a benchmark's own.
        subject: what it is of, where one visit observes several subjects in turns.
        facts: beside the number, and not in its name.
    """

    name: str
    unit: str = "second"
    factors: tuple[tuple[str, Fact], ...] = ()
    subject: str = ""
    facts: tuple[tuple[str, Fact], ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What one visit of a benchmark that observes has found.

    Attributes:
        values: one or more values of each metric, all above 0: pyperf knows no others.
        facts: exact counts and other metadata, which may be 0.
    """

    values: Mapping[Metric, tuple[float, ...]]
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a visit takes place.

    Attributes:
        seed: the same for all visits of a round, so that arrivals drawn from it are shared.
        cpus: those of the placement; empty where the system decides.
        all_cpus: those of the run.
    """

    seed: int
    cpus: tuple[int, ...]
    all_cpus: tuple[int, ...]


Observe = Callable[[Surroundings], Observation]
"""Builds, checks and measures; raises WrongAnswerError."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One measured thing, named `study/subject@factor=value`.

    It is timed by pyperf and gives one number (`prepare`), or it observes, at a load of its own
    making, and gives several (`observe`).

    Attributes:
        title: one line for people.
        placement: which CPUs its process may use: ONE_CPU or FREE.
        prepare: called in the process that measures, and only there; likewise `observe`.
        facts: further metadata, for the analysis; a fact listed in `factors` is in the name.
        headline: also measured by `--fast`.
        unit: of its values, where it is timed; pyperf's `second` or `integer`.
        observes: the subjects of its numbers, where it observes several in turns.
        needs: programs without which it is left out.
        environment: where it is visited, as `bench.environments` names it: another Python, such as
            `3.12`, this one with Trio or with other versions; empty: where the bench runs.
        drives: further environments, in which the visit has processes.
        rounds: it is visited in so many of the rounds only, spread evenly; 0: in all.
        on_request: measured only where a pattern names it.
        time_limit_seconds: of one visit.
    """

    study: str
    subject: str
    title: str
    placement: str
    prepare: Prepare | None = None
    observe: Observe | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    factors: tuple[str, ...] = ()
    headline: bool = False
    unit: str = "second"
    observes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    environment: str = ""
    drives: tuple[str, ...] = ()
    rounds: int = 0
    on_request: bool = False
    time_limit_seconds: float = TIME_LIMIT_SECONDS

    @property
    def name(self) -> str:
        return f"{self.study}/{self.subject}@{','.join([*self._factors, self._placement])}"

    @property
    def environments(self) -> tuple[str, ...]:
        """All environments that a visit needs, beside where the bench runs."""
        return tuple(dict.fromkeys(filter(None, (self.environment, *self.drives))))

    @property
    def versions(self) -> str:
        """With which versions it is visited, beside the locked ones; empty: with the locked."""
        return self.environment.removeprefix(f"{WITH} ") if self._is_beside else ""

    def with_versions(self, versions: str) -> Benchmark:
        """The same, visited with other versions; with none, with the locked."""
        environment = self.environment if not self._is_beside else ""
        return replace(self, environment=f"{WITH} {versions}" if versions else environment)

    def name_of(self, metric: Metric) -> str:
        """The name of one of its numbers."""
        more = [f"metric={metric.name}", *(f"{name}={value}" for name, value in metric.factors)]
        subject = metric.subject or self.subject
        return f"{self.study}/{subject}@{','.join([*self._factors, *more, self._placement])}"

    @property
    def metadata(self) -> dict[str, Fact]:
        """What every run of this benchmark carries."""
        return {
            "study": self.study,
            "subject": self.subject,
            "title": self.title,
            "placement": self.placement,
            "unit": self.unit,
            **({"environment": self.environment} if self.environment else {}),
            **self.facts,
            **({WITH: self.versions, "factors": WITH} if self._is_beside else {}),
        }

    def metadata_of(self, metric: Metric) -> dict[str, Fact]:
        """What every run of one of its numbers carries."""
        factors = [*self._named_factors, *(name for name, _ in metric.factors)]
        return {
            **self.metadata,
            **dict(metric.factors),
            "subject": metric.subject or self.subject,
            "unit": metric.unit,
            "benchmark": self.name,
            "metric": metric.name,
            **({"factors": " ".join(factors)} if factors else {}),
        }

    @property
    def metadata_of_failure(self) -> dict[str, Fact]:
        """What a visit that gave no numbers carries: what was visited, and its factors."""
        if self.observe is None or not self._named_factors:
            return self.metadata

        return {**self.metadata, "benchmark": self.name, "factors": " ".join(self._named_factors)}

    @property
    def named_facts(self) -> dict[str, Fact]:
        """Its facts that are no factors."""
        return {name: fact for name, fact in self.facts.items() if name not in self.factors}

    @property
    def _is_beside(self) -> bool:
        return self.environment.startswith(f"{WITH} ")

    @property
    def _named_factors(self) -> list[str]:
        return [*self.factors, *([WITH] if self._is_beside else [])]

    @property
    def _factors(self) -> list[str]:
        levels = {**self.facts, WITH: self.versions}
        return [f"{factor}={levels[factor]}" for factor in self._named_factors]

    @property
    def _placement(self) -> str:
        return f"placement={self.placement}"
