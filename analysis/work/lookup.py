"""Turns a subject, a metric and some factors into a row, its estimate, or a ratio of two."""

import math

import numpy as np

from analysis.benchmark import Benchmark
from analysis.contrasts import estimate, plus, ratio
from analysis.estimate import Estimate
from analysis.placement import FREE
from analysis.rows import Rows
from analysis.stats import trimmed_mean
from analysis.visit import Fact
from analysis.work.sorts import STUDY


def row_of(rows: Rows, subject: str, metric: str, **factors: Fact) -> Benchmark | None:
    """Find the first row on all CPUs that has these factors, whatever others it has."""
    for row in rows.study(STUDY):
        if (row.subject, row.metric, row.placement) == (subject, metric, FREE):
            own = dict(row.factors)
            if all(own.get(name) == value for name, value in factors.items()):
                return row

    return None


def number(rows: Rows, subject: str, metric: str, **factors: Fact) -> Estimate | None:
    """Estimate a row, or None if there is none."""
    row = row_of(rows, subject, metric, **factors)

    return None if row is None else estimate(plus(row))


def level(rows: Rows, subject: str, metric: str, **factors: Fact) -> Estimate | None:
    """Average a row without an interval, for what is shown but not argued from."""
    row = row_of(rows, subject, metric, **factors)

    return None if row is None else average(row)


def average(row: Benchmark) -> Estimate | None:
    """Average one row without an interval; None if it has no visit."""
    if not row.by_round:
        return None

    values = np.array(list(row.by_round.values()))

    return Estimate(float(trimmed_mean(values)), -math.inf, math.inf, len(values))


def compared(upper: Benchmark | None, lower: Benchmark | None) -> Estimate | None:
    """Give the ratio of two rows, or None without both."""
    return None if upper is None or lower is None else ratio(plus(upper), plus(lower))
