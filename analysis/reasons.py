"""Turns evidence into words: our figures, and the sentence that says why."""

from analysis import digits
from analysis.claim import (
    AMOUNT,
    CONTRADICTED,
    COUNT,
    DIRECTION_HOLDS,
    NOT_MEASURED,
    NOT_REPRODUCED,
    REPRODUCED,
    SECOND,
    SHARE,
    TIMES,
    Claim,
    Statement,
)
from analysis.claims import DEFAULT
from analysis.estimate import Estimate
from analysis.evidence import loads
from analysis.evidence.sources import Evidence
from analysis.judging import Finding, judge
from analysis.placement import ONE_CPU, PLACEMENT_WORDS
from analysis.work import durations

MILLISECOND = 1e-3

HALVES = {
    REPRODUCED: "as claimed",
    DIRECTION_HOLDS: "at another size",
    NOT_REPRODUCED: "not to be told",
    CONTRADICTED: "not so",
    NOT_MEASURED: "not measured",
}
BESIDE = "beside its core, "
NO_VERDICT = "At its core, data are missing, or of one round only, which gives no interval."


def ours(claim: Claim, evidence: Evidence) -> str:
    """Give the figures of the statements at the core, each after its label."""
    found = [(one, evidence.findings.get(one.id)) for one in claim.statements if one.core]
    known = [f"{one.label}: {figure(one, value)}" for one, value in found if value is not None]
    where = f" ({PLACEMENT_WORDS[ONE_CPU]})" if evidence.placement == ONE_CPU else ""

    return "; ".join(known) + where if known else digits.NOTHING


def figure(statement: Statement, found: Finding) -> str:
    """Write what was found in the statement's unit."""
    if found is None:
        return digits.NOT_MEASURED

    if isinstance(found, bool):
        return "seen" if found else "not seen"

    if statement.unit == SECOND:
        return lasting(found, sign=statement.kind != AMOUNT)

    if statement.unit == SHARE:
        return digits.percent(found)

    return digits.plain(found) if statement.unit == COUNT else digits.times(found)


def lasting(found: Estimate, *, sign: bool = False) -> str:
    """Write seconds in microseconds, as everywhere; from a millisecond on, in the unit they fit."""
    if abs(found.value) < MILLISECOND:
        return digits.time(found, sign=sign)

    return f"{'+' if sign and found.value > 0 else ''}{durations.whole(found)}"


def short_lasting(found: Estimate | None) -> str:
    """Write the same without its interval."""
    if found is None or abs(found.value) < MILLISECOND:
        return digits.short_time(found)

    return durations.shown(found)


def why(claim: Claim, evidence: Evidence, verdict: str) -> str:
    """Say why in a sentence, and where statements differ, which holds and which does not."""
    known = [one for one in evidence.findings.values() if one is not None]

    if not known:
        studies = digits.names(claim.studies)
        return f"These data have nothing of it: it is measured by {studies}."

    written = claim.why.get(verdict, claim.why[DEFAULT])
    shown = {one.id: in_words(one, evidence.findings.get(one.id)) for one in claim.statements}
    sentence = written.format_map(Facts({**shown, **evidence.facts}))
    parts = (NO_VERDICT if verdict == NOT_MEASURED else "", sentence, which_half(claim, evidence))

    return " ".join(filter(None, parts))


class Facts(dict[str, str]):
    """Facts of a sentence; one that was not measured says so."""

    def __missing__(self, name: str) -> str:
        return digits.NOT_MEASURED


def in_words(statement: Statement, found: Finding) -> str:
    """Write a figure inside a sentence: without its interval, which the table has."""
    if not isinstance(found, Estimate):
        return figure(statement, found)

    if statement.unit == TIMES:
        return loads.shown(found)

    if statement.unit == SECOND:
        return short_lasting(found)

    return figure(statement, found).partition(" (")[0]


def which_half(claim: Claim, evidence: Evidence) -> str:
    """List the statements by their verdicts, if these differ: as claimed, not so, and so on.

    What is not at the core has not made the claim's verdict, and is told apart.
    """
    judged = [(one, judge(one, evidence.findings.get(one.id))) for one in claim.statements]

    if len({found for _, found in judged}) < 2:
        return ""

    listed: dict[tuple[bool, str], list[str]] = {
        (core, verdict): [] for core in (True, False) for verdict in HALVES
    }
    for one, found in judged:
        listed[one.core, found].append(aside(one, evidence))

    parts = [
        f"{'' if core else BESIDE}{HALVES[verdict]}: {'; '.join(texts)}"
        for (core, verdict), texts in listed.items()
        if texts
    ]
    text = ". ".join(digits.sentence(part) for part in parts)

    return f"{text}."


def aside(statement: Statement, evidence: Evidence) -> str:
    """Write a statement with its figure, which the table does not have unless it is at the core."""
    found = evidence.findings.get(statement.id)

    if statement.core or found is None or isinstance(found, bool):
        return statement.text

    return f"{statement.text} ({figure(statement, found).replace(' (', ', ').replace(')', '')})"
