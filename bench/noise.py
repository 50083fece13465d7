"""What disturbs a measurement: from the system's own counters to seconds."""

from __future__ import annotations

import os
from copy import deepcopy
from time import perf_counter

import psutil

NOT_BUSY = ("idle", "iowait", "steal", "guest", "guest_nice")
"""Fields of the CPUs' times in which no process of this system ran; a guest's are in `user` too."""

STRETCHES = 50
STRETCHES_BEFORE_A_RUN = 5000
COPIED = {f"key {number}": [number, str(number), {"of": (number, 0.5)}] for number in range(6)}
"""What a stretch copies. An empty loop would not do: it has room in any core, however shared."""
SLOWED = 1.25
"""Times its shortest that a stretch may take: between 1, a core of one's own, and 2, a shared one.

A report is a draft above it; `analysis.disturbances` says so again, and a test compares them.
"""


def stretches(count: int = STRETCHES) -> list[float]:
    """Seconds of one short piece of work, again and again: how fast the CPU of this thread is now.

    A core has two hardware threads as a rule, and a virtual CPU is one of them. While another guest
    of the host computes on the other one, or fills their caches, all here takes longer, for a
    millisecond or for many, and no time need be stolen for that.
    """
    return [stretch() for _ in range(count)]


def stretch() -> float:
    """Seconds of a deep copy: much Python, as a request is, and shorter than most disturbances."""
    start = perf_counter()
    deepcopy(COPIED)
    return perf_counter() - start


class Noise:
    """What disturbs a visit, watched from here on until it is told."""

    def __init__(self) -> None:
        self._stretches = stretches()
        self._stolen = stolen_seconds()

    def told(self) -> dict[str, float]:
        """CPU seconds stolen; seconds of a stretch on average, and of the shortest."""
        stolen = stolen_seconds() - self._stolen
        found = self._stretches + stretches()
        return {
            "steal_seconds": max(0.0, round(stolen, 6)),
            "stretch_seconds": round(sum(found) / len(found), 9),
            "stretch_seconds_least": round(min(found), 9),
        }


def slowed() -> float:
    """How many times its shortest a stretch takes on average, in some tenths of a second."""
    found = stretches(STRETCHES_BEFORE_A_RUN)
    return sum(found) / len(found) / min(found)


def stolen_seconds() -> float:
    """CPU seconds the hypervisor gave to others since boot, all CPUs; 0 where it does not tell."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def seconds_of_others() -> float:
    """CPU seconds of all processes but this one and those it has waited for, since boot, all CPUs.

    A difference says what else ran meanwhile. The system counts in ticks of some milliseconds.
    """
    cpus, own = psutil.cpu_times(), os.times()
    busy = sum(cpus) - sum(getattr(cpus, name, 0.0) for name in NOT_BUSY)
    return float(busy - own.user - own.system - own.children_user - own.children_system)
