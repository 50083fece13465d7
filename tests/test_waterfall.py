"""The waterfall of a hop: each bar begins where the one above it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes

from analysis.digits import NOT_MEASURED
from analysis.figures import BLUE, GREEN, ORANGE, blank, house_style, panel
from analysis.hop.numbers import Numbers, Placed, numbers
from analysis.hop.waterfall import draw_waterfall, end_of, shade
from analysis.load import load
from tests import synthetic

pytestmark = pytest.mark.usefixtures("few_resamples")

STUDY = tuple(spec for spec in synthetic.specs() if spec.study == "hop")
TRIMMING = 0.02  # a trimmed mean is not additive


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Numbers:
    path = tmp_path_factory.mktemp("data") / "a.json.gz"
    made = numbers(load(synthetic.write(path, synthetic.suite(STUDY, rounds=7))))
    assert made is not None

    return made


def drawn(one: Placed) -> Axes:
    with house_style():
        axes = panel(blank(6), 1, 1, 11, 5)
        draw_waterfall(axes, one, tuple(rung.subject for rung in one.steps))

    return axes


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_each_bar_begins_where_the_one_before_it_ended(found: Numbers) -> None:
    steps = found.main.steps
    bars = drawn(found.main).patches[: len(steps)]
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]  # type: ignore[attr-defined]
    starts, stops = [start for start, _ in ends[1:]], [end for _, end in ends[:-1]]

    assert steps[-1].cost is not None
    assert starts == pytest.approx(stops, rel=TRIMMING)
    assert ends[-1][1] == pytest.approx(steps[-1].cost.value * 1e6, rel=TRIMMING)


def test_a_rung_that_was_not_measured_says_so_and_has_no_bar(found: Numbers) -> None:
    missing = replace(found.main.steps[0], increment=None)
    lacking = replace(found.main, steps=(missing, *found.main.steps[1:]))

    assert texts(drawn(lacking)).count(NOT_MEASURED) == 1
    assert texts(drawn(found.main)).count(NOT_MEASURED) == 0
    assert len(drawn(lacking).patches) == len(drawn(found.main).patches) - 1
    assert end_of(missing) == 0


def test_a_line_leads_from_what_is_explained_to_the_endpoint(found: Numbers) -> None:
    closed, open_ = found.main, replace(found.main, closure=None)

    assert closed.closure
    (line,) = [one for one in drawn(closed).lines if one.get_linewidth() < 1]
    assert list(map(float, line.get_xdata())) == [closed.closure.explained.value * 1e6] * 2  # type: ignore[arg-type]
    assert [one for one in drawn(open_).lines if one.get_linewidth() < 1] == []


@pytest.mark.parametrize(
    ("subject", "colour"),
    [("self-wake", BLUE), ("beside-request", GREEN), ("fastapi-def-model", ORANGE)],
)
def test_rungs_with_an_endpoint_are_told_from_those_without(subject: str, colour: str) -> None:
    assert shade(subject) == colour
