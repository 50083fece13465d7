"""Turns the garbage collections of a block into the longest pause, or keeps them from the app."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter


@dataclass(slots=True)
class Pauses:
    """What collections have taken so far; seconds. No Python runs in the process meanwhile."""

    longest: float = 0.0
    began: float = 0.0

    def note(self, phase: str, _: dict[str, int]) -> None:
        """Called by the collector, in whatever thread has set it off."""
        now = perf_counter()
        if phase == "start":
            self.began = now
        elif self.began:
            self.longest = max(self.longest, now - self.began)


@contextmanager
def watched_collections(pauses: Pauses) -> Iterator[None]:
    """Notes the collections inside the block."""
    pauses.began = 0.0
    gc.callbacks.append(pauses.note)
    try:
        yield
    finally:
        gc.callbacks.remove(pauses.note)


@contextmanager
def frozen_objects() -> Iterator[None]:
    """Leaves out of all collections inside the block what is there at its beginning.

    It is what a server can do once its application is imported: `gc.collect(); gc.freeze()`.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
