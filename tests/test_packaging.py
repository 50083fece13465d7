"""Packaging: locks that agree, one version, commands that are what the README says."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS: dict[str, list[object]] = PROJECT["dependency-groups"]
STACK = "stack"
STAGES = tuple(name for name in GROUPS if name != STACK)
RELEASES = tuple(
    f"releases/{path.stem}" for path in sorted((ROOT / "requirements" / "releases").glob("*.txt"))
)
LOCKS = (*STAGES, *RELEASES)

Pins = dict[str, set[str]]


def lock(stage: str) -> str:
    return (ROOT / "requirements" / f"{stage}.txt").read_text("utf-8")


def pins(stage: str) -> Pins:
    """The versions of each package in a lock, without markers."""
    found: Pins = {}
    for name, version in re.findall(
        r"^([\w.-]+)(?:\[\w+\])?==([^\s;]+)", lock(stage), re.MULTILINE
    ):
        found.setdefault(name, set()).add(version)

    return found


def tracked_files() -> list[Path]:
    """What git tracks, or would with the next commit."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")

    paths = (ROOT / os.fsdecode(name) for name in listing.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def content(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)

    return data.decode("utf-8", "replace")


def test_every_stage_has_a_lock_and_every_lock_a_stage() -> None:
    assert set(STAGES) == {path.stem for path in (ROOT / "requirements").glob("*.txt")}


@pytest.mark.parametrize("stage", LOCKS)
def test_every_locked_package_has_a_hash(stage: str) -> None:
    requirements = re.findall(r"^[\w.-]+==.*(?:\n    .*)*", lock(stage), re.MULTILINE)

    assert requirements
    assert all("--hash=sha256:" in requirement for requirement in requirements)


@pytest.mark.parametrize("stage", LOCKS)
def test_a_lock_names_no_address_and_no_path(stage: str) -> None:
    assert re.findall(r"https?:|index|find-links|file:|/", lock(stage)) == []


@pytest.mark.parametrize("stage", LOCKS)
def test_a_lock_holds_what_its_group_asks_for(stage: str) -> None:
    group = GROUPS[STACK if stage in RELEASES else stage]
    asked = {re.split(r"[\[>=<~!]", item)[0] for item in group if isinstance(item, str)}

    assert asked - pins(stage).keys() == set()


@pytest.mark.parametrize("stage", LOCKS)
def test_a_locked_package_has_one_version_for_all_pythons(stage: str) -> None:
    assert {name: found for name, found in pins(stage).items() if len(found) > 1} == {}


def test_locks_agree_on_the_packages_they_share() -> None:
    versions: Pins = {}
    for stage in STAGES:
        for name, found in pins(stage).items():
            versions.setdefault(name, set()).update(found)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = re.findall(
        r"^```sh\n(.+)\n```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert len(commands) == 2
    assert ci[-1] == commands[1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_ci_is_executable() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_citation_names_the_version_of_the_project() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")

    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [PROJECT["project"]["version"]]


def test_results_name_the_version_of_the_project() -> None:
    source = (ROOT / "bench" / "provenance.py").read_text("utf-8")

    assert re.findall(r'^VERSION = "(.+)"$', source, re.MULTILINE) == [
        PROJECT["project"]["version"]
    ]


def test_the_changelog_opens_with_the_version_of_the_project() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (\S+)", changelog, re.MULTILINE)

    assert headings[0] == PROJECT["project"]["version"]


def test_no_file_holds_an_absolute_path_of_a_machine() -> None:
    # Tests are left out: they make up such paths, to see them scrubbed.
    private = re.compile(r"(?<![\w.])/(?:home|Users|root|mnt|opt|srv|work)/\w|[A-Z]:\\\\?Users")
    files = [path for path in tracked_files() if "tests" not in path.relative_to(ROOT).parts]

    assert [path for path in files if private.search(content(path))] == []


def test_no_file_holds_the_path_of_this_checkout() -> None:
    assert [path for path in tracked_files() if f"{ROOT}/" in content(path)] == []


def test_no_data_names_the_machine_it_came_from() -> None:
    data = [path for path in tracked_files() if path.suffix == ".gz"]

    assert [path for path in data if '"hostname"' in content(path)] == []
