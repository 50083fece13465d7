"""Turns rows of one handler under two loads, or two names, into its memory and its A/A ratio."""

from dataclasses import dataclass

from analysis.benchmark import AGAIN
from analysis.concurrency.curves import HEAVY
from analysis.concurrency.measured import MEMORY, change, numbers_of, row
from analysis.contrasts import plus, ratio
from analysis.estimate import Estimate
from analysis.rows import Rows

FEW = HEAVY  # by then every token has its worker thread, so threads are not part of the slope


@dataclass(frozen=True)
class Memory:
    """What one more request in flight adds to the process; bytes, between two loads."""

    subject: str
    few: int
    many: int
    per_request: Estimate


@dataclass(frozen=True)
class Control:
    """The same handler under two names, at one load: their ratio, which is known to be 1."""

    subject: str
    placement: str
    in_flight: int
    ratio: Estimate


def memory(rows: Rows, subject: str, placement: str) -> Memory | None:
    """Share the growth of the process out over the requests that it holds more."""
    loads = numbers_of(rows, "in_flight", (subject,), placement)
    held = {n: row(rows, subject, placement, MEMORY, in_flight=n) for n in loads}
    known = [n for n, one in held.items() if one is not None]
    if not known:
        return None

    few, many = FEW if FEW in known else known[0], known[-1]
    more = change(held[many], held[few])
    if more is None or few == many:
        return None

    return Memory(subject, few, many, more.scaled(1 / (many - few)))


def control(rows: Rows, subject: str, placement: str) -> Control | None:
    """Estimate the A/A ratio of a handler."""
    again = row(rows, subject + AGAIN, placement, in_flight=HEAVY)
    first = row(rows, subject, placement, in_flight=HEAVY)
    found = None if again is None or first is None else ratio(plus(again), plus(first))

    return None if found is None else Control(subject, placement, HEAVY, found)
