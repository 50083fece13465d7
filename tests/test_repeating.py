"""Repeating: the command that is told measures all that a section shows, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from analysis.load import load
from analysis.origin import of_run
from analysis.page_sections import study_section
from analysis.repeating import BENCH, BESIDE, command, whole
from analysis.rows import Rows
from analysis.sections import EXCHANGES, SECTIONS
from analysis.source import Source
from bench.every_study import STUDIES
from bench.options import parser
from tests.synthetic_factors import ROUNDS, study
from tests.synthetic_loads import benchmark, rows_of

pytestmark = pytest.mark.usefixtures("few_resamples")

RESULTS = Path(__file__).parents[1] / "bench" / "results"
PAIRED = benchmark("harness", "def", "free", "request", [1e-4, 1.1e-4])
OTHER = benchmark("hop", "call", "free", "request", [1e-6, 1.1e-6])

run = cache(load)


def source(*rows: object) -> Source:
    return Source(rows_of(*rows), "a.json.gz")  # type: ignore[arg-type]


def calm_source(*rows: object) -> Source:
    made = source(*rows)
    facts = (*made.rows.provenance.facts, ("calm_stretch_seconds", "3e-05"))

    return replace(
        made, rows=replace(made.rows, provenance=replace(made.rows.provenance, facts=facts))
    )


def test_a_run_of_calm_moments_is_repeated_as_one() -> None:
    calm = calm_source(PAIRED, OTHER)

    assert command("harness", calm.rows) == "tox -e bench -- harness --calm"
    assert of_run(calm, "hop").repeat.startswith("tox -e bench -- hop --calm --rounds ")
    assert whole(calm.rows).startswith("tox -e bench -- harness hop --calm --rounds ")


def test_a_whole_run_of_the_usual_studies_is_repeated_without_their_names() -> None:
    rows = [benchmark(study, "def", "free", "request", [1e-4]) for study in EXCHANGES]
    made = source(*rows).rows

    assert whole(made) == f"tox -e bench -- --rounds {made.provenance.rounds_planned}"


def shown(name: str, rows: Rows | None) -> str:
    assert rows

    return repr(SECTIONS[name].numbers(rows))


def test_what_stands_beside_a_study_in_its_run_is_measured_again() -> None:
    both = source(*study(), PAIRED, OTHER)

    assert of_run(both, "factors").repeat == (f"tox -e bench -- factors harness --rounds {ROUNDS}")
    assert study_section("factors", both, "").repeat == "tox -e bench -- factors harness"


def test_what_the_run_did_not_measure_is_no_repetition() -> None:
    alone = source(*study())

    assert of_run(alone, "factors").repeat == f"tox -e bench -- factors --rounds {ROUNDS}"
    assert study_section("factors", alone, "").repeat == "tox -e bench -- factors"


def test_what_was_not_measured_yet_is_measured_with_all_that_its_section_shows() -> None:
    assert study_section("factors", None, "").repeat == "tox -e bench -- factors harness"


def test_a_section_of_one_study_is_repeated_by_its_name_whatever_its_run_measured() -> None:
    assert of_run(source(*study(), PAIRED, OTHER), "harness").repeat == (
        f"tox -e bench -- harness --rounds {ROUNDS}"
    )


@pytest.mark.parametrize("name", STUDIES)
def test_the_bench_understands_the_command(name: str) -> None:
    words = command(name).removeprefix(BENCH).split()

    assert parser().parse_args(words).studies == [name, *BESIDE.get(name, ())]
    assert set(words) <= set(STUDIES)


@pytest.mark.parametrize("name", [*EXCHANGES, "factors"])
def test_a_section_shows_nothing_that_the_command_does_not_measure(name: str) -> None:
    rows = run(RESULTS / f"{'factors' if name in BESIDE else 'reference'}.json.gz")
    measured = Source(rows, "").only((name, *BESIDE.get(name, ())))

    assert {row.study for row in rows.benchmarks} > {name}
    assert shown(name, measured) == shown(name, rows)


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_measured_beside_a_study_is_shown(name: str) -> None:
    rows = run(RESULTS / f"{name}.json.gz")

    assert shown(name, Source(rows, "").only([name])) != shown(name, rows)
