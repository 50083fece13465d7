"""Study releases, measuring: the stacks' locks, their workers, and visits in turns."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from bench.benchmark import Metric, Surroundings
from bench.correctness import WrongAnswerError
from bench.counting import Counts
from bench.environments import described, lock_of
from bench.handlers import CATALOGUE, responses
from bench.provenance import ROOT
from bench.releases import visit, worker
from bench.releases.stacks import (
    LOCKED,
    MONTHS,
    PACKAGES,
    PYTHON,
    STACKS,
    SUBJECTS,
    environment_of,
)
from bench.remedies.turns import Contender
from bench.studies.releases import BENCHMARKS

RELEASES = ROOT / "requirements" / "releases"
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z]+\])?==([^ ;]+)", re.MULTILINE)
HERE = Surroundings(seed=1, cpus=(), all_cpus=())


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text()))


def test_every_month_has_a_lock_and_every_lock_is_a_month() -> None:
    assert {path.stem for path in RELEASES.glob("*.txt")} == set(MONTHS)
    assert [lock_of(environment_of(month)) for month in MONTHS] == [
        RELEASES / f"{month}.txt" for month in MONTHS
    ]


def test_the_lock_environment_makes_every_month_from_its_last_day() -> None:
    made = re.findall(
        r"stack\} (\d{4}-\d{2})-01T00:00:00Z --output-file requirements/releases/(\S+)\.txt",
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


def test_a_visit_needs_the_environments_of_all_stacks() -> None:
    assert {one.environments for one in BENCHMARKS} == {
        (PYTHON, *(f"stack {month}" for month in MONTHS))
    }


# A worker


@pytest.fixture
def told() -> list[Any]:
    """What a worker says here, to two lines that ask it."""
    asked, said = io.StringIO("def\nasync-def\n"), io.StringIO()
    asyncio.run(worker.answering(asked, said, seconds=0.0005))
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_worker_tells_what_is_installed_then_the_time_of_every_turn(told: list[Any]) -> None:
    first, *seconds = told

    assert first["versions"]["anyio"] == metadata.version("anyio")
    assert first["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert set(PACKAGES) < set(first["versions"])
    assert [0 < one < 1 for one in seconds] == [True, True]


def test_a_worker_counts_passes_of_every_subject(told: list[Any]) -> None:
    counts = told[0]["counts"]

    assert set(counts) == set(SUBJECTS)
    assert counts["async-def"]["loop_passes"] == 0
    assert counts["anyio-run-sync"]["loop_passes"] > 0


def test_a_worker_counts_the_calls_of_the_trivial_request(told: list[Any]) -> None:
    calls = told[0]["counts"]["async-def"]
    parts = [number for name, number in calls.items() if name.startswith("calls_")]

    assert calls["calls_all"] == sum(parts) - calls["calls_all"]
    assert int(calls["calls_fastapi"]) > 0
    assert not any(name.startswith("calls_") for name in told[0]["counts"]["def"])


def test_every_call_is_counted_and_none_of_this_project() -> None:
    async def step() -> None:
        for _ in range(3):
            called()

        worker.do_nothing()

    def called() -> None: ...

    assert asyncio.run(worker.calls_of(step)) == {"calls_all": 4, "calls_python": 4}
    assert sys.getprofile() is None


def test_a_line_is_answered_by_a_turn_of_the_subject_that_it_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, tuple[Any, int]] = {}

    async def loops_of(contender: Contender, in_flight: int, seconds: float) -> int:
        return SUBJECTS.index(contender.metric.name)

    async def turn(contender: Contender, in_flight: int, loops: int) -> float:
        seen[contender.metric.name] = (contender.step, loops)
        return 1.0

    monkeypatch.setattr(worker, "loops_of", loops_of)
    monkeypatch.setattr(worker, "turn", turn)
    asyncio.run(worker.answering(io.StringIO("\n".join(SUBJECTS)), io.StringIO()))

    assert {name: loops for name, (_, loops) in seen.items()} == {
        name: place for place, name in enumerate(SUBJECTS)
    }
    assert seen["anyio-run-sync"][0] is worker.hop_alone
    assert seen["run-in-threadpool"][0] is worker.starlette_hop


def test_one_odd_request_is_not_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def observe(step: object) -> list[tuple[None, Counts]]:
        return [(None, Counts(hops=1, loop_passes=passes)) for passes in (5, 4, 4)]

    monkeypatch.setattr(worker, "observe", observe)

    assert asyncio.run(worker.checked("anyio-run-sync", worker.hop_alone)).loop_passes == 4


def test_a_call_is_of_the_package_that_its_file_is_of() -> None:
    assert worker.package_of(Path("a/site-packages/anyio/_core/x.py")) == "anyio"
    assert worker.package_of(Path("a/lib/asyncio/x.py")) == "python"


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [
        ({"hops": 2}, "def must hop 2 times per request, it hopped 1 times"),
        ({"body": b"other"}, "def must answer 200 b'other', it answered 200 "),
    ],
    ids=["hops", "body"],
)
def test_a_worker_times_nothing_that_does_otherwise_than_declared(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, Any], wrong: str
) -> None:
    monkeypatch.setitem(CATALOGUE, "def", replace(CATALOGUE["def"], **declared))
    said = io.StringIO()
    asyncio.run(worker.answering(io.StringIO("def\n"), said))

    (line,) = said.getvalue().splitlines()
    assert wrong in json.loads(line)["wrong"]


def test_what_is_not_installed_is_absent() -> None:
    assert worker.version_of("no-such-package-at-all") == "absent"


# A visit


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stacks, both of which are what is installed here, and few turns."""
    monkeypatch.setattr(visit, "python_in", lambda place: sys.executable)
    monkeypatch.setattr(visit, "STACKS", ("2023-07", LOCKED))
    monkeypatch.setattr(visit, "TURNS", 2)


@pytest.mark.usefixtures("here")
def test_a_visit_times_every_subject_of_every_stack_and_the_locked_one_twice() -> None:
    found = visit.observing(HERE).values

    assert {(metric.factors, metric.subject) for metric in found} == {
        (factors, subject)
        for factors in (
            (("stack", "2023-07"),),
            (("stack", LOCKED),),
            (("stack", LOCKED), ("control", "again")),
        )
        for subject in SUBJECTS
    }
    assert {len(values) for values in found.values()} == {2}
    assert all(dict(metric.facts)["anyio"] for metric in found)
    counted = {metric.subject for metric in found if "calls_all" in dict(metric.facts)}
    assert counted == {"async-def"}


class Asked:
    """Workers that only note what they are asked."""

    def __init__(self) -> None:
        self.turns: list[tuple[str, str]] = []

    def worker(self, stack: str) -> visit.Worker:
        asked = self

        class Noting(visit.Worker):
            def seconds(self, subject: str) -> float:
                asked.turns.append((self.stack, subject))
                return 1.0

        told: dict[str, Any] = {"versions": {}, "counts": {name: {} for name in SUBJECTS}}
        return Noting(stack, "", None, told)  # type: ignore[arg-type]  # it has no process


def test_stacks_take_turns_in_an_order_shuffled_anew() -> None:
    asked = Asked()
    visit.in_turns([asked.worker("a"), asked.worker("b")], Random(1))

    size = 2 * len(SUBJECTS)
    rounds = [asked.turns[at : at + size] for at in range(0, len(asked.turns), size)]
    assert len(rounds) == visit.TURNS
    assert {tuple(sorted(one)) for one in rounds} == {tuple(sorted(rounds[0]))}
    assert len({tuple(one) for one in rounds}) == visit.TURNS


def test_the_order_follows_from_the_seed_of_the_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []

    def in_turns(workers: object, order: Random) -> dict[Metric, tuple[float, ...]]:
        drawn.append(order.random())
        return {}

    monkeypatch.setattr(visit, "STACKS", ())
    monkeypatch.setattr(visit.Worker, "started", lambda *_: SimpleNamespace(end=lambda: None))
    monkeypatch.setattr(visit, "in_turns", in_turns)
    for seed in (1, 2):
        visit.observing(replace(HERE, seed=seed))

    assert drawn == [Random(1).random(), Random(2).random()]


def test_a_worker_that_says_what_is_wrong_ends_the_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit.Worker, "answer", lambda self: {"wrong": "def must hop"})
    monkeypatch.setattr(visit, "python_in", lambda place: sys.executable)

    with pytest.raises(WrongAnswerError, match="with the releases of 2024-01, def must hop"):
        visit.Worker.started("2024-01")


def test_a_worker_that_ends_is_no_endless_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "python_in", lambda place: "false")

    with pytest.raises(RuntimeError, match="the worker of 2024-01 ended with 1"):
        visit.Worker.started("2024-01")


def test_no_worker_is_left_when_a_visit_ends(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[visit.Worker] = []
    started = visit.Worker.started

    def noted(stack: str, control: str = "") -> visit.Worker:
        if len(made) == 2:
            raise RuntimeError("no third")

        made.append(started(stack, control))
        return made[-1]

    monkeypatch.setattr(visit.Worker, "started", noted)
    with pytest.raises(RuntimeError, match="no third"):
        visit.observing(HERE)

    assert [one.process.poll() is not None for one in made] == [True, True]


def test_the_catalogue_needs_nothing_that_old_releases_lack() -> None:
    assert "fastapi.sse" not in Path(str(responses.__file__)).read_text().partition("\ndef ")[0]
