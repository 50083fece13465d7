"""From the system's counters to what one hop takes of each thread: CPU time, context switches."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MEASURABLE = sys.platform == "linux"
SWITCHES = ("voluntary", "nonvoluntary")
TIMERS = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """What two threads took of the system, in the same units for a stretch and for one hop.

    Attributes:
        cpu_loop: CPU seconds of the event loop's thread; `cpu_worker` of the worker's.
        voluntary: context switches of both because there was nothing to do.
        involuntary: those because another was let go first.
    """

    cpu_loop: float
    cpu_worker: float
    voluntary: float
    involuntary: float

    def since(self, before: Taken, hops: int) -> Taken:
        """What was taken since, per hop."""
        return Taken(
            (self.cpu_loop - before.cpu_loop) / hops,
            (self.cpu_worker - before.cpu_worker) / hops,
            (self.voluntary - before.voluntary) / hops,
            (self.involuntary - before.involuntary) / hops,
        )


def meter_of(ident: int, native_id: int) -> Callable[[], Taken]:
    """Reads the thread that calls, and the worker of these identifiers."""
    loop_id = threading.get_native_id()
    worker_clock = time.pthread_getcpuclockid(ident)

    def read() -> Taken:
        loop, worker = switches_of(loop_id), switches_of(native_id)
        voluntary, involuntary = (a + b for a, b in zip(loop, worker, strict=True))
        return Taken(time.thread_time(), time.clock_gettime(worker_clock), voluntary, involuntary)

    return read


def setting_timer(seconds: float) -> float:
    """Mean seconds to set a timer of the system, and to take it back before it ends.

    A thread that waits for the GIL sets one, of the switch interval. One that would end before the
    system's next tick costs more: the timer of the CPU has to be set anew, twice.
    """
    usual = signal.signal(signal.SIGALRM, signal.SIG_IGN)  # should one end all the same
    try:
        start = time.perf_counter()
        for _ in range(TIMERS):
            signal.setitimer(signal.ITIMER_REAL, seconds)
            signal.setitimer(signal.ITIMER_REAL, 0)

        return (time.perf_counter() - start) / TIMERS
    finally:
        signal.signal(signal.SIGALRM, usual)


def switches_of(native_id: int) -> tuple[int, int]:
    """Voluntary and involuntary context switches of a thread of this process (proc(5))."""
    status = Path(f"/proc/self/task/{native_id}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    voluntary, involuntary = (int(fields[f"{kind}_ctxt_switches"]) for kind in SWITCHES)
    return voluntary, involuntary
