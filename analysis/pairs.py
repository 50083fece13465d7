"""Turns a handler kind and its twin into what the kind costs more: microseconds, then the ratio."""

from dataclasses import dataclass

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, difference, estimate, plus, ratio
from analysis.estimate import Estimate


@dataclass(frozen=True)
class Pair:
    """A benchmark against the one that does the same work without a hop; seconds, and a ratio."""

    kind: Benchmark
    twin: Benchmark
    time: Estimate
    twin_time: Estimate
    difference: Estimate
    ratio: Estimate

    @property
    def name(self) -> str:
        """The handler kind's name."""
        return self.kind.subject

    @property
    def placement(self) -> str:
        """The placement of both."""
        return self.kind.placement

    @property
    def contrast(self) -> Contrast:
        """Kind minus twin."""
        return difference(plus(self.kind), plus(self.twin))

    @property
    def hops(self) -> int:
        """How many hops the kind makes more than its twin, per request."""
        return self.more("hops") or 0

    @property
    def hops_in_a_row(self) -> bool:
        """Whether one hop follows another in the same request."""
        return self.hops > 1

    @property
    def per_hop(self) -> Estimate | None:
        """The difference shared out over the hops; None if there is no hop to share it."""
        return self.difference.scaled(1 / self.hops) if self.hops > 0 else None

    @property
    def passes_per_hop(self) -> float | None:
        """The extra passes of the event loop, shared out over the hops."""
        more = self.more("loop_passes")

        return None if more is None or self.hops <= 0 else more / self.hops

    def more(self, count: str) -> int | None:
        """Count how many more of something the kind makes than its twin; None if not counted."""
        own, other = getattr(self.kind.counts, count), getattr(self.twin.counts, count)

        return None if own is None or other is None else int(own - other)


def compare(kind: Benchmark | None, twin: Benchmark | None) -> Pair | None:
    """Estimate a pair; None if one is missing or they have no common round."""
    if kind is None or twin is None:
        return None

    found = difference(plus(kind), plus(twin))
    own, other, more = estimate(plus(kind)), estimate(plus(twin)), estimate(found)
    times = ratio(plus(kind), plus(twin))

    if own is None or other is None or more is None or times is None:
        return None

    return Pair(kind, twin, own, other, more, times)
