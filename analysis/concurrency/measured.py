"""Turns a subject, a metric and factors into the row or the estimate that the run has of them."""

from statistics import median

from analysis.benchmark import Benchmark
from analysis.contrasts import difference, estimate, plus
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.visit import Fact

STUDY = "concurrency"
DEF = "def"
ASYNC_DEF = "async-def"
FROZEN = "-frozen"

REQUEST = "request"
HALF = "p50"
TAIL = "p99"
LONGEST = "max"
THREADS = "threads"
MEMORY = "memory"
COLLECTION = "collection"


def row(
    rows: Rows, subject: str, placement: str, metric: str = REQUEST, **factors: Fact
) -> Benchmark | None:
    """Find a row that has at least one value."""
    found = rows.find(STUDY, subject, placement, None, metric, **factors)

    return found if found is not None and found.visits else None


def estimated(
    rows: Rows, subject: str, placement: str, metric: str = REQUEST, **factors: Fact
) -> Estimate | None:
    """Estimate a metric; None if it was not measured."""
    found = row(rows, subject, placement, metric, **factors)

    return None if found is None else estimate(plus(found))


def counted(rows: Rows, subject: str, placement: str, metric: str, **factors: Fact) -> int | None:
    """Give the count of the median visit; None if it was not measured."""
    found = row(rows, subject, placement, metric, **factors)

    return None if found is None else round(median(found.by_round.values()))


def change(after: Benchmark | None, before: Benchmark | None) -> Estimate | None:
    """Subtract one row from another, paired by round; None without a common round."""
    if after is None or before is None:
        return None

    return estimate(difference(plus(after), plus(before)))


def numbers_of(
    rows: Rows, factor: str, subjects: tuple[str, ...], placement: str | None = None
) -> tuple[int, ...]:
    """List the values that a factor has among the rows of some subjects, ascending."""
    found = {
        value
        for one in rows.study(STUDY)
        if one.visits and one.subject in subjects and placement in (None, one.placement)
        for name, value in one.factors
        if name == factor and isinstance(value, int)
    }

    return tuple(sorted(found))


def fact(found: Benchmark | None, name: str) -> float | None:
    """Give a number that all visits of a row tell alike; None if they tell none."""
    value = None if found is None else found.facts.get(name)

    return None if value is None or isinstance(value, str) else float(value)
