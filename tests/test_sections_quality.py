"""The section "is this run good enough?": each defect of a run, planted, is found."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.again import Again
from analysis.answer import answer_of
from analysis.catalogue import catalogue
from analysis.checks import FAIL, PASS, UNKNOWN, Check
from analysis.conditions import condition_checks
from analysis.estimate import Estimate, student
from analysis.load import load
from analysis.reproduction import (
    Reproduction,
    headlines,
    reproduction,
    reproduction_check,
    reproduction_checks,
    time_between,
)
from analysis.rows import Rows
from analysis.rules import CALM
from analysis.source import Source
from tests import synthetic
from tests.synthetic_loads import rows_of as made_up

PLAN = tuple(spec for spec in synthetic.specs() if spec.study == "handlers")
Tree = dict[str, Any]
FEW = 7


def tree_of(**options: Any) -> Tree:
    return synthetic.tree_of(synthetic.suite(PLAN, **{"rounds": 30, **options}))


def rows_of(path: Path, tree: Tree) -> Rows:
    return load(synthetic.write(path / "a.json.gz", tree))


def judgement(rows: Rows, words: str) -> Check:
    (found,) = (check for check in condition_checks(rows) if words in check.bar)

    return found


def runs(tree: Tree) -> list[Tree]:
    return [run for benchmark in tree["benchmarks"] for run in benchmark["runs"]]


def test_a_good_run_passes_every_check(tmp_path: Path) -> None:
    found = condition_checks(rows_of(tmp_path, tree_of()))

    assert [check.bar for check in found if check.verdict == FAIL] == []


def test_too_few_rounds_fail(tmp_path: Path) -> None:
    assert judgement(rows_of(tmp_path, tree_of(rounds=29)), "rounds: at least").verdict == FAIL


def test_a_benchmark_with_a_hole_fails(tmp_path: Path) -> None:
    tree = tree_of()
    del tree["benchmarks"][3]["runs"][7]

    assert judgement(rows_of(tmp_path, tree), "rounds: at least").verdict == FAIL


def test_a_failure_fails_and_makes_a_draft(tmp_path: Path) -> None:
    found = judgement(rows_of(tmp_path, tree_of(failing=[(PLAN[0].name, 3)])), "failed visits")

    assert (found.verdict, found.found) == (FAIL, "1")
    assert PLAN[0].name in found.draft


def test_an_order_that_comes_twice_fails(tmp_path: Path) -> None:
    tree = tree_of()
    for benchmark in tree["benchmarks"]:
        first, second = benchmark["runs"][:2]
        second["metadata"]["position"] = first["metadata"]["position"]

    assert judgement(rows_of(tmp_path, tree), "no two rounds the same").verdict == FAIL


def test_a_shuffle_that_hardly_shuffles_fails(tmp_path: Path) -> None:
    tree = tree_of()
    count = len(PLAN)
    for place, benchmark in enumerate(tree["benchmarks"]):
        for run in benchmark["runs"]:
            number = run["metadata"]["round"]
            run["metadata"]["position"] = 1 + (place + number // 10) % count

    assert judgement(rows_of(tmp_path, tree), "say nothing of those in the next").verdict == FAIL


def with_short_rounds(kept: int) -> Tree:
    """A run whose every second round visits so many benchmarks only, always in the same order."""
    tree = tree_of()
    for place, benchmark in enumerate(tree["benchmarks"]):
        odd = [run for run in benchmark["runs"] if run["metadata"]["round"] % 2]
        short = [run for run in benchmark["runs"] if not run["metadata"]["round"] % 2]
        for run in short:
            run["metadata"]["position"] = place + 1
        benchmark["runs"] = sorted(
            odd + (short if place < kept else []), key=lambda run: run["metadata"]["round"]
        )

    return tree


def test_rounds_of_few_visits_may_have_the_same_order(tmp_path: Path) -> None:
    found = judgement(rows_of(tmp_path, with_short_rounds(3)), "no two rounds the same")

    assert (found.verdict, found.found) == (PASS, "15 orders in 15 rounds")


def test_rounds_that_share_too_little_are_not_compared(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, with_short_rounds(2))

    assert judgement(rows, "say nothing of those in the next").verdict == UNKNOWN


def test_values_too_short_for_the_clock_fail(tmp_path: Path) -> None:
    tree = tree_of()
    runs(tree)[0]["metadata"]["loops"] = 1

    assert judgement(rows_of(tmp_path, tree), "ms long").verdict == FAIL


@pytest.mark.parametrize(("stolen", "verdict"), [(0.001, PASS), (0.01, FAIL)])
def test_a_machine_that_others_used_fails(tmp_path: Path, stolen: float, verdict: str) -> None:
    tree = tree_of()
    tree["metadata"].pop("steal_seconds", None)
    for run in runs(tree):
        run["metadata"]["steal_seconds"] = stolen

    assert judgement(rows_of(tmp_path, tree), "stolen").verdict == verdict


@pytest.mark.parametrize(("slow_share", "verdict"), [(0.4, PASS), (0.6, FAIL)])
def test_a_core_that_is_shared_most_of_the_time_fails(
    tmp_path: Path, slow_share: float, verdict: str
) -> None:
    tree = tree_of()
    found = runs(tree)
    for place, run in enumerate(found):
        is_slow = place < slow_share * len(found)
        run["metadata"] |= {"stretch_seconds": 95e-6} if is_slow else {}

    assert judgement(rows_of(tmp_path, tree), "the same short piece of work").verdict == verdict


def test_a_heavy_tail_is_named(tmp_path: Path) -> None:
    tree = tree_of()
    run = tree["benchmarks"][0]["runs"][0]
    run["values"] = [100 * value for value in run["values"]]

    assert f"`{PLAN[0].name}`" in judgement(rows_of(tmp_path, tree), "plain and trimmed").found


def compared(first: Rows, second: Rows) -> Reproduction:
    answers = [answer_of(rows, catalogue(rows)) for rows in (first, second)]

    sources = Source(first, "first.json.gz"), Source(second, "second.json.gz")

    return reproduction(sources[0], answers[0], sources[1], answers[1])


def test_two_runs_of_one_truth_agree(tmp_path: Path) -> None:
    first, second = (
        rows_of(tmp_path, tree_of(seed=seed, spread=0.002, rounds=FEW)) for seed in (1, 2)
    )

    found = compared(first, second)
    assert "`def` more than `async def` on one CPU" in {one.what for one in found.found}
    assert found.missed == ()
    assert reproduction_check(found).verdict == PASS


def test_two_runs_of_two_truths_differ(tmp_path: Path) -> None:
    plan = [s for s in synthetic.specs(hop={"one-cpu": 80.0}) if s.study == "handlers"]
    other = synthetic.tree_of(synthetic.suite(plan, rounds=FEW))
    found = compared(rows_of(tmp_path, tree_of(rounds=FEW)), rows_of(tmp_path, other))

    assert {one.what for one in found.missed} >= {
        "`def` more than `async def` on one CPU",
        "`def` ÷ `async def` on one CPU",
        "the line over the handler kinds, per hop, on one CPU",
    }
    check = reproduction_check(found)
    assert check.verdict == FAIL
    assert "not `def` more than `async def` on one CPU" in check.found


def test_the_same_file_twice_is_no_second_run(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, tree_of(rounds=FEW))
    found = reproduction_check(compared(rows, rows))

    assert (found.verdict, found.found) == (FAIL, "not comparable: both are the same file")


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        *(
            (name, f"`{name}` differs, or is not known of one")
            for name in ("cpu_model_name", "kernel", "event_loop")
        ),
        ("distributions", "other versions are installed"),
        ("calm_stretch_seconds", "in one of them only calm moments count"),
    ],
)
def test_runs_of_two_machines_are_not_compared(tmp_path: Path, fact: str, reason: str) -> None:
    other = tree_of(facts={fact: 3e-5 if fact == CALM else "another==1"}, rounds=FEW)
    found = compared(rows_of(tmp_path, tree_of(rounds=FEW)), rows_of(tmp_path, other))

    assert found.reason == reason


def test_two_runs_of_calm_moments_are_compared(tmp_path: Path) -> None:
    first, second = (
        rows_of(tmp_path, tree_of(facts={CALM: seconds}, seed=seed, spread=0.002, rounds=FEW))
        for seed, seconds in ((1, 3.0e-5), (2, 3.1e-5))
    )

    found = compared(first, second)
    assert (found.reason, found.missed) == ("", ())


def test_headlines_are_called_what_they_are(tmp_path: Path) -> None:
    rows = load(synthetic.write(tmp_path / "a.json.gz", synthetic.suite(rounds=FEW)))
    answer = answer_of(rows, catalogue(rows))
    found = {what: number for what, _, number in headlines(answer)}
    pair = answer.main.pair

    assert pair is not None
    assert answer.regression is not None
    assert {
        "`def` more than `async def` on one CPU": pair.difference,
        "the `async def` request on one CPU": pair.twin_time,
        "the `def` request on one CPU": pair.time,
        "what a return annotation adds on one CPU": answer.main.second_hop,
        "the first hop of a request on one CPU": answer.first_hop,
        "each further hop on one CPU": answer.further_hop,
        "the line over the handler kinds, per hop, on one CPU": answer.regression.slope,
    }.items() <= found.items()
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("01 00:00", "01 00:40", "0 minutes after the first run had ended"),
        ("01 00:00", "01 01:30", "50 minutes after the first run had ended"),
        ("01 00:00", "01 02:10", "1.5 hours after the first run had ended"),
        ("01 02:10", "01 00:00", "1.5 hours before the first run began"),
        ("01 00:00", "02 00:50", "1 day after the first run had ended"),
        ("03 18:00", "01 00:00", "3 days before the first run began"),
        ("01 00:00", "01 00:39", "while the first run went on"),
        ("01 00:39", "01 00:00", "while the first run went on"),
        (None, "01 00:00", ""),
        ("01 00:00", None, ""),
    ],
)
def test_the_time_between_two_runs_is_told(
    first: str | None, second: str | None, words: str
) -> None:
    assert time_between(dated(first), dated(second)) == words


def dated(begun: str | None) -> Rows:
    """A run of 40 minutes."""
    rows = made_up()
    if begun is None:
        return replace(rows, provenance=replace(rows.provenance, first_date=None, last_date=None))

    start = dt.datetime.fromisoformat(f"2025-01-{begun}")
    ends = [f"{one:%Y-%m-%d %H:%M}" for one in (start, start + dt.timedelta(minutes=40))]

    return replace(rows, provenance=replace(rows.provenance, first_date=ends[0], last_date=ends[1]))


@pytest.mark.parametrize(
    ("missed", "words"), [(3, "0 of 3, not a +10 %; b +10 %; c +10 %"), (5, "; c +10 % and 2 more")]
)
def test_the_first_headlines_that_did_not_come_back_are_named(missed: int, words: str) -> None:
    found = tuple(
        Again(name, "time", Estimate(10.0, 9.9, 10.1, 9), Estimate(11.0, 11.0, 11.0, 9))
        for name in "abcde"[:missed]
    )

    sources = Source(made_up(), "a"), Source(made_up(), "b")
    check = reproduction_check(Reproduction(*sources, found))

    assert check.found.endswith(words)
    assert check.bar.endswith(": `b` after `a`")


def test_without_a_second_run_nothing_is_judged() -> None:
    assert [check.verdict for check in reproduction_checks(())] == [UNKNOWN]


@pytest.mark.parametrize(
    ("sort", "first", "second", "within"),
    [
        ("time", (100.0, 99.0, 101.0), 100.9, True),
        ("time", (100.0, 99.0, 101.0), 102.9, True),
        ("time", (100.0, 99.0, 101.0), 103.1, False),
        ("time", (100.0, 99.0, 101.0), 97.1, True),
        ("time", (100.0, 99.0, 101.0), 96.9, False),
        ("time", (100.0, 80.0, 120.0), 119.0, True),
        ("time", (100.0, 80.0, 120.0), 81.0, True),
        ("share", (0.20, 0.19, 0.21), 0.229, True),
        ("share", (0.20, 0.19, 0.21), 0.231, False),
        ("share", (0.01, 0.009, 0.011), 0.0124, True),
        ("share", (0.01, 0.009, 0.011), 0.0126, False),
        ("share", (-0.01, -0.011, -0.009), -0.0076, True),
        ("share", (0.02, 0.0, 0.04), 0.039, True),
    ],
)
def test_a_headline_comes_back_within_its_interval_or_the_tolerance(
    sort: str, first: tuple[float, float, float], second: float, within: bool
) -> None:
    again = Again("it", sort, Estimate(*first, 9), Estimate(second, second, second, 9))

    assert again.is_within is within


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ((10.1, 10.0, 10.2), "came back"),
        ((11.0, 10.9, 11.1), "DID NOT"),
        ((11.0, 9.0, 13.0), "DID NOT; its interval holds the first"),
    ],
)
def test_a_second_run_too_wide_to_tell_is_said_to_be(
    second: tuple[float, float, float], said: str
) -> None:
    first = Estimate(10.0, 9.9, 10.1, 9)

    assert Again("it", "time", first, Estimate(*second, 9)).outcome == said


@pytest.mark.parametrize("sort", ["time", "share"])
@pytest.mark.parametrize("halves", [(0.2, 0.2), (0.2, 0.1), (0.1, 0.2), (0.01, 0.02), (0.05, 0.04)])
def test_how_often_one_truth_is_missed_is_as_often_as_when_it_is_drawn(
    sort: str, halves: tuple[float, float]
) -> None:
    generator = np.random.default_rng(7)
    drawn = generator.normal(0.5, [half / student(30) for half in halves], size=(4000, 2))
    twice = [
        Again(
            "it", sort, *(Estimate(x, x - h, x + h, 30) for x, h in zip(pair, halves, strict=True))
        )
        for pair in drawn
    ]
    source = Source(made_up(), "made-up.json.gz")
    found = Reproduction(source, source, tuple(twice))

    assert found.missed_by_chance == pytest.approx(len(found.missed), abs=80)


def test_without_noise_nothing_is_missed_by_chance_nor_beside_an_interval_that_is_not_there() -> (
    None
):
    exact, unknown = Estimate(0.5, 0.5, 0.5, 9), Estimate(0.5, -math.inf, math.inf, 1)

    assert Again("it", "time", exact, exact).chance_to_miss == 0
    assert Again("it", "time", exact, unknown).chance_to_miss == 1
    assert Again("it", "time", unknown, exact).chance_to_miss == 0
    assert Again("it", "time", unknown, exact).is_within


def test_only_a_share_is_apart_in_points() -> None:
    first, second = Estimate(0.1, 0.1, 0.1, 9), Estimate(0.12, 0.12, 0.12, 9)

    assert [Again("it", sort, first, second).shown[-1] for sort in ("time", "ratio", "share")] == [
        *("+20 %", "+20 %", "+2.0 % points")
    ]
