"""Turns rows into the mechanism of a hop at a level: its parts, CPU time, context switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np

from analysis.benchmark import Benchmark
from analysis.contrasts import estimate, plus
from analysis.estimate import Estimate
from analysis.factors.levels import Changed
from analysis.factors.lookup import find
from analysis.rows import Rows
from analysis.stats import mean_of

HOP = "anyio-run-sync"
WHOLE = "request"
TIMER = "timer"
# In the order of a hop; what the loop's thread does, and what it waits for.
PARTS = {
    "before": "on the loop's thread, up to the hand-over",
    "there": "until the worker runs",
    "back": "until the task goes on",
}
CPU = {"cpu-loop": "CPU time of the loop's thread", "cpu-worker": "CPU time of the worker"}
SWITCHES = {"voluntary_per_hop": "voluntary", "involuntary_per_hop": "involuntary"}


@dataclass(frozen=True)
class Mechanism:
    """What one hop alone is made of; seconds, switches per hop, and threads that hops took.

    Attributes:
        timer: to set a timer of the switch interval and take it back, as a wait for the GIL does.
    """

    parts: Mapping[str, Estimate]
    cpu: Mapping[str, Estimate]
    switches: Mapping[str, Estimate]
    threads_taken: int | None
    timer: Estimate | None = None

    @property
    def whole(self) -> float:
        """All parts of a hop, which were timed together; seconds."""
        return fsum(part.value for part in self.parts.values())

    @property
    def computing(self) -> float | None:
        """CPU time of both threads; seconds."""
        return fsum(one.value for one in self.cpu.values()) if len(self.cpu) == len(CPU) else None

    @property
    def switched(self) -> float | None:
        """Context switches of both threads, of either sort."""
        found = [one.value for one in self.switches.values()]

        return fsum(found) if found else None


def mechanism(rows: Rows, placement: str, changed: Changed) -> Mechanism | None:
    """Gather what was measured of one hop; None without its parts."""

    def found(metrics: Mapping[str, str]) -> dict[str, Estimate]:
        every = {name: find(rows, HOP, placement, name, changed) for name in metrics}
        known = {name: estimate(plus(row)) for name, row in every.items() if row is not None}

        return {name: one for name, one in known.items() if one is not None}

    parts = found(PARTS)
    told = find(rows, HOP, placement, WHOLE, changed)

    if len(parts) < len(PARTS) or told is None:
        return None

    timer = find(rows, HOP, placement, TIMER, changed)
    set_timer = estimate(plus(timer)) if timer else None

    return Mechanism(parts, found(CPU), switches(told), threads_taken(told), set_timer)


def switches(row: Benchmark) -> dict[str, Estimate]:
    """Average the context switches that the visits tell."""
    found = {
        name: [one.facts[name] for one in row.visits if name in one.facts] for name in SWITCHES
    }

    return {name: mean_of(np.array(told, float)) for name, told in found.items() if told}


def threads_taken(row: Benchmark) -> int | None:
    """Count the threads that hops took, one after another, in the visit with most of them."""
    found = [one.facts["threads_taken"] for one in row.visits if "threads_taken" in one.facts]

    return max(map(int, found)) if found else None
