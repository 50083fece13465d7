"""Complete results or one clear sentence, nothing lost and nothing silently wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.damage import survives_damage
from tests.chaos.disks import (
    refuses_a_read_only_directory,
    survives_a_full_disk,
    survives_a_read_only_directory,
)
from tests.chaos.killing import survives_kills
from tests.chaos.runs import TRIALS, ends_well, lengthened

KILLS, PLACES = TRIALS["chaos"]["kills"], TRIALS["chaos"]["damaged_bytes"]
SEED = 20_250_101
KILOBYTE = 1000
LONG = 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json.gz"


def test_a_run_killed_at_random_moments_is_complete_in_the_end(path: Path) -> None:
    survives_kills(path, KILLS, KILLS, SEED)

    ends_well(path, KILLS)


@pytest.mark.parametrize("kilobytes", [0, 1, 2, 3, 4, 6, 16, 64])
def test_a_run_whose_disk_is_full_goes_on_when_there_is_room(path: Path, kilobytes: int) -> None:
    survives_a_full_disk(path, 2, kilobytes * KILOBYTE)

    ends_well(path, 2)


@pytest.mark.parametrize("kilobytes", [4, 8, 16, 32])
def test_a_long_run_whose_disk_is_full_keeps_what_it_has(path: Path, kilobytes: int) -> None:
    lengthened(path, LONG)

    survives_a_full_disk(path, LONG, kilobytes * KILOBYTE)

    ends_well(path, LONG)


def test_a_run_whose_directory_is_read_only_goes_on_when_it_is_not(path: Path) -> None:
    refuses_a_read_only_directory(path.parent / "results")
    (path.parent / "results").rmdir()

    survives_a_read_only_directory(path, 3)

    ends_well(path, 3)


def test_a_changed_byte_is_refused_or_means_nothing(path: Path) -> None:
    ends_well(path, 3)

    survives_damage(path, PLACES, SEED)
