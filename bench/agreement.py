"""What must agree: an earlier result file in, gone on with or compared with only where it fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pyperf

from bench.benchmark import Benchmark, Fact
from bench.errors import UsageError
from bench.plan import Plan
from bench.provenance import MACHINE, of_this_machine
from bench.result_file import CALM, FAILURES
from bench.suite import facts_in, load

MUST_AGREE = {
    "plan": "another plan",
    "hopcost_commit": "another commit of hopcost",
    "distributions": "other versions",
    "distributions_with": "other versions",
    "python_version": "another Python",
    "kernel": "another machine",
    "cpu_model_name": "another machine",
    "cpu_count": "another machine",
}
"""What a resumed run must share with its file, and what a difference means."""


def refuse_unlike(path: Path, suite: pyperf.BenchmarkSuite, here: Mapping[str, Fact]) -> None:
    """Raises UsageError where `suite` was begun with other facts than those found `here`."""
    facts = facts_in(suite)
    for fact, meaning in MUST_AGREE.items():
        untold = fact in MACHINE and fact not in facts
        if fact in here and not untold and facts.get(fact) != here[fact]:
            raise UsageError(
                f"a run goes on only where it began, {path} comes from {meaning} "
                f"({fact}: {shortened(facts.get(fact))} there, {shortened(here[fact])} here): "
                "begin a new run"
            )


def refuse_incomparable(path: Path, benchmarks: Collection[Benchmark], *, calm: bool) -> None:
    """Raises UsageError unless `path` holds some of these, of this machine and this Python."""
    suite = load(path)
    there, here = facts_in(suite), of_this_machine()
    for fact in MACHINE:
        if fact in there and fact in here and there[fact] != here[fact]:
            raise UsageError(
                f"--compare takes a run of this machine and Python, {path} is of another ({fact}: "
                f"{shortened(there[fact])} there, {shortened(here[fact])} here): set them side by "
                "side with tox -e report -- --data A B --out DIR"
            )

    if (CALM in there) is not calm:
        raise UsageError(
            f"--compare takes a run that was timed the same way, {path} was timed "
            f"{'with' if CALM in there else 'without'} --calm: "
            f"{'add' if CALM in there else 'leave out'} --calm, or name another run"
        )

    known = {one.get_metadata().get("benchmark", one.get_name()) for one in suite.get_benchmarks()}
    if known.isdisjoint(one.name for one in benchmarks):
        raise UsageError(
            f"--compare takes a run that measured some of the same, {path} has none of these "
            f"{len(benchmarks)} benchmarks: name another run, or other studies"
        )


def refuse_misplaced(path: Path, suite: pyperf.BenchmarkSuite, plan: Plan) -> None:
    """Raises UsageError unless every run stands where `plan` puts it, and only once."""
    places = {(visit.round, visit.position): visit.benchmark.name for visit in plan.visits()}
    found: set[tuple[object, ...]] = set()
    failed: dict[tuple[object, ...], bool] = {}
    for benchmark in suite.get_benchmarks():
        told = str(benchmark.get_name())
        for run in benchmark.get_runs():
            facts = run.get_metadata()
            place = (facts.get("round"), facts.get("position"))
            name = told.removeprefix(FAILURES)
            number = (*place, facts.get("metric") and name)
            is_failure = told != name
            is_another = failed.setdefault(place, is_failure) is not is_failure
            is_elsewhere = places.get(place) != facts.get("benchmark", name)
            if number in found or is_another or is_elsewhere:
                raise UsageError(
                    f"{path} must hold each visit of its plan once, {told} at "
                    f"round {place[0]}, position {place[1]} is not one: begin a new run"
                )

            found.add(number)


def shortened(fact: object) -> str:
    """A fact short enough for a sentence."""
    text = str(fact)
    return text if len(text) <= 60 else f"{text[:57]}..."
