"""Study releases: what a hop cost with the packages of other years, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Annotation

from analysis.benchmark import Benchmark
from analysis.checks import FAIL, PASS
from analysis.estimate import Estimate
from analysis.figures import house_style
from analysis.page import page
from analysis.releases.bars import width_check
from analysis.releases.costs import HOP as BARE_HOP
from analysis.releases.costs import MODEL, PAIR, TRIVIAL, Cost
from analysis.releases.drawing import NAMED, SAID, spread
from analysis.sections import releases
from analysis.visit import Failure
from bench.releases import stacks
from tests.synthetic_loads import rows_of
from tests.synthetic_releases import BARE, BASE, HOP, SHARES, study

pytestmark = pytest.mark.usefixtures("few_resamples")


@pytest.fixture(scope="module")
def measured() -> releases.Numbers:
    return numbers_of(study())


def numbers_of(rows: Iterable[Benchmark]) -> releases.Numbers:
    found = releases.numbers(rows_of(*rows))
    assert found is not None

    return found


def text_of(found: releases.Numbers) -> str:
    return page("releases.md.j2", {"numbers": found}).replace("\N{NO-BREAK SPACE}", " ")


def test_stacks_stand_from_the_oldest_to_the_locked(measured: releases.Numbers) -> None:
    for placed in measured.placed:
        assert [one.name for one in placed.stacks] == list(SHARES)


@pytest.mark.parametrize("placement", HOP)
@pytest.mark.parametrize("stack", SHARES)
def test_each_cost_is_the_made_up_one(
    measured: releases.Numbers, placement: str, stack: str
) -> None:
    placed = next(one for one in measured.placed if one.placement == placement)
    costs = next(one for one in placed.stacks if one.name == stack).costs
    hop = SHARES[stack] * HOP[placement]

    for what, us in ((BARE_HOP, BARE * hop), (PAIR, hop), (MODEL, 2 * hop), (TRIVIAL, BASE)):
        assert costs[what].value.value * 1e6 == pytest.approx(us, rel=0.02)


def test_a_stack_is_compared_with_the_locked_one(measured: releases.Numbers) -> None:
    oldest = measured.main.oldest.costs[BARE_HOP]

    assert oldest.ratio is not None
    assert oldest.ratio.value == pytest.approx(SHARES["2023-07"], rel=0.02)
    assert oldest.more is not None
    assert oldest.more.value > 0
    assert oldest.differs


def test_the_locked_stack_is_compared_with_nothing(measured: releases.Numbers) -> None:
    locked = measured.main.locked

    assert locked is not None
    assert {one.more for one in locked.costs.values()} == {None}


def test_the_headline_says_what_has_become_of_the_hop(measured: releases.Numbers) -> None:
    said = releases.headline(measured)

    assert said.startswith(
        "On one CPU, AnyIO 3.7.1 and FastAPI 0.100.1 (2023-07) take, of the time"
    )
    ratios = [float(one) for one in re.findall("\N{MULTIPLICATION SIGN} ([0-9.]+) ", said)]
    assert ratios == pytest.approx([1.5, 1.5, 1.0], rel=0.01)


def test_without_an_older_stack_there_is_no_headline() -> None:
    alone = numbers_of(study({"locked": 1.0}))

    assert releases.headline(alone) == ""
    assert alone.main.since == ()


def test_without_the_study_there_are_no_numbers() -> None:
    assert releases.numbers(rows_of()) is None


def test_steps_between_neighbours_are_named(measured: releases.Numbers) -> None:
    steps = [(one.name, other.name) for one, other in measured.main.steps]

    assert steps == [("2023-07", "2025-01"), ("2025-01", "locked")]


def test_no_step_is_named_where_nothing_changed() -> None:
    assert numbers_of(study(dict.fromkeys(SHARES, 1.0))).main.steps == ()


def test_the_text_tells_versions_passes_and_sniffio(measured: releases.Numbers) -> None:
    text = text_of(measured)

    assert re.search(r"the hop alone: 69\.\d+ \S+, then 46\.\d+ ", text)
    assert "| 2023-07 | 3.7.1 | 1.0.0 | 0.100.1 | 2.0.0 |" in text
    assert "The hop alone takes 4 passes of the event loop in every stack." in text
    assert (
        "AnyIO had the package sniffio, which it asks which event loop runs, in 2023-07, 2025"
        in (text)
    )
    assert "All stacks run under Python 3.11.7" in text
    assert "calls 60 functions written in Python with the packages of 2023-07" in text
    assert "and 60 with the locked ones, 1.00 times as many" in text
    assert "| locked | 60 | 20 | 40 |" in text


@pytest.mark.parametrize(("again", "verdict"), [(1.0, PASS), (1.1, FAIL)])
def test_the_control_fails_where_the_same_packages_differ(again: float, verdict: str) -> None:
    found = releases.checks(numbers_of(study(again=again)))
    judged = {one.bar: one.verdict for one in found if one.bar.startswith("A/A")}

    assert len(judged) == 6
    assert {v for bar, v in judged.items() if "request" not in bar} == {verdict}
    assert {v for bar, v in judged.items() if "request" in bar} == {PASS}


def test_the_control_stands_in_the_table(measured: releases.Numbers) -> None:
    assert text_of(measured).count("| locked, once more | 46") == 1


def test_visits_that_all_failed_leave_the_other_placement() -> None:
    failed = replace(
        next(row for row in study() if row.placement == "one-cpu"),
        visits=(),
        factors=(),
        metric=None,
        failures=(Failure("releases/hop@placement=one-cpu", 1, 1, "timeout", "too slow"),),
    )
    kept = [row for row in study() if row.placement == "free"]

    assert [one.placement for one in numbers_of([failed, *kept]).placed] == ["free"]


def test_a_difference_is_one_by_its_ratio_as_well() -> None:
    more, ratio = Estimate(-3e-5, -6e-5, -1e-7, 9), Estimate(0.89, 0.81, 1.02, 9)

    assert not Cost(more, more, ratio).differs
    assert Cost(more, more, Estimate(0.89, 0.81, 0.98, 9)).differs


@pytest.mark.parametrize(("rounds", "verdict"), [(8, PASS), (1, FAIL)])
def test_a_hop_that_is_not_known_well_enough_misses_its_bar(rounds: int, verdict: str) -> None:
    found = releases.checks(numbers_of(study(rounds=rounds)))

    assert [one.verdict for one in found if "half-width" in one.bar] == [verdict, verdict]


@pytest.mark.parametrize(("half", "verdict"), [(0.04, PASS), (0.06, FAIL)])
def test_the_least_known_hop_is_judged_by_its_share(
    measured: releases.Numbers, half: float, verdict: str
) -> None:
    first, *others = measured.main.stacks
    hop = Estimate(2.0, 2 - 2 * half, 2 + 2 * half, 9)
    costs = {**first.costs, BARE_HOP: replace(first.costs[BARE_HOP], value=hop)}
    placed = replace(measured.main, stacks=(replace(first, costs=costs), *others))

    assert width_check(placed).verdict == verdict


def test_the_figure_has_a_panel_per_placement_and_every_stack_in_it(
    measured: releases.Numbers,
) -> None:
    with house_style():
        panels = releases.figure(measured).axes

    assert len(panels) == len(HOP)
    for axes in panels:
        labels = [one.get_text().partition("\n")[0] for one in axes.get_xticklabels()]
        assert labels == list(SHARES)


def test_panels_stand_apart_and_one_has_the_legend_and_another_the_packages(
    measured: releases.Numbers,
) -> None:
    with house_style():
        first, last = releases.figure(measured).axes

    assert first.get_position().y0 > last.get_position().y1
    assert [axes.get_legend() is None for axes in (first, last)] == [False, True]
    assert ["AnyIO" in axes.get_xticklabels()[0].get_text() for axes in (first, last)] == [
        *(False, True)
    ]


def test_the_oldest_and_the_locked_stack_have_numbers_beside_their_dots(
    measured: releases.Numbers,
) -> None:
    with house_style():
        axes = releases.figure(measured).axes[0]

    numbers = [text for text in axes.texts if isinstance(text, Annotation) and text.xy != (0, 1)]
    for place, stack in ((0, measured.main.oldest), (len(SHARES) - 1, measured.main.locked)):
        assert stack is not None
        beside = {text.xy[1]: float(text.get_text()) for text in numbers if text.xy[0] == place}
        costs = sorted(one.value.value * 1e6 for one in stack.costs.values())
        assert [beside[height] for height in sorted(beside)] == pytest.approx(costs, abs=0.5)
        assert max(beside) < axes.get_ylim()[1]


def test_the_figure_draws_what_was_measured(measured: releases.Numbers) -> None:
    with house_style():
        axes = releases.figure(measured).axes[0]

    drawn = {one.get_label(): one.get_ydata() for one in axes.get_lines()}
    hops = [one.costs[PAIR].value.value * 1e6 for one in measured.main.stacks]
    assert np.asarray(drawn[SAID[PAIR]]) == pytest.approx(hops)


def test_numbers_that_would_overlap_are_moved_apart() -> None:
    assert spread([10.0, 12.0, 16.0, 40.0], 5.0) == [10.0, 15.0, 20.0, 40.0]
    assert spread([], 5.0) == []


def test_alternative_text_has_the_hop_of_every_stack(measured: releases.Numbers) -> None:
    assert [stack in releases.alt(measured) for stack in SHARES] == [True] * len(SHARES)


def test_alternative_text_leaves_out_a_hop_that_was_not_measured() -> None:
    lacking = {"stack": "2025-01"}
    rows = [
        row for row in study() if row.subject != "anyio-run-sync" or dict(row.factors) != lacking
    ]

    assert "2023-07" in releases.alt(numbers_of(rows))
    assert "2025-01" not in releases.alt(numbers_of(rows))


def test_all_packages_told_by_a_visit_have_a_name() -> None:
    assert {*NAMED, "sniffio"} == set(stacks.PACKAGES)
