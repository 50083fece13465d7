"""The trivial pair of every run: found wherever a study has it, and never pooled."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.every_run import Seen, range_of, ranges, seen
from analysis.named import of_pairs
from analysis.report import documents
from analysis.rows import Rows
from analysis.source import Source
from tests import synthetic
from tests.synthetic_loads import around, benchmark, rows_of

ALONE = {"in_flight": 1}
WHERE: dict[str, dict[str, Any]] = {
    "factors": {},
    "concurrency": ALONE,
    "remedies": ALONE,
    "releases": {"stack": "locked"},
}


def source(
    study: str, hop_us: float, data: str = "a.json.gz", spread: float = 0.001, **factors: Any
) -> Source:
    """A run of one study in which a hop costs so much."""
    rows = rows_of(
        *(
            benchmark(
                *(study, subject, placement, "request"),
                around(us * 1e-6, f"{subject} {placement} {data}", spread=spread),
                **(factors or WHERE[study]),
            )
            for placement in ("one-cpu", "free")
            for subject, us in (("async-def", 40.0), ("def", 40.0 + hop_us))
        )
    )

    return Source(Rows(replace(rows.provenance, data_sha256=data), rows.benchmarks), data)


def found_in(*sources: Source) -> tuple[Seen, ...]:
    return seen(sources)


@pytest.mark.parametrize("study", WHERE)
def test_a_run_gives_its_pair_from_the_study_that_has_it(study: str) -> None:
    (found,) = found_in(source(study, 80.0))

    assert found.study == study
    assert found.pairs["free"].difference.value * 1e6 == pytest.approx(80, rel=0.01)


def test_a_run_without_the_pair_is_left_out() -> None:
    assert found_in(source("concurrency", 80.0, in_flight=100)) == ()


def test_a_file_that_is_named_twice_counts_once() -> None:
    one = source("factors", 80.0)

    assert len(found_in(one, one)) == 1


def test_runs_that_agree_have_no_range() -> None:
    found = found_in(source("factors", 80.0, spread=0.05), source("factors", 80.1, "b.json.gz"))

    assert ranges(found) == {}


def test_runs_that_lie_apart_have_one_on_each_placement() -> None:
    found = found_in(source("factors", 80.0), source("concurrency", 120.0, "b.json.gz"))

    assert list(ranges(found)) == ["one-cpu", "free"]
    low, _, high = range_of(found, "free").partition(" to ")
    assert (float(low.split()[0]), float(high.split()[0])) == pytest.approx((80, 120), rel=0.01)


@pytest.mark.parametrize("what", ["kernel", "cpu_model_name", "anyio", "calm_stretch_seconds"])
def test_a_run_under_other_conditions_stands_in_the_table_and_in_no_range(what: str) -> None:
    first, other = source("factors", 80.0), source("concurrency", 160.0, "b.json.gz")
    told = other.rows.provenance
    facts = tuple((name, "another" if name == what else value) for name, value in told.facts)
    facts += (("calm_stretch_seconds", "3e-05"),) if what == "calm_stretch_seconds" else ()
    versions = (("anyio", "0.1"),) if what == "anyio" else told.distributions
    changed = replace(told, facts=facts, distributions=versions)
    apart = replace(other, rows=Rows(changed, other.rows.benchmarks))
    found = found_in(first, apart)

    assert len(found) == 2
    assert ranges(found) == {}
    assert set(ranges(found_in(first, other))) == {"one-cpu", "free"}


def test_a_hop_that_costs_nothing_is_no_share_of_a_request() -> None:
    pairs = {
        hop_us: found_in(source("factors", hop_us))[0].pairs["one-cpu"] for hop_us in (80.0, -5.0)
    }
    names = {hop_us: [one.name for one in of_pairs([pair])] for hop_us, pair in pairs.items()}

    assert "N-negligible" in names[80.0]
    assert names[-5.0] == [name for name in names[80.0] if name != "N-negligible"]


def test_a_run_that_lacks_a_placement_leaves_its_cell_empty(tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.json.gz", tmp_path / "part.json.gz"
    synthetic.write(whole, synthetic.suite(rounds=2))
    one_cpu = [spec for spec in synthetic.specs() if spec.placement == "one-cpu"]
    synthetic.write(part, synthetic.suite(one_cpu, rounds=2, seed=2))
    made = documents(whole, again=[part])

    text = made.content["REPORT.md"].decode()
    (row,) = re.findall(r"^\| `part\.json\.gz` \| 20.*$", text, re.MULTILINE)
    assert row.endswith(" |  |")


def test_a_placement_that_no_run_has_has_no_range() -> None:
    assert range_of((), "free") == ""
