"""From a suite to what fails only under a variant: as installed, then the copy, then the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.remedies.variants import COPY, Variant
from bench.upstream.outcomes import Outcomes
from bench.upstream.plugin import INSTALLED
from bench.upstream.running import run
from bench.upstream.suites import Suite

AGAIN = 2
"""So often is what fails only under a variant run again, to tell it from what fails at times."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One suite under one variant.

    Attributes:
        variant: None for what is installed.
        only: tests that failed every time, and neither as installed nor, if this is another
            variant, under the copy.
        at_times: tests that failed only under it, but not every time.
    """

    suite: Suite
    variant: Variant | None
    outcomes: Outcomes
    only: frozenset[str] = frozenset()
    at_times: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The variant's."""
        return self.variant.name if self.variant else INSTALLED


def trials(suite: Suite, place: Path, variants: tuple[Variant, ...], say: Say) -> Iterator[Trial]:
    """A suite as installed and under variants, the first of which is the copy."""
    known: frozenset[str] = frozenset()
    for variant in (None, *variants):
        name = variant.name if variant else INSTALLED
        say(f"{suite.title}'s tests, {name}")
        trial = Trial(suite, variant, run(suite, place, name))
        if variant is not None:
            trial = told_apart(trial, trial.outcomes.failed - known, place)

        if variant in (None, COPY):
            known |= trial.outcomes.failed

        yield trial


def told_apart(trial: Trial, suspects: frozenset[str], place: Path) -> Trial:
    """The same, with what fails only under it: every time, or at times."""
    always = suspects
    for _ in range(AGAIN):
        if always:
            always &= run(trial.suite, place, trial.name, sorted(always)).failed

    return replace(trial, only=always, at_times=suspects - always)
