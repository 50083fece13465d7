"""The pace: from a number of loops to the batches that are timed one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Batch:
    """Loops that are timed in one go.

    Attributes:
        elapsed: in seconds, or whatever is read before and after them; set by who times them.
        counts: whether it is part of the value; set by the pace, when the next one is asked for.
    """

    loops: int
    elapsed: float = 0.0
    counts: bool = True


Pace = Callable[[int], Iterable[Batch]]
"""Yields batches until so many loops count."""


def at_once(loops: int) -> Iterator[Batch]:
    """The usual pace: one batch of all loops."""
    yield Batch(loops)


class Tally:
    """Batches as they are timed, and what those that count have taken in all."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = batches
        self.total = 0.0

    def __iter__(self) -> Iterator[Batch]:
        last = None
        for batch in self._batches:
            self._add(last)
            yield batch
            last = batch

        self._add(last)

    def _add(self, batch: Batch | None) -> None:
        if batch and batch.counts:
            self.total += batch.elapsed
