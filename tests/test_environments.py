"""Environments: another Python is found, equipped with the locked packages once, or left out."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import environments, provenance
from bench.benchmark import Benchmark
from bench.environments import COMPLETE, NotMadeError, equipped, found, make, python_of
from bench.every_study import BENCHMARKS
from bench.programs import absent, left_out
from bench.releases.stacks import PYTHON

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")

PLAIN = next(one for one in BENCHMARKS.values() if not one.environment)
OTHER = replace(PLAIN, environment="3.99")

Put = Callable[[str], None]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where environments are made; nothing is known of interpreters yet."""
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "environments")
    found.cache_clear()
    yield environments.directory("3.99")
    found.cache_clear()


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts a shell script named python3.99 on the PATH."""

    def script(text: str) -> None:
        path = tmp_path / "python3.99"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return script


MAKES_ENVIRONMENT = """
case "$1 $2" in
"-c "*) echo "$0"; echo 3.99;;
"-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
"-m pip") echo "$@" > "$(dirname "$0")/pip";;
esac
"""


def test_an_interpreter_is_found_by_what_it_says(put: Put, tmp_path: Path) -> None:
    put(f"echo {tmp_path}/real; echo 3.99")

    assert found("3.99") == tmp_path / "real"


@pytest.mark.parametrize(
    "script", ["exit 127", "echo /usr/bin/python; echo 3.98", "echo /usr/bin/python; echo 3.99t"]
)
def test_an_interpreter_that_says_otherwise_is_none(put: Put, script: str) -> None:
    put(script)

    assert found("3.99") is None


def test_an_interpreter_that_is_not_there_is_none() -> None:
    assert found("3.99") is None


def test_the_python_that_runs_this_is_found_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: sys.executable)

    version = f"{sys.version_info.major}.{sys.version_info.minor}{sys.abiflags}"
    assert found(version) == Path(sys.executable)


def test_benchmarks_without_their_interpreter_are_left_out_with_a_sentence() -> None:
    assert (absent(PLAIN), absent(OTHER)) == ([], ["python3.99"])
    (sentence,) = left_out([PLAIN, OTHER, OTHER])
    assert sentence == (
        "2 of the benchmarks need python3.99, which is not here, and are left out: "
        "an interpreter of that name on the PATH is enough, its packages are installed."
    )


def test_a_missing_program_is_told_besides_a_missing_interpreter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    assert absent(replace(OTHER, needs=("wrk",))) == ["wrk", "python3.99"]


def test_a_program_is_there_under_any_of_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "here" if name == "google-chrome" else None)

    assert absent(replace(PLAIN, needs=("chromium",))) == []


def test_benchmarks_with_their_interpreter_lack_nothing(put: Put) -> None:
    put(MAKES_ENVIRONMENT)

    assert absent(OTHER) == []


def test_a_visit_is_made_by_the_interpreter_of_its_environment(place: Path) -> None:
    assert python_of(PLAIN) == sys.executable
    assert python_of(OTHER) == str(place / "bin" / "python")


def test_an_environment_has_the_locked_packages_by_their_hashes(put: Put, place: Path) -> None:
    put(MAKES_ENVIRONMENT)
    make("3.99")

    words = (place / "bin" / "pip").read_text().split()
    assert words[:3] == ["-m", "pip", "install"]
    assert {"--require-hashes", str(environments.lock_of("3.99"))} <= set(words)
    assert (place / COMPLETE).exists()


def test_an_environment_is_made_once_and_said_to_be(put: Put) -> None:
    put(MAKES_ENVIRONMENT)
    said: list[str] = []

    for _ in range(2):
        assert equipped((PLAIN, OTHER), said.append) == (PLAIN, OTHER)

    assert said == ["making an environment for Python 3.99, once"]


def test_without_another_interpreter_nothing_is_made() -> None:
    said: list[str] = []

    assert equipped((PLAIN,), said.append) == (PLAIN,)
    assert said == []


def test_what_has_no_environment_is_left_out_and_said_to_be(put: Put, place: Path) -> None:
    put(MAKES_ENVIRONMENT.replace('echo "$@" > ', "echo no such package >&2; exit 1 #"))
    said: list[str] = []

    assert equipped((PLAIN, OTHER), said.append) == (PLAIN,)
    assert said[1:] == [
        "what needs Python 3.99 is left out, as its environment has failed: no such package"
    ]
    assert not (place / COMPLETE).exists()


def test_an_environment_of_no_interpreter_is_not_made() -> None:
    with pytest.raises(NotMadeError, match="no such interpreter"):
        make("3.99")


def test_another_lock_is_another_environment(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bench.txt").write_text("other==1.0")
    monkeypatch.setattr(environments, "LOCKS", tmp_path)

    assert environments.directory("3.99") != place


def test_trio_is_for_the_python_that_runs_this_and_has_a_lock_of_its_own() -> None:
    assert found("trio") == Path(sys.executable)
    assert "\ntrio==" in environments.lock_of("trio").read_text()
    assert "\ntrio==" not in environments.lock_of("3.12").read_text()


def test_trio_under_another_python_is_another_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    own = environments.directory("trio")
    monkeypatch.setattr(sys, "version", "3.99.0")

    assert environments.directory("trio") != own


def test_releases_of_another_year_have_a_lock_and_a_python_of_their_own() -> None:
    assert environments.lock_of("stack 2024-01").name == "2024-01.txt"
    assert environments.described("stack 2024-01").python == PYTHON


def test_other_versions_are_installed_over_the_locked_packages(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(MAKES_ENVIRONMENT.replace("> ", ">> "))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3.99"))
    found.cache_clear()
    make("with anyio==4.9.0")

    told = (environments.directory("with anyio==4.9.0") / "bin" / "pip").read_text().splitlines()
    assert [line.rpartition(" ")[2] for line in told] == [
        str(environments.LOCKS / "bench.txt"),
        "anyio==4.9.0",
        "anyio==4.9.0",
    ]


def test_the_wheel_of_a_directory_is_what_was_built_of_it(tmp_path: Path) -> None:
    wheel = environments.ENVIRONMENTS / "wheels" / "0123abcd" / "a-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    wheel.touch()

    assert environments.installable("a@0123abcd") == [str(wheel)]
    assert environments.installable("a==1.0") == ["a==1.0"]


def test_a_wheel_that_is_gone_is_said_to_be() -> None:
    with pytest.raises(NotMadeError, match="the wheel of a@0123abcd is no longer under"):
        environments.installable("a@0123abcd")


def test_what_is_installed_is_told_as_the_bench_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environments, "python_in", lambda place: sys.executable)

    assert environments.distributions_in("with anyio==4.9.0") == provenance.distributions()


def test_another_environment_is_told_in_the_metadata() -> None:
    def told(benchmark: Benchmark) -> object:
        return benchmark.metadata.get("environment")

    assert (told(PLAIN), told(OTHER)) == (None, "3.99")
