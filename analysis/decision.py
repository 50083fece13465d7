"""Turns the numbers of `work` into the decision table: what to write for which sort of handler.

The rule is in `analysis.work.verdicts`, the same for every sort of handler and every duration of
its work. Neighbouring durations with the same verdict make one row. A process pool was not
measured: the table says where both ways fail, not what a pool costs.
"""

from dataclasses import dataclass, replace
from itertools import groupby

from analysis.digits import NOT_MEASURED
from analysis.sections.work import Numbers
from analysis.work.calls import CALLS, Call
from analysis.work.contests import Contest, result
from analysis.work.durations import shown, span
from analysis.work.reasons import listed, points, reason, reason_of_call
from analysis.work.sorts import AWAITING, BLOCKING, HASHING, MANY, PYTHON, UTILISATION, Sort
from analysis.work.verdicts import (
    ACCEPTED_LOSS,
    P99_BOUND,
    POOL,
    Verdict,
    decide,
    decide_call,
)

Judged = tuple[int, Verdict]

TRIVIAL = "next to nothing"
NO_WORK = "none: there is no work"  # instead of a break-even
WORKS: tuple[tuple[str, Sort], ...] = (
    ("awaits I/O through an asynchronous library", AWAITING),
    ("blocks for I/O, having no such library", BLOCKING),
    ("computes in pure Python", PYTHON),
    ("computes in code that releases the GIL", HASHING),
)


@dataclass(frozen=True)
class Row:
    """One row of the table: what the handler does, what to write, and what supports it."""

    handler: str
    work: str
    write: str
    why: str
    throughput: str
    bystander: str


@dataclass(frozen=True)
class Decision:
    """The table and the constants of its rule."""

    rows: tuple[Row, ...]
    p99_bound: float = P99_BOUND
    accepted_loss: float = ACCEPTED_LOSS
    many: int = MANY
    utilisation: float = UTILISATION / 100
    p99: str = "p99"  # a name, so that the template holds no digit

    @property
    def names_pool(self) -> bool:
        """Whether any row says that the work belongs into other processes."""
        return any(row.write == POOL for row in self.rows)


def decision(found: Numbers | None) -> Decision:
    """Make the table; a sort that was not measured has a row that says so."""
    every = [trivial(found), *(row for what, sort in WORKS for row in work_rows(found, what, sort))]
    called = [call_row(what, found.called(name) if found else ()) for name, what in CALLS.items()]

    return Decision((*every, *called))


def trivial(found: Numbers | None) -> Row:
    """Decide for a handler that does no work to speak of."""
    contest = found.contest(PYTHON.name) if found else None
    request, p99 = points(contest, 0)

    decided = row(TRIVIAL, contest, [(0, decide(request, p99, pure_python=False))])

    return replace(decided, throughput=NO_WORK, bystander=NO_WORK)


def work_rows(found: Numbers | None, what: str, sort: Sort) -> list[Row]:
    """Decide for each duration of one sort of work, and join neighbours of one verdict."""
    contest = found.contest(sort.name) if found else None
    every = {point.work_us for curve in contest.curves for point in curve.worked} if contest else ()
    judged = [
        (one, decide(*points(contest, one), pure_python=sort is PYTHON)) for one in sorted(every)
    ]

    if not judged:
        return [row(what, contest, [])]

    return [
        row(what, contest, list(group))
        for _, group in groupby(judged, key=lambda one: one[1].write)
    ]


def row(what: str, contest: Contest | None, judged: list[Judged]) -> Row:
    """Write one row of durations at which the same is to be written."""
    both = (contest.throughput, contest.bystander) if contest else (None, None)
    support = [result(curve) if curve else NOT_MEASURED for curve in both]
    work_us = [one for one, _ in judged]

    return Row(
        what, span(work_us) if work_us else "", write_of(judged), why(contest, judged), *support
    )


def write_of(judged: list[Judged]) -> str:
    """Give what to write, the same for all of them."""
    return judged[0][1].write if judged else NOT_MEASURED


def why(contest: Contest | None, judged: list[Judged]) -> str:
    """Give the reason, or each with the durations it holds for."""
    parts = []

    for verdict, group in groupby(judged, key=lambda one: one[1]):
        work_us = [one for one, _ in group]
        parts.append((span(work_us), reason(contest, verdict, work_us)))

    if len(parts) == 1:
        return parts[0][1]

    return "; ".join(f"{durations}: {text}" for durations, text in parts)


def call_row(what: str, ways: tuple[Call, ...]) -> Row:
    """Write the row of one real call."""
    verdict = decide_call(ways)
    works = [one.work for one in ways if one.work]
    took = f"{shown(works[0])} each" if works else ""

    return Row(
        what,
        took,
        verdict.write,
        reason_of_call(verdict),
        listed([(one.handler, one.request) for one in ways]),
        listed([(one.handler, one.p99) for one in ways]),
    )
