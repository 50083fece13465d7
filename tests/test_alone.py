"""The lock of a result file: one holder at a time, none after its end, no litter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.alone import alone, is_at
from bench.errors import UsageError
from bench.provenance import ROOT

HOLD = """
import sys
from pathlib import Path
from bench.alone import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json.gz"


def test_a_second_holder_is_refused(path: Path) -> None:
    with alone(path), pytest.raises(UsageError, match="another is writing"), alone(path):
        pytest.fail("two hold it")


def test_the_lock_is_free_again_and_leaves_nothing(path: Path) -> None:
    for _ in range(2):
        with alone(path):
            assert [found.name for found in path.parent.iterdir()] == [".run.json.gz.lock"]

    assert list(path.parent.iterdir()) == []


def test_a_refused_holder_leaves_the_lock_to_the_first(path: Path) -> None:
    with alone(path):
        for _ in range(2):
            with pytest.raises(UsageError), alone(path):
                pytest.fail("two hold it")


def test_files_of_one_directory_have_locks_of_their_own(path: Path) -> None:
    with alone(path), alone(path.with_name("other.json.gz")):
        assert len(list(path.parent.iterdir())) == 2


def test_a_holder_that_is_killed_lets_go(path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(path)]
    holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(UsageError), alone(path):
        pytest.fail("two hold it")

    holder.kill()
    holder.communicate()
    with alone(path):
        assert path.parent.exists()


@pytest.mark.parametrize("name", ["missing/run.json.gz", "x" * 300])
def test_where_no_file_can_be_made_none_is_guarded(tmp_path: Path, name: str) -> None:
    with alone(tmp_path / name):
        assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_removed_is_told_from_its_successor(path: Path) -> None:
    path.touch()
    descriptor = os.open(path, os.O_RDWR)
    assert is_at(descriptor, path)
    path.unlink()
    assert not is_at(descriptor, path)
    path.touch()
    assert not is_at(descriptor, path)
    os.close(descriptor)
