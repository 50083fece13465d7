"""What disturbs a measurement: from the system's own counters to seconds."""

from __future__ import annotations

import os

import psutil

NOT_BUSY = ("idle", "iowait", "steal", "guest", "guest_nice")
"""Fields of the CPUs' times in which no process of this system ran; a guest's are in `user` too."""


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
