"""Turns a subject, a metric and what was changed into the row that has it."""

from typing import Any

from analysis.benchmark import Benchmark
from analysis.factors.levels import Changed
from analysis.rows import Rows

STUDY = "factors"


def find(
    rows: Rows, subject: str, placement: str, metric: str, changed: Changed
) -> Benchmark | None:
    """Find one number of one level; None if it was not measured."""
    factors: dict[str, Any] = dict(changed)

    return rows.find(STUDY, subject, placement, metric=metric, **factors)
