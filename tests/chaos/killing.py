"""Kills a run with -9 at random moments, and resumes it each time."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import psutil

from tests.chaos.runs import going, saved

SHORTEST_LIFE_SECONDS = 0.2
LONGEST_LIFE_SECONDS = 2.5
LOOK_SECONDS = 0.0005


def survives_kills(path: Path, rounds: int, kills: int, seed: int) -> None:
    """Kills, resumes, and holds that nothing that was saved is lost or changed."""
    chance = random.Random(seed)
    kept = saved(path)
    for _ in range(kills):
        process = going(path, rounds)
        wait_for_a_moment(process, path, chance)
        kill(process)
        after = saved(path)
        assert kept.items() <= after.items()
        kept = after


def wait_for_a_moment(process: subprocess.Popen[str], path: Path, chance: random.Random) -> None:
    """Waits for any moment, or every other time for one in which the file is being written."""
    end = time.monotonic() + chance.uniform(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS)
    partial = path.with_name(f".{path.name.removesuffix('.json.gz')}.partial.json.gz")
    when_written = chance.random() < 0.5
    while time.monotonic() < end and process.poll() is None:
        if when_written and partial.exists():
            return

        time.sleep(LOOK_SECONDS)


def kill(process: subprocess.Popen[str]) -> None:
    """Kills a run; its worker does not outlive it."""
    family = [] if process.poll() is not None else psutil.Process(process.pid).children(True)
    process.kill()
    process.communicate()

    assert all(ends(member) for member in family)


def ends(process: psutil.Process) -> bool:
    """Whether a process soon is gone, or is but waiting for its parent to notice."""
    for _ in range(500):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True

        time.sleep(0.01)

    return False
