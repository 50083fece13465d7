"""A family of processes: from the first one to whether all live, and to the end of all."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import psutil

END_SECONDS = 5.0


def lives(process: psutil.Process) -> bool:
    """Whether it still runs: one that nobody has waited for does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """A process and all it has started; nothing if it has ended."""
    if process.poll() is not None:
        return []

    first = psutil.Process(process.pid)
    return [first, *first.children(recursive=True)]


def end(process: subprocess.Popen[bytes], known: Sequence[psutil.Process]) -> None:
    """Ends a process and all it has started at once, and waits until they have gone.

    Args:
        process: the first one, ended first, because it would start others.
        known: its family so far; they are ended also where the first one has died before.
    """
    others = {each for each in (*family(process), *known) if each.pid != process.pid}
    process.kill()
    for each in others:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue

    process.wait()
    psutil.wait_procs(others, END_SECONDS)
