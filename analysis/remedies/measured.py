"""Turns a subject, a load and a placement into the row that the run has of them."""

from analysis.benchmark import Benchmark
from analysis.contrasts import estimate, plus, ratio
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.visit import Fact

STUDY = "remedies"
REQUEST = "request"
ALONE, MANY = 1, 100
LOADS = (ALONE, MANY)


def row(rows: Rows, subject: str, placement: str, **factors: Fact) -> Benchmark | None:
    """Find a row that has at least one value."""
    found = rows.find(STUDY, subject, placement, None, REQUEST, **factors)

    return found if found is not None and found.visits else None


def estimated(found: Benchmark | None) -> Estimate | None:
    """Estimate a row; None if there is none."""
    return None if found is None else estimate(plus(found))


def compared(upper: Benchmark | None, lower: Benchmark | None) -> Estimate | None:
    """Give the ratio of two rows; None without both, or without a common round."""
    return None if upper is None or lower is None else ratio(plus(upper), plus(lower))


def told(found: Benchmark, name: str) -> str:
    """Give a fact of a row as text; empty if it tells none."""
    return str(found.facts.get(name, ""))
