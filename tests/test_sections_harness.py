"""Study harness: what each instrument reports, the floor and the control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from analysis.answer import answer_of
from analysis.checks import FAIL, PASS, UNKNOWN, Check
from analysis.figures import house_style
from analysis.load import load
from analysis.page import page
from analysis.quality import checks
from analysis.rows import Rows
from analysis.sections import harness
from tests import synthetic
from tests.synthetic import Spec

STUDY = tuple(spec for spec in synthetic.specs() if spec.study == "harness")

TRIMMING = 0.02  # a trimmed mean is not additive


def rows_of(path: Path, plan: Sequence[Spec] = STUDY, **options: object) -> Rows:
    suite = synthetic.suite(plan, **{"rounds": 7, **options})  # type: ignore[arg-type]

    return load(synthetic.write(path / "a.json.gz", suite))


def numbers_of(rows: Rows) -> harness.Numbers:
    found = harness.numbers(rows)
    assert found is not None

    return found


def changed(times: Mapping[str, float]) -> list[Spec]:
    """The study with other true times for some subjects, in us."""
    return [
        Spec(s.study, s.subject, s.placement, times.get(s.subject, s.true), s.facts) for s in STUDY
    ]


def judgements(rows: Rows) -> dict[str, Check]:
    found = checks(rows, harness.numbers(rows), answer_of(rows, None))

    return {check.bar: check for check in found}


def judgement(rows: Rows, words: str) -> Check:
    (found,) = (check for bar, check in judgements(rows).items() if words in bar)

    return found


def test_every_instrument_sees_the_same_difference(tmp_path: Path) -> None:
    found = numbers_of(rows_of(tmp_path, spread=1e-4))
    seen = [one.difference.value * 1e6 for one in found.at("one-cpu")]

    assert seen == pytest.approx([67, 67, 67], rel=0.02)


def test_the_ratio_falls_as_the_instrument_grows(tmp_path: Path) -> None:
    ratios = [one.ratio.value for one in numbers_of(rows_of(tmp_path)).at("one-cpu")]

    assert ratios == sorted(ratios, reverse=True)


def test_the_floor_is_a_share_of_the_exchange(tmp_path: Path) -> None:
    floor = numbers_of(rows_of(tmp_path, spread=1e-4)).floors[0]

    assert floor.share_of_async_def is not None
    assert floor.share_of_async_def.value == pytest.approx(1.2 / 45, rel=0.01)


def test_a_control_that_agrees_passes(tmp_path: Path) -> None:
    assert judgement(rows_of(tmp_path), "A/A ratio: its interval").verdict == PASS


def test_a_control_that_differs_makes_a_draft(tmp_path: Path) -> None:
    found = judgement(
        rows_of(tmp_path, changed({"async-def-again": 47})), "A/A ratio: its interval"
    )

    assert found.verdict == FAIL
    assert found.draft.startswith("the A/A control finds two equal handlers to differ")


def test_a_control_that_was_not_measured_is_said_so(tmp_path: Path) -> None:
    plan = [spec for spec in STUDY if spec.subject != "async-def-again"]

    assert judgement(rows_of(tmp_path, plan), "A/A ratio: its interval").verdict == UNKNOWN


@pytest.mark.parametrize(("true", "verdict"), [(1.2, PASS), (1.7, FAIL)])
def test_the_floor_is_held_against_its_bar(tmp_path: Path, true: float, verdict: str) -> None:
    rows = rows_of(tmp_path, changed({"no-op": true}))

    assert judgement(rows, "no-op application").verdict == verdict


@pytest.mark.parametrize(("spread", "verdict"), [(0.005, PASS), (0.1, FAIL)])
def test_a_hop_cost_that_is_badly_known_fails(tmp_path: Path, spread: float, verdict: str) -> None:
    assert judgement(rows_of(tmp_path, spread=spread), "hop cost").verdict == verdict


def test_the_text_says_when_an_instrument_cannot_see_the_hop(tmp_path: Path) -> None:
    plan = [s for s in STUDY if s.facts["instrument"] != "testclient"]
    noisy = [s for s in changed({"def": 1000.0}) if s.facts["instrument"] == "testclient"]
    found = numbers_of(rows_of(tmp_path, [*plan, *noisy]))
    text = page("harness.md.j2", {"numbers": found})

    assert "TestClient on one CPU cannot see the hop" in text
    assert "httpx.ASGITransport on one CPU cannot see the hop" not in text


def test_the_figure_has_a_bar_for_every_reading(tmp_path: Path) -> None:
    found = numbers_of(rows_of(tmp_path))

    with house_style():
        axes = harness.figure(found).axes

    labels = [[label.get_text() for label in one.get_yticklabels()] for one in axes]
    assert labels == [list(harness.INSTRUMENTS.values())] * 2
    assert [len(one.patches) for one in axes] == [6, 6]


def test_the_figures_bars_end_where_the_numbers_say(tmp_path: Path) -> None:
    found = numbers_of(rows_of(tmp_path))

    with house_style():
        bars = harness.figure(found).axes[0].patches

    ends = [bar.get_x() + bar.get_width() for bar in bars[1::2]]  # type: ignore[attr-defined]
    times = [one.time.value * 1e6 for one in found.at("one-cpu")]
    assert ends == pytest.approx(times, rel=TRIMMING)


def test_nothing_measured_is_no_section(tmp_path: Path) -> None:
    plan = [spec for spec in synthetic.specs() if spec.study == "hop"]

    assert harness.numbers(rows_of(tmp_path, plan)) is None
