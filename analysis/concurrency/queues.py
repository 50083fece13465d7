"""Turns the rows of `held` and `health` into what a request waits behind `def` requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from analysis.benchmark import Benchmark
from analysis.concurrency.measured import ASYNC_DEF, DEF, estimated, fact, numbers_of, row
from analysis.estimate import Estimate
from analysis.pairs import Pair, compare
from analysis.rows import Rows

HELD = "held"
HEALTH = "health"
TWO_HOPS = "def-model"
CONDITIONS = ("release_seconds", "others", "others_block_seconds")


@dataclass(frozen=True)
class Held:
    """A probe while so many tokens are held: one hop, and two; seconds.

    `pair` is the probe of two hops against that of one. `served_between` counts the other requests
    that were served between its first hop and its second, in the median visit.
    """

    placement: str
    held: int
    one_hop: Estimate | None
    two_hops: Estimate | None
    pair: Pair | None
    served_between: float | None
    conditions: Mapping[str, float]

    @property
    def queues_again(self) -> bool | None:
        """Whether others go before the second hop, and it takes longer; None if not measured."""
        if self.pair is None or self.served_between is None:
            return None

        return self.served_between > 0 and self.pair.difference.low > 0


@dataclass(frozen=True)
class Health:
    """A health check behind parked `def` requests: its time as either handler; seconds."""

    placement: str
    as_def: Estimate | None
    as_async_def: Estimate | None
    pair: Pair | None
    parked: float | None
    parked_seconds: float | None

    @property
    def waits_for_a_token(self) -> bool:
        """Whether the check as `def` takes as long as the others are parked, and the other not."""
        if self.pair is None or self.parked_seconds is None:
            return False

        return self.pair.time.high >= self.parked_seconds > self.pair.twin_time.high


def held(rows: Rows, placement: str) -> tuple[Held, ...]:
    """Give every number of held tokens that was measured, ascending."""
    counts = numbers_of(rows, "held", (HELD,), placement)

    return tuple(one_held(rows, placement, count) for count in counts)


def one_held(rows: Rows, placement: str, count: int) -> Held:
    """Estimate the probes while so many tokens are held."""
    one, two = (row(rows, HELD, placement, handler=h, held=count) for h in (DEF, TWO_HOPS))

    return Held(
        placement=placement,
        held=count,
        one_hop=estimated(rows, HELD, placement, handler=DEF, held=count),
        two_hops=estimated(rows, HELD, placement, handler=TWO_HOPS, held=count),
        pair=compare(two, one),
        served_between=None if two is None else middle(two, "served_between"),
        conditions=conditions(two or one),
    )


def conditions(found: Benchmark | None) -> dict[str, float]:
    """Give the conditions of a probe, as far as its visits tell them."""
    told = {name: fact(found, name) for name in CONDITIONS}

    return {name: value for name, value in told.items() if value is not None}


def middle(found: Benchmark, name: str) -> float | None:
    """Give the median of a fact that differs between visits; None unless all visits tell it."""
    told = [visit.facts.get(name) for visit in found.visits]
    values = [value for value in told if value is not None and not isinstance(value, str)]

    return float(median(values)) if values and len(values) == len(told) else None


def health(rows: Rows, placement: str) -> Health | None:
    """Estimate the health check; None if it was not measured."""
    as_def, as_async_def = (row(rows, HEALTH, placement, handler=h) for h in (DEF, ASYNC_DEF))
    if as_def is None and as_async_def is None:
        return None

    return Health(
        placement=placement,
        as_def=estimated(rows, HEALTH, placement, handler=DEF),
        as_async_def=estimated(rows, HEALTH, placement, handler=ASYNC_DEF),
        pair=compare(as_def, as_async_def),
        parked=fact(as_def or as_async_def, "parked"),
        parked_seconds=fact(as_def or as_async_def, "parked_seconds"),
    )
