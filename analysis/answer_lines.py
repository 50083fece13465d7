"""Turns the numbers of all studies into the answer at the head of the report, line by line."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis import page
from analysis.answer import NEGLIGIBLE_SHARE, answer_of
from analysis.every_run import Seen, ranges
from analysis.ladder import INTERACTION
from analysis.rows import Rows
from analysis.sections import LOADS

WHEN = "work"  # the study that says when to use which


def answer_lines(
    exchanges: Rows | None, found: Mapping[str, Any], runs: Sequence[Seen] = ()
) -> list[str]:
    """Write the answer, a sentence or two per line: what it costs, when to use it, all the rest.

    Args:
        exchanges: the rows of one request at a time; None if the run has none.
        found: the numbers of each study, None where it was not measured.
        runs: the trivial pair of every run of the page.
    """
    lines = []
    if exchanges is not None:
        answer = answer_of(exchanges, found["handlers"])
        text = page.page(
            "answer.j2",
            {
                "answer": answer,
                "negligible": NEGLIGIBLE_SHARE,
                "interaction": INTERACTION,
                "ranges": ranges(runs),
            },
        )
        lines = text.splitlines()

    loads = {
        study: module.headline(found[study]) for study, module in LOADS.items() if found[study]
    }
    when = loads.pop(WHEN, "")

    return [*filter(None, [*lines[:1], when, *lines[1:], *loads.values()])]
