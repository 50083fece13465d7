"""Watching a server: from its processes to CPU time, threads and open files under load."""

from __future__ import annotations

import platform
import resource
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from bench.benchmark import Fact

INTERVAL_SECONDS = 0.2
SETTLED, OVER = 0.1, 0.98
"""The shares of a long load from which on, and up to which, growth is looked for: before, worker
threads and connections are started, and after it connections are closed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Most threads, and most open files, in one of the processes at a moment."""

    seconds: float
    threads: int
    files: int


@dataclass(slots=True)
class Watch:
    """The samples of one load, its length, and the CPU time of both sides, all in seconds."""

    samples: list[Sample] = field(default_factory=list)
    elapsed: float = 0.0
    server_cpu: float = 0.0
    client_cpu: float = 0.0

    @property
    def threads(self) -> int:
        """Most threads seen in one process."""
        return max((sample.threads for sample in self.samples), default=0)

    @property
    def growth(self) -> dict[str, Fact]:
        """Threads and files when the load had settled, and shortly before its end."""
        settled = [
            sample
            for sample in self.samples
            if SETTLED * self.elapsed <= sample.seconds <= OVER * self.elapsed
        ]
        first, last = settled[0], settled[-1]
        return {
            "threads_first": first.threads,
            "threads_last": last.threads,
            "files_first": first.files,
            "files_last": last.files,
        }


@contextmanager
def watched(processes: Sequence[psutil.Process]) -> Iterator[Watch]:
    """What these processes do during the block, sampled by a thread that mostly sleeps.

    CPU time of the client is that of the child processes this one waits for in the block.
    """
    watch, ended = Watch(), threading.Event()
    start, server, client = time.perf_counter(), cpu_seconds(processes), client_cpu_seconds()

    def sample() -> None:
        while not ended.is_set():
            try:
                threads = max(process.num_threads() for process in processes)
                files = max(process.num_fds() for process in processes)
            except psutil.Error:
                return  # it has died, and whoever drives it will say so

            watch.samples.append(Sample(time.perf_counter() - start, threads, files))
            ended.wait(INTERVAL_SECONDS)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield watch
        watch.elapsed = time.perf_counter() - start
        watch.server_cpu = cpu_seconds(processes) - server
        watch.client_cpu = client_cpu_seconds() - client
    finally:
        ended.set()
        thread.join()


def client_cpu_seconds() -> float:
    """CPU time of all children that have been waited for so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """CPU time of processes, user and system; NaN if one of them has died."""
    try:
        return sum(map(cpu_seconds_of, processes))
    except (OSError, psutil.Error):
        return float("nan")


def cpu_seconds_of(process: psutil.Process) -> float:
    """The same of one process, all of its threads, also those that have ended."""
    if platform.system() == "Linux":
        # Its CPU clock, clock_getcpuclockid(3): psutil reads it in steps of 10 ms.
        return time.clock_gettime((~process.pid << 3) | 2)

    times = process.cpu_times()
    return float(times.user + times.system)
