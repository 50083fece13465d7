"""Workflows: pinned actions, few permissions, an end in time, and commands that exist."""

from __future__ import annotations

import fnmatch
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.committed import PAGE as REPORT
from analysis.machines.page import HEADLINES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
USES = re.compile(r"uses: ([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
MATRIX = re.compile(r"\$\{\{ matrix\.(\w+) }}")

Tree = dict[str, Any]
Cell = Mapping[str, str]

of_each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def workflow(path: Path) -> Tree:
    found = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(found, dict)

    return found


def jobs(path: Path) -> dict[str, Tree]:
    return dict(workflow(path)["jobs"])


def steps(path: Path) -> list[Tree]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def cells(job: Tree) -> list[Cell]:
    """Every combination of the matrix; one without names, if there is none."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    more = matrix.pop("include", [])
    crossed = itertools.product(*([(name, one) for one in ones] for name, ones in matrix.items()))

    return [*(dict(one) for one in crossed if one), *more] or [{}]


def filled(text: str, cell: Cell) -> str:
    """Text as one job of the matrix has it; an unknown name is an error."""
    return MATRIX.sub(lambda found: cell[found[1]], text)


def commands(path: Path) -> Iterator[str]:
    """Every command, as each job of the matrix runs it."""
    for job in jobs(path).values():
        for cell in cells(job):
            yield from (filled(step["run"], cell) for step in job["steps"] if "run" in step)


def environments() -> set[str]:
    """The environments of tox.ini by name, every factor in braces spelt out."""
    tox = ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    sections = [name.removeprefix("testenv:") for name in tox.sections() if "testenv:" in name]
    names = set()

    for section in sections:
        head, brace, factors = section.partition("{")
        names |= (
            {head + one for one in factors.removesuffix("}").split(",")} if brace else {section}
        )

    return names


@of_each
def test_every_action_is_pinned_by_a_commit_and_says_its_version(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]

    assert [line for line in lines if not USES.fullmatch(line.strip().removeprefix("- "))] == []
    assert len(lines) == sum("uses" in step for step in steps(path)) > 0


def test_an_action_has_one_commit_and_one_version_everywhere() -> None:
    uses = {use for path in WORKFLOWS for use in USES.findall(path.read_text("utf-8"))}
    actions = [action for action, _, _ in uses]

    assert sorted(set(actions)) == sorted(actions)


@of_each
def test_a_workflow_may_read_the_contents_and_nothing_else(path: Path) -> None:
    assert workflow(path)["permissions"] == {"contents": "read"}
    assert [name for name, job in jobs(path).items() if "permissions" in job] == []
    assert "secrets." not in path.read_text("utf-8")


@of_each
def test_a_checkout_leaves_no_credentials_behind(path: Path) -> None:
    checkouts = [one for one in steps(path) if "actions/checkout@" in one.get("uses", "")]

    assert checkouts
    assert [one for one in checkouts if one["with"]["persist-credentials"] is not False] == []


@of_each
def test_every_job_ends_in_time_and_one_workflow_waits_for_itself(path: Path) -> None:
    assert [name for name, job in jobs(path).items() if not 0 < job["timeout-minutes"] <= 60] == []
    assert workflow(path)["concurrency"]["group"].startswith(path.stem)


@of_each
def test_a_workflow_is_named_as_its_file(path: Path) -> None:
    assert workflow(path)["name"] == path.stem


@of_each
def test_no_text_of_others_is_put_into_a_command(path: Path) -> None:
    assert [command for command in commands(path) if "${{" in command] == []


@of_each
def test_every_tox_environment_that_is_run_exists(path: Path) -> None:
    run = {name for command in commands(path) for name in re.findall(r"tox -e (\S+)", command)}

    assert run - environments() == set()


@of_each
def test_every_option_that_is_given_to_a_verb_exists(path: Path) -> None:
    parsers = ("analysis/__main__.py", "bench/options.py")
    known = "".join((ROOT / path).read_text("utf-8") for path in parsers)
    given = {
        option
        for command in commands(path)
        for option in re.findall(r"--[a-z]+", command.partition(" -- ")[2])
    }

    assert [option for option in given if f'"{option}"' not in known] == []


@of_each
def test_every_python_is_one_that_the_project_supports(path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = numbers(project["requires-python"].removeprefix(">="))
    pythons = {cell["python"] for job in jobs(path).values() for cell in cells(job) if cell}

    assert pythons
    assert [one for one in pythons if numbers(one.rstrip("t")) < oldest] == []


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_tests_are_run_by_the_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    command = re.findall(r"^```sh\n(.+)\n```$", readme, re.MULTILINE)[1]

    assert {one["run"] for one in steps(FOLDER / "tests.yml")[-1:]} == {command}


def test_machines_are_several_systems_and_several_pythons() -> None:
    measured = cells(jobs(FOLDER / "machines.yml")["measure"])

    assert {cell["system"].partition("-")[0] for cell in measured} == {"ubuntu", "macos", "windows"}
    assert len({cell["python"] for cell in measured}) > 2
    assert len({(cell["system"], cell["environment"]) for cell in measured}) == len(measured)


def test_a_machine_measures_with_the_python_that_it_installs() -> None:
    for cell in cells(jobs(FOLDER / "machines.yml")["measure"]):
        assert cell["environment"] == f"bench-py{cell['python'].replace('.', '')}"


def test_the_last_job_fetches_the_results_of_all_others() -> None:
    found = jobs(FOLDER / "machines.yml")
    measure, last = found["measure"], found["side-by-side"]
    kept = [step["with"]["name"] for step in measure["steps"] if "upload" in step.get("uses", "")]
    fetched = [step["with"] for step in last["steps"] if "download" in step.get("uses", "")]
    names = [filled(name, cell) for name in kept for cell in cells(measure)]

    assert len(set(names)) == len(cells(measure))
    assert fnmatch.filter(names, fetched[0]["pattern"]) == names
    assert fetched[0]["merge-multiple"] is True
    assert last["needs"] == "measure"


def test_the_last_job_puts_into_the_summary_what_the_report_writes() -> None:
    summaries = [one for one in commands(FOLDER / "machines.yml") if "GITHUB_STEP_SUMMARY" in one]

    assert len(summaries) == 1
    assert {HEADLINES, REPORT} == set(re.findall(r"\w+\.md", summaries[0]))
