"""Rounds: each visit a process of its own; what fails is recorded, and the others go on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pyperf
import pytest

from bench import environments, rounds
from bench.benchmark import Benchmark
from bench.every_study import STUDIES
from bench.machine import this_machine
from bench.plan import Plan, Visit
from bench.provenance import ROOT
from bench.result_file import ResultFile, facts_of
from bench.rounds import Failure, make, measure
from bench.suite import load
from bench.visit import NO_ROOM

MakeRun = Callable[[Visit], tuple[pyperf.Run, ...]]
Told = list[tuple[Visit, Failure | None]]

PLACEMENT = this_machine().placements[0]
REAL = tuple(benchmark for benchmark in STUDIES["harness"] if benchmark.placement == PLACEMENT)
PLANTED = {
    "wrong body": "requests(dataclasses.replace(CATALOGUE['def'], body=b'bye'))",
    "wrong hops": "requests(dataclasses.replace(CATALOGUE['def'], hops=2))",
    "exception": "lambda loop: 1 / 0",
    "killed": "lambda loop: os.kill(os.getpid(), 9)",
    "no result": "lambda loop: os._exit(0)",
    "hangs": "lambda loop: time.sleep(600)",
}
"""What goes wrong when a benchmark is prepared in its own process, in the order of REAL."""


def benchmark_of(wrong: str) -> Benchmark:
    return REAL[list(PLANTED).index(wrong)]


GOOD = REAL[len(PLANTED)]


@pytest.fixture(scope="module")
def broken_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose first benchmarks all go wrong in ways of their own."""
    project = tmp_path_factory.mktemp("broken")
    shutil.copytree(ROOT / "bench", project / "bench", ignore=shutil.ignore_patterns("results"))
    lines = [
        *("import dataclasses, os, time", "from bench.handlers import CATALOGUE"),
        *("from bench.timing import requests", "PLANTED = {"),
        *(f"    {benchmark_of(wrong).name!r}: {code}," for wrong, code in PLANTED.items()),
        *("}", "right = benchmark_of", "def benchmark_of(name):", "    found = right(name)"),
        "    prepare = PLANTED.get(name, found.prepare)",
        "    return dataclasses.replace(found, prepare=prepare)",
    ]
    with (project / "bench" / "studies" / "__init__.py").open("a") as module:
        module.write("\n".join(lines))

    return project


@pytest.fixture
def results(tmp_path: Path, plan: Plan) -> ResultFile:
    return ResultFile(tmp_path / "run.json.gz", facts_of(plan, "all", {}))


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of Python, for what a worker may do to its parent."""
    if sys.platform == "win32":
        pytest.skip("needs a shell")

    def put(script: str) -> None:
        path = tmp_path / "worker"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))

    return put


def visit_of(benchmark: Benchmark) -> tuple[Visit, Plan]:
    return Visit(1, 1, benchmark), Plan((benchmark,), 1, 1, this_machine())


def outcome_of(benchmark: Benchmark) -> pyperf.Run | Failure:
    visit, plan = visit_of(benchmark)
    return make(visit, plan, 10)


@pytest.fixture(scope="module")
def broken_run(broken_project: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """How many failed in a run of the broken project, and the metadata of every name in it."""
    benchmarks = (*(benchmark_of(wrong) for wrong in PLANTED if wrong != "hangs"), GOOD)
    plan = Plan(benchmarks, 1, 1, this_machine())
    results = ResultFile(broken_project / "run.json.gz", facts_of(plan, "all", {}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "ROOT", broken_project)
        failed = measure(plan, results, lambda visit, failure: None)

    found = load(results.path).get_benchmarks()
    return failed, {benchmark.get_name(): benchmark.get_metadata() for benchmark in found}


@pytest.mark.parametrize(
    ("wrong", "kind", "reason"),
    [
        ("wrong body", "wrong-answer", "def must answer 200 b'bye'"),
        ("wrong hops", "wrong-answer", "def must hop 2 times per request, it hopped 1"),
        ("exception", "crash", "ZeroDivisionError: division by zero"),
        ("killed", "crash", "-9"),
        ("no result", "crash", "it left no result"),
    ],
)
def test_a_visit_that_fails_is_recorded_with_its_reason(
    broken_run: tuple[int, dict[str, dict[str, Any]]], wrong: str, kind: str, reason: str
) -> None:
    metadata = broken_run[1][f"failures/{benchmark_of(wrong).name}"]

    assert metadata["failure_kind"] == kind
    assert reason in metadata["failure"]


def test_what_fails_has_no_values_and_the_others_go_on(
    broken_run: tuple[int, dict[str, dict[str, Any]]],
) -> None:
    failed, found = broken_run

    assert failed == len(PLANTED) - 1
    assert [name for name in found if not name.startswith("failures/")] == [GOOD.name]


def test_a_worker_that_hangs_ends_at_its_time_limit(
    broken_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "ROOT", broken_project)
    hangs = replace(benchmark_of("hangs"), time_limit_seconds=0.1)

    assert outcome_of(hangs) == Failure("timeout", "it took longer than 0.1 s")


def ends(pid: int) -> bool:
    """Whether a process soon is gone, or is but waiting for its parent to notice."""
    for _ in range(500):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True

        time.sleep(0.01)

    return False


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("sleep 600 & echo $! > {}; exec sleep 600", "timeout"),
        ("sleep 600 & echo $! > {}; exit 1", "crash"),
    ],
)
def test_a_worker_and_what_it_started_are_ended(
    worker: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    kind: str,
) -> None:
    worker(script.format(tmp_path / "pid"))
    monkeypatch.setattr(rounds, "GRACE_SECONDS", 0.2)

    outcome = outcome_of(replace(GOOD, time_limit_seconds=0.1))

    assert isinstance(outcome, Failure)
    assert outcome.kind == kind
    assert ends(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ("echo first >&2; echo last >&2; exit 1", Failure("crash", "last")),
        ("echo sentence >&2; exit 3", Failure("wrong-answer", "sentence")),
        ("echo lost in /home/ada/a.py >&2; exit 1", Failure("crash", "lost in <path>")),
        ("echo to stdout; exit 1", Failure("crash", "exit status 1")),
        ("echo ' ' >&2; exit 7", Failure("crash", "exit status 7")),
        ("exit 0", Failure("crash", "it left no result (FileNotFoundError)")),
    ],
)
def test_the_reason_is_the_last_line_of_the_worker(
    worker: Callable[[str], None], script: str, failure: Failure
) -> None:
    worker(script)

    assert outcome_of(GOOD) == failure


@pytest.mark.parametrize(
    "script",
    [
        r"printf 'a\tb\033[1mc\n' >&2; exit 1",
        r"printf '\377\376\n' >&2; exit 1",
        "kill -SEGV $$",
        "echo '{' > $5; exit 0",
    ],
)
def test_the_reason_is_one_printable_line_whatever_the_worker_does(
    worker: Callable[[str], None], script: str
) -> None:
    worker(script)

    outcome = outcome_of(GOOD)

    assert isinstance(outcome, Failure)
    assert outcome.kind == "crash"
    assert outcome.reason.strip()
    assert outcome.reason.isprintable()


def test_a_worker_inherits_no_switches(
    worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OTEL_SERVICE_NAME", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONHASHSEED"):
        monkeypatch.setenv(name, "1")
    worker("env | grep -c -e OTEL -e '^PYTHON' >&2; exit 1")

    assert outcome_of(GOOD) == Failure("crash", "0")


def test_a_worker_is_told_its_benchmark_its_loops_and_its_cpu(
    worker: Callable[[str], None],
) -> None:
    worker('echo "$3 $6 $7 $8 $9" >&2; exit 1')
    visit, plan = visit_of(GOOD)

    outcome = make(visit, plan, 1234)

    cpus = ",".join(map(str, plan.machine.cpus_of(PLACEMENT)))
    assert outcome == Failure("crash", f"{GOOD.name} --loops 1234 --with= --cpus={cpus}")


def test_a_worker_is_told_the_versions_of_its_visit_and_the_name_without_them(
    worker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker('echo "$3 $8" >&2; exit 1')
    monkeypatch.setattr(environments, "python_in", lambda place: sys.executable)
    visit, plan = visit_of(GOOD.with_versions("anyio==0.0.1"))

    assert make(visit, plan, 1) == Failure("crash", f"{GOOD.name} --with=anyio==0.0.1")


def test_a_worker_without_room_for_its_file_is_no_failure_of_the_benchmark(
    worker: Callable[[str], None],
) -> None:
    worker(f"echo quota exceeded >&2; exit {NO_ROOM}")

    with pytest.raises(OSError, match="quota exceeded"):
        outcome_of(GOOD)


ORPHANED = """
from bench import rounds
from bench.machine import this_machine
from bench.plan import Plan, Visit
from bench.every_study import BENCHMARKS
benchmark = BENCHMARKS[{name!r}]
rounds.make(Visit(1, 1, benchmark), Plan((benchmark,), 1, 1, this_machine()), 10**9)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_worker_does_not_outlive_a_run_that_is_killed() -> None:
    run = subprocess.Popen([sys.executable, "-c", ORPHANED.format(name=GOOD.name)], cwd=ROOT)
    while not (workers := psutil.Process(run.pid).children()):
        time.sleep(0.01)

    run.kill()
    run.wait()

    assert ends(workers[0].pid)


def test_what_other_processes_did_meanwhile_is_recorded(real_file: Path) -> None:
    visits = [
        run.get_metadata()
        for benchmark in load(real_file).get_benchmarks()
        for run in benchmark.get_runs()
        if "failure" not in run.get_metadata()
    ]

    assert all(visit["visit_seconds"] > visit["duration"] > 0 for visit in visits)
    assert all(visit["others_seconds"] >= 0 for visit in visits)


def test_every_visit_is_saved_before_it_is_told_of(
    plan: Plan, results: ResultFile, made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "make", lambda visit, plan, loops: made_up(visit))
    told: list[tuple[int, int]] = []

    def report(visit: Visit, failure: Failure | None) -> None:
        told.append((visit.round, visit.position))
        assert places(results.path) == sorted(told)

    assert measure(plan, results, report) == 0
    assert told == [(visit.round, visit.position) for visit in plan.visits()]


def places(path: Path) -> list[tuple[int, int]]:
    return sorted(
        (run.get_metadata()["round"], run.get_metadata()["position"])
        for benchmark in load(path).get_benchmarks()
        for run in benchmark.get_runs()
    )


def test_loops_are_calibrated_once_and_kept(
    plan: Plan, results: ResultFile, made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []

    def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run:
        asked.append((visit.round, loops))
        return made_up(visit)

    monkeypatch.setattr(rounds, "make", make)
    measure(plan, results, lambda visit, failure: None)

    assert asked == [(1, 0), (1, 0), (1, 0), (2, 10), (2, 10), (2, 10)]


def test_loops_are_kept_by_a_run_that_goes_on(
    plan: Plan, results: ResultFile, made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "make", lambda visit, plan, loops: made_up(visit))
    measure(replace(plan, rounds=1), results, lambda visit, failure: None)
    asked: list[int] = []

    def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run:
        asked.append(loops)
        return made_up(visit)

    monkeypatch.setattr(rounds, "make", make)
    measure(plan, again(results), lambda visit, failure: None)

    assert asked == [10, 10, 10]


def test_a_benchmark_that_failed_is_calibrated_in_its_next_round(
    plan: Plan, results: ResultFile, made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run | Failure:
        asked.append(loops)
        return Failure("crash", "exit status 1") if visit.round == 1 else made_up(visit)

    monkeypatch.setattr(rounds, "make", make)
    failed = measure(plan, results, lambda visit, failure: None)

    assert (asked, failed) == ([0] * 6, 3)


@pytest.mark.parametrize("stop", range(6))
def test_a_run_that_goes_on_measures_nothing_twice_and_loses_nothing(
    plan: Plan,
    results: ResultFile,
    made_up: MakeRun,
    monkeypatch: pytest.MonkeyPatch,
    stop: int,
) -> None:
    made: list[tuple[int, int]] = []

    def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run | Failure:
        if len(made) == stop:
            raise KeyboardInterrupt

        made.append((visit.round, visit.position))
        return Failure("crash", "exit status 1") if visit.position == 2 else made_up(visit)

    monkeypatch.setattr(rounds, "make", make)
    with pytest.raises(KeyboardInterrupt):
        measure(plan, results, lambda visit, failure: None)

    stop = -1
    resumed = again(results) if made else results
    measure(plan, resumed, lambda visit, failure: None)

    expected = [(visit.round, visit.position) for visit in plan.visits()]
    assert made == expected
    assert places(results.path) == expected


def again(results: ResultFile) -> ResultFile:
    """The results as another process would read them."""
    benchmarks = {
        benchmark.get_name(): benchmark for benchmark in load(results.path).get_benchmarks()
    }
    return ResultFile(results.path, results.facts, benchmarks)


def test_failures_of_an_earlier_run_still_count(
    plan: Plan, results: ResultFile, made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "make", lambda visit, plan, loops: made_up(visit))
    results.add_failure(next(plan.visits()), "crash", "exit status 1")

    assert measure(plan, again(results), lambda visit, failure: None) == 1


def test_real_visits_keep_the_loops_of_the_first(real_file: Path) -> None:
    loops = {
        benchmark.get_name(): {run.get_loops() for run in benchmark.get_runs()}
        for benchmark in load(real_file).get_benchmarks()
    }

    assert {name: len(found) for name, found in loops.items()} == dict.fromkeys(loops, 1)
