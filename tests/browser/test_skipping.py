"""Where Chromium is missing these tests skip, and say so; under CI they fail."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.provenance import ROOT

ONE = "tests/browser/test_traces_in_perfetto.py::test_perfetto_sees_what_is_committed[def]"


def without_chromium(**environment: str) -> subprocess.CompletedProcess[str]:
    """One of the tests, where nothing can be found."""
    own = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", ONE],
        cwd=ROOT,
        env={**own, "PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_chromium_a_test_is_skipped_with_what_to_install() -> None:
    done = without_chromium()

    assert done.returncode == pytest.ExitCode.OK
    assert "1 skipped" in done.stdout
    assert "apt-get install chromium" in done.stdout


def test_without_chromium_a_test_fails_under_ci() -> None:
    done = without_chromium(CI="true")

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "apt-get install chromium" in done.stdout
