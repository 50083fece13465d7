"""Turns the rows of `limited` into what another size of the thread limiter changes."""

from dataclasses import dataclass

from analysis.concurrency.measured import (
    HALF,
    TAIL,
    THREADS,
    counted,
    estimated,
    numbers_of,
    row,
)
from analysis.contrasts import plus, ratio
from analysis.estimate import Estimate
from analysis.rows import Rows

SUBJECT = "limited"


@dataclass(frozen=True)
class Limited:
    """`def` requests under a limiter of so many tokens: seconds, and the most threads alive.

    `against` is its time per request divided by that under the usual limiter; None for itself.
    """

    tokens: int
    in_flight: int
    request: Estimate
    half: Estimate | None
    tail: Estimate | None
    threads: int | None
    against: Estimate | None


def limited(rows: Rows, placement: str, usual: int) -> tuple[Limited, ...]:
    """Give every size of the limiter that was measured, ascending, load by load."""
    return tuple(
        found
        for load in numbers_of(rows, "in_flight", (SUBJECT,), placement)
        for tokens in numbers_of(rows, "tokens", (SUBJECT,), placement)
        if (found := one_size(rows, placement, load, tokens, usual)) is not None
    )


def one_size(rows: Rows, placement: str, in_flight: int, tokens: int, usual: int) -> Limited | None:
    """Estimate one size; None if it was not measured."""
    request = estimated(rows, SUBJECT, placement, in_flight=in_flight, tokens=tokens)
    if request is None:
        return None

    half, tail = (
        estimated(rows, SUBJECT, placement, metric, in_flight=in_flight, tokens=tokens)
        for metric in (HALF, TAIL)
    )
    threads = counted(rows, SUBJECT, placement, THREADS, in_flight=in_flight, tokens=tokens)
    own = row(rows, SUBJECT, placement, in_flight=in_flight, tokens=tokens)
    other = row(rows, SUBJECT, placement, in_flight=in_flight, tokens=usual)
    compared = own is not None and other is not None and tokens != usual
    against = ratio(plus(own), plus(other)) if compared and own and other else None

    return Limited(tokens, in_flight, request, half, tail, threads, against)
