"""Where a result comes from is said, and nothing private with it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from bench import provenance
from bench.provenance import scrubbed

Loop = asyncio.AbstractEventLoop


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("/home/ada/venv/bin/python", "<path>"),
        ("-I/home/ada/include", "-I<path>"),
        ("-L/home/ada/lib -O2", "-L<path> -O2"),
        ("-Wl,-rpath,/opt/x,-z", "-Wl,-rpath,<path>,-z"),
        ("--prefix='/root/.pyenv' CC=/usr/bin/gcc", "--prefix='<path>' CC=<path>"),
        ('File "/work/a.py", line 3', 'File "<path>", line 3'),
        ("[Errno 2] no such file: '/tmp/x'", "[Errno 2] no such file: '<path>'"),
        (r"C:\Users\ada\python.exe", "<path>"),
        ("C:/Users/ada", "<path>"),
        ("(/srv/x)", "(<path>"),
        ("/a:/b;/c", "<path>:<path>;<path>"),
    ],
)
def test_an_absolute_path_is_replaced(fact: str, expected: str) -> None:
    assert scrubbed({"fact": fact})["fact"] == expected


@pytest.mark.parametrize(
    "fact",
    [
        "handlers/def@placement=one-cpu",
        "harness/def@instrument=httpx,placement=free",
        "failures/hop/call@placement=one-cpu",
        "anyio==4.16.0 fastapi==0.165.0",
        "Linux 6.1.0-18-amd64",
        "Intel(R) Xeon(R) CPU @ 2.20GHz",
        "3.13.0 (64-bit) revision 60403a5",
        "it took longer than 60 s",
        "bench/rounds.py",
    ],
)
def test_what_is_not_an_absolute_path_is_kept(fact: str) -> None:
    assert scrubbed({"fact": fact})["fact"] == fact


@pytest.mark.parametrize("name", ["hostname", "boot_time", "uptime"])
def test_what_tells_the_machine_from_others_is_left_out(name: str) -> None:
    assert name not in scrubbed({name: "ada-laptop"})


def test_the_python_executable_is_called_python() -> None:
    assert scrubbed({"python_executable": "/home/ada/python"})["python_executable"] == "python"


def test_numbers_are_kept() -> None:
    facts: dict[str, Any] = {"loops": 8, "steal_seconds": 0.5}

    assert {name: scrubbed(facts)[name] for name in facts} == facts


def test_distributions_are_sorted_and_complete() -> None:
    found = provenance.distributions().split()

    assert found == sorted(found, key=lambda item: item.split("=="))
    for name in ("anyio", "fastapi", "pyperf", "starlette"):
        assert f"{name}=={metadata.version(name)}" in found

    installed = {str(item.metadata["Name"]).lower() for item in metadata.distributions()}
    assert {item.partition("==")[0] for item in found} == installed


def test_a_distribution_that_lost_its_name_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lost-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    assert "pyperf==" in provenance.distributions()


def test_everything_about_the_environment_is_said() -> None:
    facts = provenance.of_this_environment()

    assert {"hopcost_version", "hopcost_commit", "distributions", "gil"} <= facts.keys()
    assert {"kernel", "virtualization", "governor", "turbo"} <= facts.keys()
    assert all(isinstance(fact, str) and fact for fact in facts.values())


def test_everything_about_the_process_is_said(loop: Loop) -> None:
    facts = provenance.of_this_process(loop)

    assert facts.keys() == {"switch_interval", "event_loop", "gc_thresholds"}
    assert "EventLoop" in str(facts["event_loop"])


def test_the_machine_is_named_as_pyperf_names_it() -> None:
    assert {"python_version", "cpu_count"} <= provenance.of_this_machine().keys()


def test_where_nothing_can_be_read_everything_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "Path", lambda name: tmp_path / str(name).lstrip("/"))
    monkeypatch.setattr(shutil, "which", lambda name: None)

    facts = provenance.of_this_environment()

    for name in ("hopcost_commit", "virtualization", "governor", "turbo"):
        assert facts[name] == "unknown"


@pytest.mark.parametrize(
    ("boost", "no_turbo", "expected"),
    [("1", None, "on"), ("0", None, "off"), (None, "0", "on"), (None, "1", "off")],
)
def test_turbo_is_read_where_the_system_tells(
    monkeypatch: pytest.MonkeyPatch, boost: str | None, no_turbo: str | None, expected: str
) -> None:
    values = {"boost": boost, "no_turbo": no_turbo}
    monkeypatch.setattr(provenance, "first_line", lambda path: values[Path(path).name] or "unknown")

    assert provenance.turbo() == expected


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one commit, in place of this one."""
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    (tmp_path / "a.txt").write_text("a")
    for command in ("init", "add a.txt", "commit -m first"):
        identity = ("-c", "user.name=ada", "-c", "user.email=ada@example.org")
        subprocess.run(
            ["git", *identity, *command.split()], cwd=tmp_path, check=True, capture_output=True
        )

    return tmp_path


def test_the_commit_is_twelve_digits(repository: Path) -> None:
    head = provenance.output_of("git", "rev-parse", "HEAD")

    assert provenance.commit() == head[:12]


def test_a_changed_tree_is_dirty(repository: Path) -> None:
    (repository / "a.txt").write_text("b")

    assert provenance.commit().endswith("+dirty")


def test_a_tree_without_a_commit_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    subprocess.run(["git", "init"], cwd=tmp_path, check=True, capture_output=True)

    assert provenance.commit() == "unknown"


def test_a_tree_outside_git_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "ROOT", tmp_path)

    assert provenance.commit() == "unknown"
