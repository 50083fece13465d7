"""Turns a bar and a finding into a row of the table "is this run good enough?"."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from analysis import digits
from analysis.estimate import Estimate

CONTROLS = 15
"""The A/A controls of a full report: their intervals are widened, so that a report whose parts are
all sound is a draft by chance in 5 % of cases, not in half of them."""

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


def gate(check: Check) -> Check:
    """Make a draft of every report whose run misses this bar; the banner names bar and finding."""
    return (
        replace(check, draft=f"{check.bar}, found {check.found}")
        if check.verdict == FAIL
        else check
    )


def judged(
    bar: str, found: Estimate | None, shown: Callable[[Estimate], str], passed: bool
) -> Check:
    """Make a row of an estimate, or of its absence."""
    if found is None:
        return Check(bar, "", UNKNOWN)

    return Check(bar, shown(found), verdict(passed))


def control_check(
    what: str,
    found: Estimate | None,
    draft: str,
    equal: float = 1.0,
    shown: Callable[[Estimate], str] = digits.plain,
) -> Check:
    """Judge an A/A control: a run that tells equal things apart is a draft.

    Args:
        what: the number, such as `A/A ratio`.
        draft: why the report is a draft then, without the number.
        equal: what it is if the instrument is right.
    """
    bar = f"{what}: its interval, as one of {CONTROLS}, includes {'one' if equal else 'zero'}"
    if found is None:
        return Check(bar, "", UNKNOWN)

    if found.among(CONTROLS).includes(equal):
        return Check(bar, shown(found), PASS)

    return Check(bar, shown(found), FAIL, f"{draft}: {shown(found)}")


def half_width(found: Estimate, of: float | None = None) -> str:
    """Write half an interval as a share of a number: of the estimate itself, if of no other."""
    if not found.has_interval:
        return "no interval: a single round"

    share = found.half_width / abs(found.value if of is None else of) * 100

    return f"{digits.fixed(share, digits.decimals_of(share))} %"
