"""Study releases, measuring: the stacks' locks, and a real visit under what is installed here."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from bench.benchmark import Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.environments import described, lock_of
from bench.handlers import CATALOGUE, responses
from bench.provenance import ROOT
from bench.releases import stacks, visit
from bench.releases.stacks import LOCKED, MONTHS, PYTHON, STACKS, environment_of
from bench.remedies import turns
from bench.studies.releases import BENCHMARKS

RELEASES = ROOT / "requirements" / "releases"
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z]+\])?==([^ ;]+)", re.MULTILINE)
HERE = Surroundings(seed=1, cpus=(), all_cpus=())


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text()))


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns too short to measure anything, and only two of them."""
    monkeypatch.setattr(turns.in_turns, "__defaults__", (2, 0.0005))


def test_every_month_has_a_lock_and_every_lock_is_a_month() -> None:
    assert {path.stem for path in RELEASES.glob("*.txt")} == set(MONTHS)
    assert [lock_of(environment_of(month)) for month in MONTHS] == [
        RELEASES / f"{month}.txt" for month in MONTHS
    ]


def test_the_lock_environment_makes_every_month_from_its_last_day() -> None:
    made = re.findall(
        r"\{\[lock\]stack\} (\d{4}-\d{2})-01 --output-file requirements/releases/(\S+)\.txt",
        (ROOT / "tox.ini").read_text(),
    )

    assert [month for _, month in made] == list(MONTHS)
    assert [following(month) for month in MONTHS] == [day for day, _ in made]


def following(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"


@pytest.mark.parametrize("month", MONTHS)
def test_every_stack_is_measured_with_the_tools_of_the_bench(month: str) -> None:
    locked, found = pins(ROOT / "requirements" / "bench.txt"), pins(RELEASES / f"{month}.txt")

    assert [found[tool] for tool in ("psutil", "pyperf")] == [
        locked[tool] for tool in ("psutil", "pyperf")
    ]


def test_no_two_stacks_have_the_same_anyio() -> None:
    versions = [pins(RELEASES / f"{month}.txt")["anyio"] for month in MONTHS]

    assert len(set(versions)) == len(MONTHS)
    assert versions[0].startswith("3.7.")


def test_all_stacks_have_one_python_and_the_locked_one_the_lock_of_the_bench() -> None:
    assert {described(environment_of(stack)).python for stack in STACKS} == {PYTHON}
    assert lock_of(environment_of(LOCKED)).name == "bench.txt"


def test_every_stack_is_measured_on_each_placement_and_the_locked_one_twice() -> None:
    names = [(one.facts["stack"], one.placement) for one in BENCHMARKS]

    assert len(set(names)) == 2 * len(STACKS)
    assert [names.count((LOCKED, placement)) for placement in ("one-cpu", "free")] == [2, 2]


@pytest.mark.usefixtures("brief")
def test_a_visit_tells_every_time_and_the_versions_that_made_it() -> None:
    found: Observation = visit.observing(HERE)

    assert {metric.subject for metric in found.values} == set(visit.SUBJECTS)
    assert found.facts["anyio"] == metadata.version("anyio")
    assert found.facts["python"] == ".".join(map(str, sys.version_info[:3]))
    assert set(stacks.PACKAGES) <= set(found.facts)


@pytest.mark.usefixtures("brief")
def test_a_visit_counts_passes_beside_the_times() -> None:
    facts = {metric.subject: dict(metric.facts) for metric in visit.observing(HERE).values}

    assert facts["async-def"]["loop_passes"] == 0
    assert int(facts["anyio-run-sync"]["loop_passes"]) > 0


def test_a_kind_that_hops_otherwise_than_declared_is_not_timed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(CATALOGUE, "def", replace(CATALOGUE["def"], hops=2))

    with pytest.raises(WrongAnswerError, match="def must hop 2 times per request"):
        visit.observing(HERE)


def test_what_is_not_installed_is_absent() -> None:
    assert visit.version_of("no-such-package-at-all") == "absent"


def test_the_catalogue_needs_nothing_that_old_releases_lack() -> None:
    assert "fastapi.sse" not in Path(str(responses.__file__)).read_text().partition("\ndef ")[0]
