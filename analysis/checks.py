"""Turns a bar and a finding into a row of the table "is this run good enough?"."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.stats import Estimate

PASS, FAIL, UNKNOWN, NOTE = "pass", "FAIL", "not measured", "note"


@dataclass(frozen=True)
class Check:
    """One row of the table. `draft` says why the report is a draft, if it is one for this."""

    bar: str
    found: str
    verdict: str
    draft: str = ""


def verdict(passed: bool) -> str:
    """Say it in a word."""
    return PASS if passed else FAIL


def judged(
    bar: str, found: Estimate | None, shown: Callable[[Estimate], str], passed: bool
) -> Check:
    """Make a row of an estimate, or of its absence."""
    if found is None:
        return Check(bar, "", UNKNOWN)

    return Check(bar, shown(found), verdict(passed))
