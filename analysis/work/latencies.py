"""Turns the `work` rows into what clients of a closed loop wait, by the duration of the work."""

from dataclasses import dataclass
from itertools import product

from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.work.curves import durations
from analysis.work.lookup import level
from analysis.work.sorts import SORTS

IN_FLIGHT = (1, 10, 100)
HANDLERS = ("def", "async-def")


@dataclass(frozen=True)
class Latency:
    """What half of the clients, and all but the slowest hundredth, wait at most; seconds."""

    subject: str
    handler: str
    in_flight: int
    work_us: int
    p50: Estimate
    p99: Estimate


def latencies(rows: Rows) -> tuple[Latency, ...]:
    """List the latencies measured; a load of which only a part was sent has none."""
    loads = product((sort.name for sort in SORTS), IN_FLIGHT, durations(rows), HANDLERS)
    found = (latency(rows, *load) for load in loads)

    return tuple(one for one in found if one is not None)


def latency(rows: Rows, subject: str, in_flight: int, work_us: int, handler: str) -> Latency | None:
    """Average the percentiles of one load; None if it has none."""
    p50, p99 = (
        level(rows, subject, name, handler=handler, in_flight=in_flight, work_us=work_us)
        for name in ("p50", "p99")
    )

    return Latency(subject, handler, in_flight, work_us, p50, p99) if p50 and p99 else None
