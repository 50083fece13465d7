"""From the notes of a run to how each test ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.errors import UsageError

BEGUN = "begun"
PASSED = "passed"
SKIPPED = "skipped"
FAILED = "failed"
OUTCOMES = (BEGUN, PASSED, SKIPPED, FAILED)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How the tests of a run ended.

    Attributes:
        ended: the outcome by test; one that was begun and never ended is still `begun`.
        hops: hops while tests ran, in all.
    """

    ended: Mapping[str, str]
    hops: int

    @property
    def ran(self) -> frozenset[str]:
        """The tests that were not skipped."""
        return frozenset(test for test, outcome in self.ended.items() if outcome != SKIPPED)

    @property
    def failed(self) -> frozenset[str]:
        """The tests that failed, or never ended."""
        return frozenset(test for test, outcome in self.ended.items() if outcome in (FAILED, BEGUN))


def read(notes: Iterable[str]) -> Outcomes:
    """What notes say; of several about a test, the last.

    Raises:
        UsageError: a line is not a note.
    """
    ended: dict[str, str] = {}
    hops = 0
    for number, line in enumerate(notes, start=1):
        try:
            note = json.loads(line)
            test, outcome, more = note["test"], note["outcome"], int(note["hops"])
        except (ValueError, KeyError, TypeError):
            outcome = None

        if outcome not in OUTCOMES:
            raise UsageError(
                f"a note must have a test, an outcome and hops, but line {number} reads {line!r}"
            )

        ended[test] = outcome
        hops += more

    return Outcomes(ended, hops)


def name_of(test: str) -> str:
    """A test without its file and its parameters; a file that could not be imported, as it is."""
    return test.partition("[")[0].partition("::")[2] or test


def names(tests: Iterable[str]) -> tuple[str, ...]:
    """The names of tests, each once, in order."""
    return tuple(sorted(set(map(name_of, tests))))
