"""Takes a run's disk away: no room for a file above some size, or no permission to write."""

from __future__ import annotations

import compileall
import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bench.provenance import ROOT
from tests.chaos.runs import ends_in_a_sentence, going, saved
from tests.commands import wait_for

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
READ_ONLY, WRITABLE = 0o555, 0o755


def no_file_above(size_bytes: int) -> Callable[[], None]:
    """Limits the size of each file that a process and its children write."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


def compile_everything() -> None:
    """Leaves no module for a process without room to compile: it would write half a file for all.

    Source: https://github.com/python/cpython/issues/126606, mended in newer Pythons.
    """
    for room in ("bench", "analysis"):
        assert compileall.compile_dir(ROOT / room, quiet=1)


def bound_by_permissions() -> None:
    """Takes from root what lets it write where it may not; others never had it."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def survives_a_full_disk(path: Path, rounds: int, size_bytes: int) -> str:
    """Goes on with room for small files only: nothing is lost. What was said."""
    compile_everything()
    before = saved(path)
    said = ends_in_a_sentence(going(path, rounds, no_file_above(size_bytes)))

    assert before.items() <= saved(path).items()
    return said


def survives_a_read_only_directory(path: Path, rounds: int) -> None:
    """The directory may be written to no more while the run goes on, nor when it is resumed."""
    directory = path.parent
    process = going(path, rounds, bound_by_permissions)
    wait_for_another_visit(path, process)
    directory.chmod(READ_ONLY)
    said = [ends_in_a_sentence(process)]
    kept = path.read_bytes()
    said.append(ends_in_a_sentence(going(path, rounds, bound_by_permissions)))

    assert path.read_bytes() == kept
    assert ["Permission denied" in sentence for sentence in said] == [True] * 2
    directory.chmod(WRITABLE)


def wait_for_another_visit(path: Path, process: subprocess.Popen[str]) -> None:
    """Waits until a run has saved a visit."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    wait_for(path, process)
    while path.stat().st_mtime_ns == before:
        assert process.poll() is None
        time.sleep(0.01)


def refuses_a_read_only_directory(directory: Path) -> None:
    """A run is not begun where it cannot be saved."""
    directory.mkdir(mode=READ_ONLY)
    said = ends_in_a_sentence(going(directory / "run.json.gz", 1, bound_by_permissions))

    assert "(Permission denied)" in said
    assert list(directory.iterdir()) == []
