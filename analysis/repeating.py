"""Turns a study into the command that measures again what its section shows.

A study's own name is enough where a section shows nothing else: no visit knows of the others of its
run. What a section compares its study with must be of the same run, and so must be measured again.
"""

from collections.abc import Mapping

from analysis.rows import Rows
from analysis.sections import EXCHANGES

BENCH = "tox -e bench --"
BESIDE: Mapping[str, tuple[str, ...]] = {"factors": ("harness",)}
"""By study: those of the same run that its section compares it with."""


def command(study: str, rows: Rows | None = None) -> str:
    """Write the command that measures what a section shows.

    Args:
        study: the section's own.
        rows: those of the run to be repeated, which may lack what could stand beside the study;
            None if the study was not measured yet.
    """
    beside = [one for one in BESIDE.get(study, ()) if rows is None or rows.study(one)]

    return " ".join([BENCH, study, *beside, *calmly(rows)])


def whole(rows: Rows) -> str:
    """Write the command that measures a whole run again."""
    studies = list(dict.fromkeys(row.study for row in rows.benchmarks))
    named = [] if {*studies} == {*EXCHANGES} else studies

    return " ".join([BENCH, *named, *calmly(rows), f"--rounds {rows.provenance.rounds_planned}"])


def calmly(rows: Rows | None) -> list[str]:
    """Give the option of a run of which only calm moments count."""
    return ["--calm"] if rows is not None and rows.provenance.is_calm else []
