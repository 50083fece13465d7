"""Turns a run and its sections into every check of it: the table "is this run good enough?"."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.answer import answer_of
from analysis.catalogue import catalogue
from analysis.checks import FAIL, NOTE, PASS, UNKNOWN, Check
from analysis.conditions import run_checks
from analysis.page_sections import Section
from analysis.quality import checks
from analysis.reproduction import Reproduction, reproduction, reproduction_checks
from analysis.rows import Rows
from analysis.sections import EXCHANGES, LOADS, harness
from analysis.source import Source

TALLY = {PASS: "passed", FAIL: "missed", UNKNOWN: "not measured", NOTE: "noted"}


def exchange_checks(
    rows: Rows | None, found: Mapping[str, Any], again: Sequence[Reproduction]
) -> tuple[Check, ...]:
    """Judge the run of one request at a time; nothing if there is none."""
    if rows is None:
        return ()

    answered = answer_of(rows, found["handlers"])

    return (*checks(rows, found["harness"], answered), *reproduction_checks(again))


def reproduced(first: Source, others: Sequence[Source]) -> tuple[Reproduction, ...]:
    """Compare a run of one request at a time with further ones of its plan."""
    if not first.only(tuple(EXCHANGES)):
        return ()

    one, *further = map(of_exchanges, (first, *others))
    answered, drafts = answer_of(one.rows, catalogue(one.rows)), drafts_of(one.rows)

    return tuple(
        replace(
            reproduction(one, answered, other, answer_of(other.rows, catalogue(other.rows))),
            drafts=drafts_of(other.rows),
            first_drafts=drafts,
        )
        for other in further
    )


def of_exchanges(source: Source) -> Source:
    """Leave out the studies of many requests at a time, which are judged by themselves."""
    return replace(source, rows=source.only(tuple(EXCHANGES)) or source.rows)


def drafts_of(rows: Rows) -> tuple[str, ...]:
    """Say why a run of one request at a time would be a draft, if it had a page of its own."""
    found = {"harness": harness.numbers(rows), "handlers": catalogue(rows)}

    return tuple(check.draft for check in exchange_checks(rows, found, ()) if check.draft)


def load_checks(sections: Sequence[Section]) -> tuple[Check, ...]:
    """Judge the studies that may have a run of their own: how it was done, and by their bars."""
    return tuple(
        of_study(check, one.study)
        for one in sections
        if one.study in LOADS and one.numbers is not None and one.source is not None
        for check in (
            *run_checks(one.source.only([one.study]) or one.source.rows),
            *LOADS[one.study].checks(one.numbers),
        )
    )


def of_study(check: Check, study: str) -> Check:
    """Say of which study a bar is, in the banner too."""
    bar = f"`{study}`: {check.bar}"

    return replace(check, bar=bar, draft=check.draft and f"`{study}`: {check.draft}")


def missed(judged: Sequence[Check]) -> str:
    """Say in a sentence how many bars are missed, or were not judged; empty if none."""
    count = Counter(check.verdict for check in judged)
    said = [f"{count[one]} {words}" for one, words in TALLY.items() if count[one]]

    if not count[FAIL] and not count[UNKNOWN]:
        return ""

    return f'Of the bars of "Is this run good enough?": {", ".join(said)}.'
