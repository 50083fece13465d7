"""What disturbs a measurement: from the system's own counters to seconds."""

from __future__ import annotations

import psutil


def stolen_seconds() -> float:
    """CPU seconds the hypervisor gave to others since boot, all CPUs; 0 where it does not tell."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))
