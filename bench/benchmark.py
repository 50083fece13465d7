"""The benchmark: one measured thing of a study, and what the result file says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ONE_CPU = "one-cpu"
FREE = "free"

TimeFunction = Callable[[int], float]
"""From a number of loops to their total: seconds, or whatever the benchmark's unit is."""

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
class Benchmark:
    """One measured thing, named `study/subject@factor=value`.

    Attributes:
        title: one line for people.
        placement: which CPUs its process may use: ONE_CPU or FREE.
        prepare: called in the process that measures, and only there.
        facts: further metadata, for the analysis; a fact listed in `factors` is in the name.
        headline: also measured by `--fast`.
        unit: of its values; pyperf's `second` or `integer`.
    """

    study: str
    subject: str
    title: str
    placement: str
    prepare: Prepare
    facts: Mapping[str, Fact] = field(default_factory=dict)
    factors: tuple[str, ...] = ()
    headline: bool = False
    unit: str = "second"

    @property
    def name(self) -> str:
        values = [f"{factor}={self.facts[factor]}" for factor in self.factors]
        return f"{self.study}/{self.subject}@{','.join([*values, f'placement={self.placement}'])}"

    @property
    def metadata(self) -> dict[str, Fact]:
        """What every run of this benchmark carries."""
        return {
            "study": self.study,
            "subject": self.subject,
            "title": self.title,
            "placement": self.placement,
            "unit": self.unit,
            **self.facts,
        }
