"""From a suite and a variant to how its tests ended: pytest in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.errors import UsageError
from bench.provenance import ROOT
from bench.upstream.fetching import OUT
from bench.upstream.outcomes import Outcomes, read
from bench.upstream.suites import Suite

SECONDS = 900.0
ALL_OR_SOME_PASSED = (0, 1)
WITHOUT_TRIO = ("-k", "not trio")
"""A variant is a variant of the hop of asyncio."""


class NotEndedError(Exception):
    """A suite did not come to its end; the message is one sentence."""


def run(suite: Suite, place: Path, variant: str, tests: Iterable[str] = ()) -> Outcomes:
    """How the tests of a suite end under a variant: all, or only these.

    What pytest printed is left beside the notes, under out/upstream/.

    Raises:
        NotEndedError: pytest was stopped by an error, or took too long.
    """
    notes = OUT / f"{suite.package}-{variant}.jsonl"
    notes.unlink(missing_ok=True)
    printed = notes.with_suffix(".txt")
    what = f"{suite.title}'s tests under {variant} must come to their end"
    see = f"see out/upstream/{printed.name}"
    try:
        with printed.open("w", encoding="utf-8") as output:
            status = subprocess.run(
                (*command(variant, notes), *(tests or asked(suite))),
                cwd=place,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=SECONDS,
                check=False,
            ).returncode
    except subprocess.TimeoutExpired:
        raise NotEndedError(f"{what}, but took more than {SECONDS:.0f} s: {see}") from None

    if status not in ALL_OR_SOME_PASSED:
        raise NotEndedError(f"{what}, but pytest ended with status {status}: {see}")

    return noted(notes)


def asked(suite: Suite) -> tuple[str, ...]:
    """What pytest is told to run of a suite."""
    return (
        *(f"tests/{path}" for path in suite.paths),
        *(f"--ignore=tests/{path}" for path in suite.ignored),
    )


def command(variant: str, notes: Path) -> tuple[str, ...]:
    """Pytest with our plugin, and nothing kept between runs."""
    ours = ("-p", "bench.upstream.plugin", "--variant", variant, "--notes", str(notes))
    return (
        *(sys.executable, "-m", "pytest", *ours, *WITHOUT_TRIO),
        *("-p", "no:cacheprovider", "--continue-on-collection-errors", "-q", "-rfE"),
    )


def noted(notes: Path) -> Outcomes:
    """What a run has noted.

    Raises:
        NotEndedError: nothing, or something else than notes.
    """
    try:
        with notes.open(encoding="utf-8") as lines:
            return read(lines)
    except (OSError, UsageError) as error:
        message = f"a run must leave notes, but {notes.name} cannot be read: {error}"
        raise NotEndedError(message) from error
