"""A little of what `tox -e chaos` does: runs that are killed, without a disk, damaged, or two."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.chaos.damage import survives_damage
from tests.chaos.disks import (
    refuses_a_read_only_directory,
    survives_a_full_disk,
    survives_a_read_only_directory,
)
from tests.chaos.killing import survives_kills
from tests.chaos.runs import ends_in_a_sentence, ends_well, going, saved
from tests.commands import started, wait_for

ROUNDS, KILLS, PLACES = 4, 2, 25


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a run that was killed, and had no room or no permission to write now and then."""
    path = tmp_path_factory.mktemp("survivor") / "run.json.gz"
    survives_kills(path, ROUNDS, KILLS, 1)
    survives_a_full_disk(path, ROUNDS, 0)
    survives_a_read_only_directory(path, ROUNDS)
    ends_well(path, ROUNDS)
    return path


def test_a_run_that_is_killed_and_has_no_disk_is_complete_in_the_end(survivor: Path) -> None:
    assert len(saved(survivor)) == ROUNDS


def test_a_changed_byte_is_refused_or_means_nothing(survivor: Path) -> None:
    survives_damage(survivor, PLACES, 1)


def test_a_run_is_not_begun_in_a_read_only_directory(tmp_path: Path) -> None:
    refuses_a_read_only_directory(tmp_path / "results")


def test_of_two_runs_into_one_file_the_second_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    both = [going(path, 1000), going(path, 1000)]
    second = first_to_end(both)
    (first,) = (process for process in both if process is not second)
    wait_for(path, first)
    resumed = started("bench", "--resume", str(path))

    said = [ends_in_a_sentence(process) for process in (second, resumed)]
    first.send_signal(signal.SIGINT)
    first.communicate()

    assert first.returncode == 130
    assert ["only one run at a time writes a result file" in one for one in said] == [True, True]


def first_to_end(processes: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    while True:
        for process in processes:
            if process.poll() is not None:
                return process

        time.sleep(0.01)
