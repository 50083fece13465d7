"""Company: another thread, or another process, that never waits while a block lasts."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bench.benchmark import Surroundings
from bench.correctness import WrongAnswerError
from bench.provenance import ROOT

STEPS = 10_000
BUFFER_BYTES = 8 * 1024 * 1024
"""Long enough that the thread asks for the GIL a few hundred times a second at most."""

READY = b"ready\n"
SPINNER = """
import os, sys
if sys.argv[1]: os.sched_setaffinity(0, {int(sys.argv[1])})
if sys.argv[2]: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
sys.stdout.write("ready\\n"); sys.stdout.flush()
while True: pass
"""


def count() -> None:
    """Python code, which gives up the GIL only when it is asked to."""
    for _ in range(STEPS):
        pass


def hashing() -> Callable[[], object]:
    """A call into C that gives up the GIL for as long as it lasts."""
    text = bytes(BUFFER_BYTES)
    return lambda: hashlib.sha256(text).digest()


@contextmanager
def busy_thread(sort: str) -> Iterator[None]:
    """Another thread of this process that works inside the block; sort `none`: no thread."""
    if sort == "none":
        yield
        return

    work = count if sort == "python" else hashing()
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            work()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def neighbours(sort: str, surroundings: Surroundings) -> Iterator[None]:
    """Other processes that work inside the block; sort `none`: no process."""
    with ExitStack() as stack:
        for cpu in cpus_of(sort, surroundings):
            stack.enter_context(spinning(cpu, gives_way=sort == "awake"))

        yield


def cpus_of(sort: str, surroundings: Surroundings) -> tuple[int, ...]:
    """The CPUs the processes spin on, one each."""
    if sort == "none":
        return ()

    return surroundings.all_cpus[:1] if sort == "spinning" else surroundings.all_cpus


@contextmanager
def spinning(cpu: int, *, gives_way: bool) -> Iterator[None]:
    """A process that never waits on one CPU; `gives_way`: it runs only where nobody else would.

    Raises:
        WrongAnswerError: it did not begin.
    """
    command = [sys.executable, "-c", SPINNER, str(cpu), "idle" if gives_way else ""]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != READY:
            raise WrongAnswerError(f"a process must spin on CPU {cpu}, it did not begin")

        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
