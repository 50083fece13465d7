"""The studies: one question a module, benchmarks that are told apart and can be compared."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.benchmark import FREE, ONE_CPU, Benchmark
from bench.every_study import BENCHMARKS, STUDIES
from bench.handlers import CATALOGUE
from bench.selection import Selection, selected

MODULES = Path(__file__).parents[1] / "bench" / "studies"
NAME = re.compile(
    r"(?P<study>[a-z]+)/[a-z0-9]+(-[a-z0-9]+)*@([a-z_]+=[a-z0-9-]+,)*placement=(one-cpu|free)"
)
ALL = tuple(benchmark for benchmarks in STUDIES.values() for benchmark in benchmarks)


def subjects(benchmark: Benchmark) -> set[str]:
    """What can be compared with `benchmark`: of its study, in its placement."""
    return {
        other.subject
        for other in STUDIES[benchmark.study]
        if other.placement == benchmark.placement and other is not benchmark
    }


def test_every_study_is_a_module_and_every_module_a_study() -> None:
    assert {path.stem for path in MODULES.glob("*.py")} - {"__init__"} == set(STUDIES)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_is_a_question(study: str) -> None:
    docstring = sys.modules[f"bench.studies.{study}"].__doc__ or ""

    assert re.match(r"[A-Z][^.?\n]+\?", docstring)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_names_itself_in_its_benchmarks(study: str) -> None:
    assert {benchmark.study for benchmark in STUDIES[study]} == {study}


def test_no_two_benchmarks_share_a_name() -> None:
    names = Counter(benchmark.name for benchmark in ALL)

    assert [name for name, times in names.items() if times > 1] == []
    assert list(BENCHMARKS) == list(names)


@pytest.mark.parametrize("benchmark", ALL, ids=lambda benchmark: benchmark.name)
def test_a_benchmark_is_named_after_study_subject_factors_and_placement(
    benchmark: Benchmark,
) -> None:
    assert NAME.fullmatch(benchmark.name)
    assert benchmark.name.startswith(f"{benchmark.study}/{benchmark.subject}@")
    assert benchmark.name.endswith(f"placement={benchmark.placement}")


@pytest.mark.parametrize("fact", ["twin", "minus", "above"])
def test_what_a_benchmark_is_compared_with_is_in_its_study_and_placement(fact: str) -> None:
    compared = [benchmark for benchmark in ALL if fact in benchmark.facts]

    assert compared
    assert [
        benchmark.name for benchmark in compared if benchmark.facts[fact] not in subjects(benchmark)
    ] == []


@pytest.mark.parametrize(
    ("fact", "placements"),
    [("twin", (ONE_CPU, FREE)), ("minus", (ONE_CPU, FREE)), ("above", (ONE_CPU,))],
)
def test_what_fast_measures_is_compared_with_what_fast_measures(
    fact: str, placements: tuple[str, ...]
) -> None:
    fast = selected(Selection(fast=True), placements)
    measured = {(benchmark.placement, benchmark.study, benchmark.subject) for benchmark in fast}

    assert [
        benchmark.name
        for benchmark in fast
        if fact in benchmark.facts
        and (benchmark.placement, benchmark.study, benchmark.facts[fact]) not in measured
    ] == []


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_has_headlines_on_each_placement(study: str) -> None:
    placements = {benchmark.placement for benchmark in STUDIES[study] if benchmark.headline}

    assert placements == {ONE_CPU, FREE}


def test_every_kind_is_measured_on_one_cpu() -> None:
    measured = [
        benchmark.subject for benchmark in STUDIES["handlers"] if benchmark.placement == ONE_CPU
    ]

    assert measured == list(CATALOGUE)


def test_the_pair_is_measured_on_both_placements_with_every_instrument() -> None:
    pairs = {
        (benchmark.subject, benchmark.facts["instrument"], benchmark.placement)
        for benchmark in STUDIES["harness"]
    }

    assert {
        (subject, instrument, placement)
        for subject in ("def", "async-def")
        for instrument in ("exchange", "httpx", "testclient")
        for placement in (ONE_CPU, FREE)
    } <= pairs


@pytest.mark.parametrize("placement", [ONE_CPU, FREE])
def test_the_control_is_the_same_handler_under_two_names(placement: str) -> None:
    found = {
        benchmark.subject: benchmark
        for benchmark in STUDIES["harness"]
        if benchmark.placement == placement and benchmark.facts["instrument"] == "exchange"
    }

    assert found["async-def-again"].title == found["async-def"].title


@pytest.mark.parametrize("benchmark", ALL, ids=lambda benchmark: benchmark.name)
def test_the_metadata_of_a_benchmark_are_what_a_result_file_can_hold(benchmark: Benchmark) -> None:
    assert {type(fact) for fact in benchmark.metadata.values()} <= {str, int, float}
    assert all(benchmark.metadata.values())
