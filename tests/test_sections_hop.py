"""Study hop: rungs, increments, and whether they add up."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import digits
from analysis.answer import answer_of
from analysis.checks import FAIL, PASS
from analysis.figures import house_style
from analysis.ladder import PARTS, Rung
from analysis.load import load
from analysis.page import page
from analysis.quality import checks, closure_check
from analysis.rows import Rows
from analysis.sections import hop
from tests import synthetic
from tests.synthetic import Spec

pytestmark = pytest.mark.usefixtures("few_resamples")

STUDY = tuple(spec for spec in synthetic.specs() if spec.study == "hop")
QUIET = 1e-4

TRIMMING = 0.02  # a trimmed mean is not additive


def rows_of(path: Path, plan: Sequence[Spec] = STUDY, **options: object) -> Rows:
    suite = synthetic.suite(plan, **{"rounds": 7, **options})  # type: ignore[arg-type]

    return load(synthetic.write(path / "a.json.gz", suite))


def numbers_of(rows: Rows) -> hop.Numbers:
    found = hop.numbers(rows)
    assert found is not None

    return found


def changed(times: Mapping[str, float]) -> list[Spec]:
    """The study with other true times for some subjects, in us."""
    return [replace(spec, true=times.get(spec.subject, spec.true)) for spec in STUDY]


def text_of(rows: Rows) -> str:
    return page("hop.md.j2", {"numbers": numbers_of(rows)}).replace("\N{NO-BREAK SPACE}", " ")


def cost(rung: Rung | None) -> float:
    assert rung is not None
    assert rung.cost is not None

    return rung.cost.value * 1e6


def test_a_rung_costs_its_time_less_what_it_stands_on(tmp_path: Path) -> None:
    main = numbers_of(rows_of(tmp_path, spread=QUIET)).main

    assert cost(main.step("run-in-threadpool")) == pytest.approx(46, rel=0.03)
    assert cost(main.step("beside-request")) == pytest.approx(66, rel=0.03)
    assert cost(main.step("fastapi-def-model")) == pytest.approx(132, rel=0.03)


def test_increments_add_up_to_the_highest_rung(tmp_path: Path) -> None:
    steps = numbers_of(rows_of(tmp_path)).main.steps
    increments = [rung.increment.value for rung in steps if rung.increment]

    assert len(increments) == len(steps)
    assert sum(increments) * 1e6 == pytest.approx(cost(steps[-1]), rel=TRIMMING)


def test_rungs_climb_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    steps = numbers_of(rows_of(tmp_path, STUDY[::-1])).main.steps

    assert [rung.subject for rung in steps][:3] == ["call", "await", "one-pass"]


def test_a_ladder_that_adds_up_closes(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    found = numbers_of(rows).main.closure

    assert found is not None
    assert abs(found.residual_share.value) < 0.05
    assert closure_check(answer_of(rows, None).main).verdict == PASS


def test_a_missing_rung_shows_as_a_residual(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, changed({"beside-request": synthetic.BASE + 46}), spread=QUIET)
    found = numbers_of(rows).main.closure

    assert found is not None
    assert found.residual_share.value == pytest.approx(20 / 66, rel=0.03)
    assert closure_check(answer_of(rows, None).main).verdict == FAIL


def test_the_closure_is_judged_on_every_placement(tmp_path: Path) -> None:
    rows = rows_of(tmp_path)
    bars = [one.bar for one in checks(rows, None, answer_of(rows, None)) if "closure" in one.bar]

    assert [bar.partition(":")[0] for bar in bars] == ["closure on one CPU", "closure on all CPUs"]


def test_rungs_that_explain_too_much_miss_their_bar_too(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, changed({"beside-request": synthetic.BASE + 80}), spread=QUIET)

    assert closure_check(answer_of(rows, None).main).verdict == FAIL


def test_the_figure_says_what_is_left_unexplained(tmp_path: Path) -> None:
    found = numbers_of(rows_of(tmp_path)).main.closure

    assert found is not None
    said = hop.closure_in_words(found)
    assert said.startswith(f"of {digits.short_time(found.whole)}, the rungs leave ")
    assert digits.percent(found.residual_share) in said


def test_the_parts_and_the_rest_make_the_whole(tmp_path: Path) -> None:
    main = numbers_of(rows_of(tmp_path)).main

    assert len(main.parts) == len(PARTS) + 1
    assert sum(part.share.value for part in main.parts) == pytest.approx(1, rel=TRIMMING)


def test_parts_need_every_rung_they_are_made_of(tmp_path: Path) -> None:
    plan = [spec for spec in STUDY if spec.subject != "limiter"]

    assert numbers_of(rows_of(tmp_path, plan)).main.parts == ()


def test_a_missing_rung_is_shown_as_not_measured(tmp_path: Path) -> None:
    plan = [spec for spec in STUDY if spec.subject != "async-def"]

    assert "| `fastapi-def`: what fastapi-def adds | not measured |" in text_of(
        rows_of(tmp_path, plan)
    )


@pytest.mark.parametrize(
    ("true", "said"),
    [
        (synthetic.BASE + 66, "On one CPU, a request and then a hop cost 20"),
        (
            synthetic.BASE + 46,
            "On one CPU, a request and then a hop cost no more than the two apart",
        ),
        (
            synthetic.BASE + 20,
            "On one CPU, a request and then a hop cost less together than the two apart",
        ),
    ],
)
def test_the_text_of_the_surprise_follows_the_data(tmp_path: Path, true: float, said: str) -> None:
    plan = [
        replace(spec, true=true)
        if (spec.subject, spec.placement) == ("beside-request", "one-cpu")
        else spec
        for spec in STUDY
    ]

    assert said in text_of(rows_of(tmp_path, plan, seed=3, spread=0.005))


@pytest.mark.parametrize(
    ("colder", "said"),
    [(30.0, "the dearer the hop"), (2.0, "cold caches are not shown to be the reason")],
)
def test_cold_caches_are_blamed_only_if_shown(tmp_path: Path, colder: float, said: str) -> None:
    plan = changed({"beside-2048-kib": 250 + 46 + colder})

    assert said in text_of(rows_of(tmp_path, plan))


def test_a_hop_after_a_hop_costs_nothing_extra(tmp_path: Path) -> None:
    extra = numbers_of(rows_of(tmp_path)).main.extra_beside_hop

    assert extra is not None
    assert extra.includes(0)


def test_anyio_stands_on_top_of_the_threads(tmp_path: Path) -> None:
    threads = numbers_of(rows_of(tmp_path, spread=QUIET)).main.threads

    assert [rung.subject for rung in threads][-2:] == ["asyncio-to-thread", "anyio-run-sync"]
    assert threads[-1].increment is not None
    assert threads[-1].increment.value * 1e6 == pytest.approx(16.5, rel=0.1)


def test_switches_are_counted_and_not_timed(tmp_path: Path) -> None:
    row = next(line for line in text_of(rows_of(tmp_path)).splitlines() if "switches" in line)

    assert "s" not in row.partition("|")[2].partition("|")[2]


def test_placements_stand_beside_each_other_and_are_not_mixed(tmp_path: Path) -> None:
    found = numbers_of(rows_of(tmp_path, spread=QUIET))

    assert [one.placement for one in found.placed] == ["one-cpu", "free"]
    assert cost(found.placed[1].step("fastapi-def")) == pytest.approx(162.4, rel=0.03)


def test_a_panel_for_each_placement(tmp_path: Path) -> None:
    with house_style():
        axes = hop.figure(numbers_of(rows_of(tmp_path))).axes

    assert [one.get_title(loc="left") for one in axes] == ["On one CPU", "On all CPUs"]


def test_the_figure_labels_every_rung(tmp_path: Path) -> None:
    found = numbers_of(rows_of(tmp_path))

    with house_style():
        labels = [label.get_text() for label in hop.figure(found).axes[0].get_yticklabels()]

    assert labels == [rung.subject for rung in found.main.steps]


def test_nothing_measured_is_no_section(tmp_path: Path) -> None:
    plan = [spec for spec in synthetic.specs() if spec.study == "harness"]

    assert hop.numbers(rows_of(tmp_path, plan)) is None


def test_ladders_are_pairwise_ordered_as_made(tmp_path: Path) -> None:
    for rungs in (numbers_of(rows_of(tmp_path, spread=QUIET)).main.steps[:10],):
        assert all(cost(lower) < cost(upper) for lower, upper in itertools.pairwise(rungs))
