"""What changed: planted changes are found, and none is found where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats as distributions

from analysis.benchmark import Benchmark
from analysis.comparison.changes import apart, paired, since
from analysis.comparison.compared import built, comparisons, installed, unlike
from analysis.comparison.page import COMPARISON, comparison_page
from analysis.comparison.things import things
from analysis.metadata import InputError
from analysis.report import render
from analysis.rows import Rows
from analysis.source import ROOT, Source, source_of
from analysis.stats import TRIMMED, mean_of
from tests import synthetic
from tests.synthetic_loads import around, benchmark, rows_of

OTHER = "anyio==4.9.0"
RESULTS = ROOT / "bench" / "results"
ROUNDS = 12
TIMES = {"async-def": 40.0, "def": 120.0, "no-op": 1.0, "async-def-again": 40.0}
KINDS = 20


def study(
    times: dict[str, float] = TIMES,
    versions: str = "",
    rounds: int = ROUNDS,
    run: str = "",
    spread: float = 0.005,
) -> list[Benchmark]:
    """Some subjects on both placements, in us."""
    factors: dict[str, Any] = {"with": versions} if versions else {}

    return [
        benchmark(
            *("harness", subject, placement, "request"),
            around(us * 1e-6, f"{subject} {placement} {versions} {run}", rounds, spread),
            **factors,
        )
        for placement in ("one-cpu", "free")
        for subject, us in times.items()
    ]


def source(rows: list[Benchmark], data: str = "new.json.gz", **provenance: object) -> Source:
    found = rows_of(*rows)

    return Source(Rows(replace(found.provenance, **provenance), found.benchmarks), data)  # type: ignore[arg-type]  # by name


def titles(found: object) -> list[str]:
    return [one.thing.title for one in found]  # type: ignore[attr-defined]  # changes


# What is compared


def test_a_kind_is_compared_by_what_it_costs_more_than_its_twin() -> None:
    found = {one.title: one for one in things(study()).values()}

    assert list(found)[:3] == [
        "`async-def` on one CPU",
        "`def` more than `async-def` on one CPU",
        "`no-op` on one CPU",
    ]
    assert [len(found[title].contrast) for title in list(found)[:3]] == [1, 2, 1]


def test_controls_are_not_compared() -> None:
    again = benchmark("releases", "def", "free", "request", [1.0], stack="locked", control="again")

    assert things([again]) == {}
    assert not any("again" in one.title for one in things(study()).values())


def test_what_has_a_twin_without_a_visit_is_compared_by_its_time() -> None:
    rows = [replace(row, visits=()) if row.subject == "async-def" else row for row in study()]

    assert next(iter(things(rows).values())).title == "`def` on one CPU"


def test_a_title_tells_levels_and_what_is_measured() -> None:
    row = benchmark("work", "def", "free", "p99", [1.0, 2.0], in_flight=100)

    assert [one.title for one in things([row]).values()] == [
        "`def` (in flight 100, p99) on all CPUs"
    ]


def test_counts_and_bytes_are_not_compared() -> None:
    row = benchmark("server", "threads", "free", "threads", [1.0, 2.0], "integer")

    assert things([row]) == {}


# Inside one run


def test_a_planted_change_is_found_inside_one_run() -> None:
    found = paired(study(), study({**TIMES, "def": 130.0}, OTHER))
    seen = [one for one in found if one.is_seen]

    assert sorted(titles(seen)) == [
        "`def` more than `async-def` on all CPUs",
        "`def` more than `async-def` on one CPU",
    ]
    assert {one.verdict for one in seen} == {"dearer"}
    assert all(one.more.value * 1e6 == pytest.approx(10, rel=0.1) for one in seen)
    assert all(one.share == pytest.approx(10 / 80, rel=0.1) for one in seen)


def test_what_became_cheaper_is_called_so() -> None:
    seen = [one for one in paired(study(), study({**TIMES, "no-op": 0.8}, OTHER)) if one.is_seen]

    assert {one.verdict for one in seen} == {"cheaper"}
    assert all("no-op" in title for title in titles(seen))


def test_changes_stand_by_their_size_and_the_others_after_them() -> None:
    restless, again = (study({"restless": 1.0}, one, spread=0.5) for one in ("", OTHER))
    other = study({**TIMES, "def": 130.0, "no-op": 0.5}, OTHER)
    found = paired([*study(), *restless], [*other, *again])
    seen = [abs(one.share) for one in found if one.is_seen]
    others = [abs(one.share) for one in found if not one.is_seen]

    assert [one.is_seen for one in found] == sorted((one.is_seen for one in found), reverse=True)
    assert "no-op" in found[0].thing.title
    assert max(others) > min(seen)


def test_an_interval_is_wider_the_more_is_compared() -> None:
    few = paired(study(), study(TIMES, OTHER))
    more = {f"kind-{n}": 50.0 for n in range(KINDS)}
    many = paired([*study(), *study(more)], [*study(TIMES, OTHER), *study(more, OTHER)])
    widths = {one.thing.title: one.more.half_width for one in few}

    assert all(
        one.more.half_width > widths[one.thing.title] for one in many if one.thing.title in widths
    )


def test_what_only_one_of_both_has_widens_no_interval() -> None:
    more = study({f"kind-{n}": 50.0 for n in range(KINDS)})

    assert paired([*study(), *more], study(TIMES, OTHER)) == paired(study(), study(TIMES, OTHER))


def test_one_round_tells_no_change() -> None:
    found = paired(study(rounds=1), study({**TIMES, "def": 500.0}, OTHER, rounds=1))

    assert {one.verdict for one in found} == {"one round tells no change"}


# Of two runs


def test_a_planted_change_is_found_since_an_earlier_run() -> None:
    found = since(study(run="old"), study({**TIMES, "def": 160.0}, run="new"))
    seen = [one for one in found if one.is_seen]

    assert {one.thing.title for one in seen} == {
        "`def` more than `async-def` on one CPU",
        "`def` more than `async-def` on all CPUs",
    }


def test_less_than_two_runs_of_the_same_differ_by_is_no_change() -> None:
    slower = {name: us * 1.02 for name, us in TIMES.items()}
    found = since(study(run="old", rounds=200), study(slower, run="new", rounds=200))

    assert not any(one.more.includes(0.0) for one in found if "no-op" in one.thing.title)
    assert not any(one.is_seen for one in found)


def shuffled_runs(
    times: int, rounds: tuple[int, int], noise: tuple[float, float]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    chance = np.random.default_rng(7)
    for _ in range(times):
        yield chance.normal(1.0, noise[0], rounds[0]), chance.normal(1.0, noise[1], rounds[1])


@pytest.mark.parametrize(
    ("rounds", "noise"),
    [((7, 12), (0.01, 0.03)), ((5, 30), (0.03, 0.01))],
)
def test_a_family_of_comparisons_raises_a_false_alarm_no_oftener_than_it_says(
    rounds: tuple[int, int], noise: tuple[float, float]
) -> None:
    family, times = 40, 800
    runs = shuffled_runs(times, rounds, noise)
    alarms = [not apart(*one, family).includes(0.0) for one in runs]
    families = np.array(alarms).reshape(-1, family).any(axis=1)

    assert families.mean() < 0.1


def test_one_of_so_many_comparisons_is_as_wide_as_its_share_of_the_alarms() -> None:
    before, after = np.linspace(0.99, 1.01, 12), np.linspace(1.0, 1.02, 12)
    kept = 12 - 2 * int(TRIMMED * 12)
    single, many = (apart(before, after, count).half_width for count in (1, 40))
    quantiles = [distributions.t.isf(0.025 / count, kept - 1) for count in (1, 40)]

    assert many / single == pytest.approx(quantiles[1] / quantiles[0])


def test_a_single_comparison_of_equal_runs_raises_a_false_alarm_about_as_often_as_it_says() -> None:
    runs = shuffled_runs(1000, (30, 30), (0.01, 0.01))

    assert 0.02 < np.mean([not apart(*one, 1).includes(0.0) for one in runs]) < 0.06


def test_a_long_quiet_run_makes_a_short_noisy_one_no_surer() -> None:
    quiet, noisy = np.linspace(0.99, 1.01, 40), np.linspace(0.5, 1.5, 8)

    assert apart(quiet, noisy, 1).half_width == pytest.approx(mean_of(noisy).half_width, rel=0.2)


def test_a_wild_round_hides_no_change() -> None:
    steady = np.linspace(0.99, 1.01, 12)
    wild = np.append(steady[:-1] + 0.1, 5.0)

    assert apart(steady, wild, 1).low > 0.08


def test_runs_of_one_round_have_no_interval() -> None:
    assert not apart(np.array([1.0]), np.array([2.0, 3.0]), 3).has_interval


# What is told


def test_other_versions_are_compared_with_the_locked_ones_of_their_run() -> None:
    rows = [*study(), *study({**TIMES, "def": 130.0}, OTHER)]
    (found,) = comparisons(
        source(rows, distributions_with=(("anyio", "4.9.0"), ("fastapi", "0.165.0")))
    )

    assert found.is_paired
    assert found.versions == (("anyio", "4.16.0", "4.9.0"),)
    assert found.summary.startswith(f"What does {OTHER} change? Of 6 numbers compared, ")
    assert len(found.seen) + len(found.others) == len(found.found) == 6
    assert found.lines[1].startswith("- `def` more than `async-def` on ")


def test_without_anything_to_compare_there_is_no_page() -> None:
    assert comparisons(source(study())) == ()
    assert comparison_page(()) == {}


@pytest.mark.parametrize("calm", [("old",), ("new",), ("old", "new")])
def test_calm_moments_are_compared_with_calm_moments_only(calm: tuple[str, ...]) -> None:
    runs = {
        name: source(study(run=name), f"{name}.json.gz", data_sha256=name)
        for name in ("old", "new")
    }
    for name in calm:
        told = runs[name].rows.provenance
        facts = (*told.facts, ("calm_stretch_seconds", "3e-05"))
        rows = replace(runs[name].rows, provenance=replace(told, facts=facts))
        runs[name] = replace(runs[name], rows=rows)

    if len(calm) == 2:
        assert len(comparisons(runs["new"], runs["old"])) == 1
    else:
        wanted = "with" if calm == ("new",) else "without"
        with pytest.raises(InputError, match=f"name an earlier run {wanted} it"):
            comparisons(runs["new"], runs["old"])


def test_what_changed_since_an_earlier_run_is_told_with_what_else_differs() -> None:
    earlier = source(study(run="old"), "old.json.gz", commit="aaaaaaaaaaaa", data_sha256="1" * 64)
    (found,) = comparisons(source(study({**TIMES, "def": 150.0}, run="new")), earlier)
    text = comparison_page([found])[COMPARISON].decode()

    assert "What changed since old.json.gz?" in text
    assert "What else differs: hopcost commit." in text
    assert "each must exceed 10 % on one CPU, and 35 % on all CPUs as well" in text
    assert "dearer" in text


def test_both_runs_are_named_with_their_days() -> None:
    earlier = source(study(run="old"), "old.json.gz", first_date="2024-12-31", data_sha256="1" * 64)
    (found,) = comparisons(source(study(run="new"), first_date="2025-01-31"), earlier)

    assert (found.before, found.after) == ("old.json.gz, 2024-12-31", "new.json.gz, 2025-01-31")


def test_an_earlier_run_is_compared_with_the_locked_versions_alone() -> None:
    earlier = source(study(run="old"), "old.json.gz", data_sha256="1" * 64)
    rows = [*study(run="new"), *study({**TIMES, "def": 500.0}, OTHER)]
    inside, since_then = comparisons(source(rows), earlier)

    assert (inside.is_paired, since_then.is_paired) == (True, False)
    assert (len(inside.seen), len(since_then.seen)) == (2, 0)


@pytest.mark.parametrize("name", ["second", "factors", "remedies", "concurrency"])
def test_runs_of_the_same_thing_in_other_hours_show_no_change(name: str) -> None:
    run, reference = (source_of(RESULTS / f"{one}.json.gz") for one in (name, "reference"))
    found = since(reference.rows.benchmarks, run.rows.benchmarks)

    assert titles(one for one in found if one.is_seen) == []


def test_two_runs_promise_nothing_of_false_alarms() -> None:
    earlier = source(study(run="old"), "old.json.gz", data_sha256="1" * 64)
    text = comparison_page(comparisons(source(study(run="new")), earlier))[COMPARISON].decode()

    assert "of tables name something that did not change" not in text
    inside = comparisons(source([*study(), *study(TIMES, OTHER)]))
    assert "at most 5 % of tables name something that did not change" in (
        comparison_page(inside)[COMPARISON].decode()
    )


def test_a_patch_that_keeps_its_version_is_told_as_built() -> None:
    rows = [*study(), *study(TIMES, "anyio@0123abcd")]
    same = rows_of(*study()).provenance.distributions
    (found,) = comparisons(source(rows, distributions_with=same))
    text = comparison_page([found])[COMPARISON].decode()

    assert found.versions == (("anyio", "4.16.0", "4.16.0, built: 0123abcd"),)
    assert "The same packages are installed in both" not in text


def test_what_was_built_is_told_with_both_versions() -> None:
    assert built("anyio@0123abcd", [("anyio", "4.16.0")], [("anyio", "4.17.0")]) == (
        ("anyio", "4.16.0", "4.17.0, built: 0123abcd"),
    )
    assert built(OTHER, [("anyio", "4.16.0")], [("anyio", "4.9.0")]) == ()


def test_no_change_is_said_in_as_many_words() -> None:
    (found,) = comparisons(source([*study(), *study(TIMES, OTHER)]))

    assert found.lines == (
        f"What does {OTHER} change? Of 6 numbers compared, none is known to have changed.",
    )


def test_many_changes_are_counted_after_the_first_few() -> None:
    more = {f"kind-{n}": 50.0 for n in range(KINDS)}
    slower = dict.fromkeys(more, 100.0)
    (found,) = comparisons(source([*study(more), *study(slower, OTHER)]))

    assert found.lines[-1] == f"- and {2 * KINDS - 5} more"
    assert len(found.lines) == 7


def test_a_run_is_not_compared_with_itself() -> None:
    run = source(study())

    with pytest.raises(InputError, match="is the run itself: name an earlier one"):
        comparisons(run, replace(run, data="copy.json.gz"))


def test_another_run_may_have_the_same_name() -> None:
    earlier = source(study(run="old"), data_sha256="1" * 64)

    assert len(comparisons(source(study()), earlier)) == 1


@pytest.mark.parametrize("fact", ["cpu_model_name", "python_version", "gil"])
def test_an_earlier_run_of_another_machine_is_refused(fact: str) -> None:
    facts = tuple({**dict(source(study()).rows.provenance.facts), fact: "another"}.items())
    earlier = source(study(run="old"), "old.json.gz", facts=facts, data_sha256="1" * 64)

    with pytest.raises(InputError, match=r"old\.json\.gz must come from the machine and Python of"):
        comparisons(source(study()), earlier)


def test_an_earlier_run_of_something_else_is_refused() -> None:
    earlier = source(study({"other": 1.0}), "old.json.gz", data_sha256="1" * 64)

    with pytest.raises(InputError, match=r"has no benchmark in common with new\.json\.gz: name"):
        comparisons(source(study()), earlier)


def test_packages_are_compared_by_version() -> None:
    before = (("anyio", "4"), ("gone", "1"), ("pip", "24"), ("same", "1"))
    after = (("anyio", "5"), ("new", "1"), ("pip", "26"), ("same", "1"))
    found = unlike(before, after)

    assert [name for name, *_ in found] == ["anyio", "gone", "new", "pip"]
    assert [name for name, *_ in installed(found)] == ["anyio", "new"]


def test_the_other_versions_of_a_run_are_in_no_section_of_its_report() -> None:
    rows = rows_of(*study(), *study({**TIMES, "def": 500.0}, OTHER))

    assert len(rows.study("harness")) == len(study())
    assert {row.versions for row in rows.study("harness")} == {""}


def test_a_report_and_its_comparison_lie_side_by_side(tmp_path: Path) -> None:
    old, new = (
        synthetic.write(tmp_path / f"{name}.json.gz", synthetic.suite(rounds=3, seed=seed))
        for name, seed in (("old", 1), ("new", 2))
    )
    found = render(new, tmp_path / "out", earlier=old)

    assert tmp_path / "out" / COMPARISON in found.files
    assert "What changed since old.json.gz?" in (tmp_path / "out" / COMPARISON).read_text()
    assert len(found.comparisons) == 1
