"""Calm moments: a pace of short batches, of which those count that no other guest slowed down.

Beside other guests of a host a CPU may be slower for milliseconds or for seconds, and then its own
again: a mean over both says as much of the neighbours as of what is measured. Whether a
batch counts is decided by a stretch of other work before and after it, never by its own time: what
is slow of itself stays in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import perf_counter

from bench.noise import STRETCHES_BEFORE_A_RUN, stretch, stretches
from bench.pace import Batch

BATCHES = 40
"""Of a value, which lasts some 20 ms: the shorter a batch, the likelier nothing disturbs it.

Each is warmed up, between its stretches: shorter ones would be mostly warm-up. Of what has fewer
loops a batch is one loop, and lies in a wider window.
"""

DISTURBED = 1.4
"""Times its shortest, above which a stretch is taken as disturbed.

After other code, which leaves it cold caches, it takes a little more than in a row; the bound lies
between that and a core that is shared, as `bench.noise.SLOWED` does of a mean.
"""

PATIENCE_SECONDS = 5.0
"""Of one visit, in which it waits and tries again: after that everything counts, and a run ends."""

LOOKS = 25
"""For the shortest stretch, of some tenths of a second each: longer than disturbances last."""


class Calm:
    """The pace of one visit that is timed in calm moments only.

    Attributes:
        tried: how many batches were timed.
        counted: how many of them count.
    """

    def __init__(self, shortest: float) -> None:
        """`shortest`: seconds of a stretch while the CPU is this machine's own."""
        self.tried = 0
        self.counted = 0
        self._most = DISTURBED * shortest
        self._patience = PATIENCE_SECONDS
        self._stretches: list[float] = []

    def __call__(self, loops: int) -> Iterator[Batch]:
        """Yields batches until `loops` of them count."""
        size = math.ceil(loops / BATCHES)
        while loops:
            before = self._calm_moment()
            start = perf_counter()
            batch = Batch(min(size, loops))
            yield batch
            after = beside()
            batch.counts = after <= self._most or self._patience <= 0
            self.tried += 1
            if batch.counts:
                self.counted += 1
                self._stretches += before, after
                loops -= batch.loops
            else:
                self._patience -= perf_counter() - start

    def told(self) -> dict[str, float]:
        """Batches tried and counted; seconds of a stretch beside those that count, and the least.

        These take the place of what `bench.noise.Noise` tells of the whole visit.
        """
        found = self._stretches
        return {
            "batches_tried": self.tried,
            "batches_counted": self.counted,
            "stretch_seconds": round(sum(found) / len(found), 9),
            "stretch_seconds_least": round(min(found), 9),
        }

    def _calm_moment(self) -> float:
        """Waits for one as long as there is patience; seconds of the last stretch, calm or not."""
        start = perf_counter()
        found = beside()
        while found > self._most and self._patience > perf_counter() - start:
            found = beside()

        self._patience -= perf_counter() - start
        return found


def beside() -> float:
    """Seconds of a stretch beside a batch, the better of two: the first meets cold caches."""
    return min(stretch(), stretch())


def shortest_stretch() -> float:
    """Seconds of a stretch while the CPU is this machine's own, as far as it ever is."""
    return min(min(stretches(STRETCHES_BEFORE_A_RUN)) for _ in range(LOOKS))
