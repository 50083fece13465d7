"""Benchmarks that make their own load: many numbers from one visit, each in the file."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyperf
import pytest

from analysis.load import load as loaded
from bench.agreement import refuse_misplaced
from bench.benchmark import Benchmark, Metric, Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.errors import UsageError
from bench.machine import Machine
from bench.observed import observed
from bench.plan import Plan, Visit
from bench.programs import absent, left_out
from bench.provenance import of_this_environment, of_this_machine
from bench.result_file import ResultFile, facts_of
from bench.rounds import Failure, make
from bench.selection import Selection, selected
from bench.suite import load

HERE = Surroundings(7, (1,), (0, 1))
REQUEST = Metric("request")
TAIL = Metric("p99", factors=(("work_us", 30),))
MEMORY = Metric("memory", "byte")
ABOUT = {"event_loop": "made.up", **of_this_machine()}


def found(surroundings: Surroundings) -> Observation:
    values = {REQUEST: (0.25, 0.75), TAIL: (float(surroundings.seed),), MEMORY: (2e9,)}
    return Observation(values, {"failed": 0})


BENCHMARK = Benchmark(
    "work",
    "python",
    "made up",
    "one-cpu",
    observe=found,
    facts={"handler": "def", "sleep_seconds": 0.5},
    factors=("handler",),
)
NAMES = [
    "work/python@handler=def,metric=request,placement=one-cpu",
    "work/python@handler=def,metric=p99,work_us=30,placement=one-cpu",
    "work/python@handler=def,metric=memory,placement=one-cpu",
]


def runs_of(benchmark: Benchmark) -> tuple[pyperf.Run, ...]:
    suite = observed(benchmark, HERE, ABOUT)
    return tuple(run for one in suite.get_benchmarks() for run in one.get_runs())


@pytest.fixture
def plan() -> Plan:
    return Plan((BENCHMARK, replace(BENCHMARK, subject="hashing", rounds=1)), 2, 1, Machine((), 1))


@pytest.fixture
def results(tmp_path: Path, plan: Plan) -> ResultFile:
    facts = facts_of(plan, "work", of_this_environment())
    return ResultFile(tmp_path / "run.json.gz", facts)


def filled(results: ResultFile, plan: Plan) -> ResultFile:
    for visit in plan.visits():
        results.add(visit, runs_of(visit.benchmark))

    return results


def test_each_number_of_a_visit_has_a_name_of_its_own() -> None:
    assert [run.get_metadata()["name"] for run in runs_of(BENCHMARK)] == NAMES


def test_a_number_says_what_it_is_in_its_metadata_too() -> None:
    facts = runs_of(BENCHMARK)[1].get_metadata()

    told = ("benchmark", "metric", "unit", "factors", "handler", "work_us", "facts", "failed")
    assert [facts[name] for name in told] == [
        *("work/python@handler=def,placement=one-cpu", "p99", "second", "handler work_us"),
        *("def", 30, "failed sleep_seconds", 0),
    ]


def test_surroundings_reach_the_benchmark() -> None:
    assert runs_of(BENCHMARK)[1].values == (7.0,)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_a_value_that_no_file_can_hold_is_a_wrong_answer(value: float) -> None:
    wrong = replace(BENCHMARK, observe=lambda here: Observation({REQUEST: (value,)}))

    with pytest.raises(WrongAnswerError, match="must have values above 0"):
        observed(wrong, HERE, ABOUT)


def test_the_analysis_reads_what_a_run_writes(results: ResultFile, plan: Plan) -> None:
    rows = loaded(filled(results, plan).path)

    request = rows.find("work", "python", "one-cpu", metric="request", handler="def")
    tail = rows.find("work", "python", "one-cpu", metric="p99", work_us=30, handler="def")
    memory = rows.find("work", "python", "one-cpu", metric="memory", handler="def")
    assert request is not None
    assert tail is not None
    assert memory is not None
    assert (request.by_round, tail.by_round) == ({1: 0.5, 2: 0.5}, {1: 7.0, 2: 7.0})
    assert memory.by_round == {1: 2e9, 2: 2e9}
    assert request.facts == {"failed": 0, "sleep_seconds": 0.5}


def test_a_visit_that_failed_belongs_to_what_was_visited(results: ResultFile, plan: Plan) -> None:
    first, second, third = plan.visits()
    results.add(first, runs_of(first.benchmark))
    results.add(second, runs_of(second.benchmark))
    results.add_failure(third, "crash", "the server is gone")

    rows = loaded(results.path)

    assert [(one.benchmark, one.reason) for one in rows.failures] == [
        (BENCHMARK.name, "the server is gone")
    ]


def test_loads_that_always_fail_are_told_apart(results: ResultFile) -> None:
    other = replace(BENCHMARK, facts={**BENCHMARK.facts, "handler": "async-def"})
    third = replace(BENCHMARK, subject="hashing")
    for position, one in enumerate((BENCHMARK, other), 1):
        results.add_failure(Visit(1, position, one), "crash", "the server is gone")

    results.add(Visit(1, 3, third), runs_of(third))
    rows = loaded(results.path)

    assert [one.benchmark for one in rows.failures] == [BENCHMARK.name, other.name]


def test_a_benchmark_may_be_in_some_rounds_only(plan: Plan) -> None:
    visits = [(visit.round, visit.benchmark.subject) for visit in plan.visits()]

    assert sorted(visits) == [(1, "hashing"), (1, "python"), (2, "python")]
    assert plan.length == len(visits)


def test_a_run_of_observations_goes_on(results: ResultFile, plan: Plan) -> None:
    filled(results, plan)

    refuse_misplaced(results.path, load(results.path), plan)

    assert results.visited() == {(visit.round, visit.position) for visit in plan.visits()}


def test_a_number_that_stands_twice_in_a_visit_is_refused(results: ResultFile, plan: Plan) -> None:
    filled(results, plan)
    (visit, *_) = plan.visits()
    results.add(visit, runs_of(visit.benchmark))

    with pytest.raises(UsageError, match="must hold each visit of its plan once"):
        refuse_misplaced(results.path, load(results.path), plan)


def test_a_visit_that_both_failed_and_did_not_is_refused(results: ResultFile, plan: Plan) -> None:
    filled(results, plan)
    (visit, *_) = plan.visits()
    results.add_failure(visit, "crash", "the server is gone")

    with pytest.raises(UsageError, match="must hold each visit of its plan once"):
        refuse_misplaced(results.path, load(results.path), plan)


def test_numbers_of_a_visit_share_what_the_process_told(results: ResultFile, plan: Plan) -> None:
    (visit, *_) = plan.visits()
    results.add(visit, runs_of(visit.benchmark))

    told = ["duration" in one.get_metadata() for one in results.benchmarks.values()]

    assert told == [True, False, False]


def test_a_real_visit_gives_all_its_numbers() -> None:
    plan = Plan(selected(Selection(("concurrency",), "/pair@in_flight=4,"), ("free",)), 1, 1, HALF)
    (visit, *_) = plan.visits()

    outcome = make(visit, plan, 0)

    assert not isinstance(outcome, Failure)
    found = {(run.get_metadata()["subject"], run.get_metadata()["metric"]) for run in outcome}
    metrics = ("request", "p50", "p99", "max", "threads")
    assert {(name, metric) for name in ("def", "async-def") for metric in metrics} <= found


HALF = Machine((), None)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Takes a program off the machine."""

    def hide(hidden: str) -> None:
        which = shutil.which

        def look(name: str, *rest: Any) -> str | None:
            return None if name == hidden else which(name, *rest) or f"/usr/bin/{name}"

        monkeypatch.setattr(shutil, "which", look)

    return hide


@pytest.mark.parametrize(("program", "package"), [("ab", "apache2-utils"), ("wrk", "wrk")])
def test_what_needs_a_missing_program_is_left_out_with_a_sentence(
    without: Callable[[str], None], program: str, package: str
) -> None:
    everything = replace(BENCHMARK, needs=(program,))
    without(program)

    (sentence,) = left_out([everything, everything, BENCHMARK])

    assert absent(everything) == [program]
    assert sentence == (
        f"2 of the benchmarks need {program}, which is not here, and are left out: "
        f"Debian's package {package} has it."
    )


def test_a_run_without_a_program_measures_the_rest(without: Callable[[str], None]) -> None:
    without("wrk")

    chosen = selected(Selection(("server",)), ("one-cpu", "free"))

    assert chosen
    assert not [one.name for one in chosen if "wrk" in one.needs]


def test_a_run_of_nothing_but_what_is_missing_is_refused(without: Callable[[str], None]) -> None:
    without("wrk")

    with pytest.raises(UsageError, match="Debian's package wrk has it"):
        selected(Selection(("server",), "client=wrk,"), ("one-cpu", "free"))
