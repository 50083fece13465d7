"""Study handlers: kinds against twins, and the line through them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import regression
from analysis.catalogue import Catalogue
from analysis.figures import blank, house_style, panel
from analysis.labels import place_labels
from analysis.load import load
from analysis.page import page
from analysis.rows import Rows
from analysis.sections import handlers
from tests import synthetic
from tests.synthetic import Spec

pytestmark = pytest.mark.usefixtures("few_resamples")

STUDY = tuple(spec for spec in synthetic.specs() if spec.study == "handlers")
STRANGE = "file-small"


def numbers_of(path: Path, plan: Sequence[Spec] = STUDY, **options: object) -> Catalogue:
    suite = synthetic.suite(plan, **{"rounds": 7, **options})  # type: ignore[arg-type]
    found = handlers.numbers(load(synthetic.write(path / "a.json.gz", suite)))
    assert found is not None

    return found


def with_strange(true: float, **facts: int) -> list[Spec]:
    """The study with one kind that costs something else."""
    return [
        replace(spec, true=true, facts={**spec.facts, **facts}) if spec.subject == STRANGE else spec
        for spec in STUDY
    ]


def text_of(found: Catalogue) -> str:
    return page("handlers.md.j2", {"numbers": found, "regression": regression})


def test_a_kind_is_compared_with_its_own_twin(tmp_path: Path) -> None:
    pairs = numbers_of(tmp_path).pairs

    assert [pair.twin.subject for pair in pairs] == [f"async-{pair.name}" for pair in pairs]


def test_the_difference_is_shared_out_over_the_hops(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, spread=1e-4)
    per_hop = [pair.per_hop.value * 1e6 for pair in found.pairs if pair.per_hop]

    assert per_hop == pytest.approx([67] * 11, rel=0.02)


def test_the_slope_is_the_cost_of_a_hop(tmp_path: Path) -> None:
    line = numbers_of(tmp_path, spread=1e-4).regression

    assert line is not None
    assert line.slope.value * 1e6 == pytest.approx(67, rel=0.02)
    assert line.n_pairs == 11


def test_kinds_stand_in_catalogue_order_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, STUDY[::-1])

    assert [kind.row.subject for kind in found.kinds][:3] == ["def", "async-def", "def-model"]
    assert found.families == tuple(synthetic.FAMILIES)


def test_an_outlier_is_named_and_its_counts_are_told(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, with_strange(900.0, loop_passes=40, tasks_created=3))
    text = text_of(found)

    assert found.outliers[0].pair.name == STRANGE
    assert f"- `{STRANGE}` lies" in text
    assert "10.0 more passes of the event loop per hop than its twin" in text
    assert "creates 3 tasks per request that its twin does not" in text


def test_an_outlier_with_usual_counts_is_said_to_have_them(tmp_path: Path) -> None:
    text = text_of(numbers_of(tmp_path, with_strange(900.0)))

    assert "Its counts of passes, tasks and threads do not set it apart" in text


def test_a_kind_without_a_measured_twin_is_named(tmp_path: Path) -> None:
    plan = [spec for spec in STUDY if spec.subject != "async-stream"]

    assert numbers_of(tmp_path, plan).unpaired == ("stream",)


def test_other_placements_stand_apart(tmp_path: Path) -> None:
    found = numbers_of(tmp_path)
    ((placement, pairs),) = found.elsewhere

    assert placement == "free"
    assert [pair.name for pair in pairs] == ["def", "def-model", "def-response"]
    assert {pair.placement for pair in found.pairs} == {"one-cpu"}


def test_the_catalogue_lists_every_kind_once(tmp_path: Path) -> None:
    found = numbers_of(tmp_path)
    rows = text_of(found).partition("<details>")[2].splitlines()
    listed = [row.split("`")[1] for row in rows if row.startswith("| `")]

    assert listed == [kind.row.subject for kind in found.kinds]


def test_the_figure_names_the_trivial_pair_and_the_outliers(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, with_strange(900.0))

    with house_style():
        figure = handlers.figure(found)

    names = {text.get_text() for text in figure.axes[0].texts}
    assert {"def", STRANGE} <= names


def test_each_row_holds_the_dot_of_its_pair(tmp_path: Path) -> None:
    found = numbers_of(tmp_path)

    with house_style():
        columns = handlers.figure(found).axes[1:]

    drawn = {
        label.get_text(): across
        for axes in columns
        for tick, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
        for line in axes.lines
        for across, up in np.asarray(line.get_xydata())
        if line.get_marker() == "o" and up == tick
    }
    assert drawn == pytest.approx(
        {pair.name: pair.difference.value / pair.hops * 1e6 for pair in found.pairs}
    )


def test_labels_of_a_crowd_keep_clear_of_each_other_and_of_every_dot() -> None:
    crowd = {f"kind-{index}": (1 + index % 2 / 20, 50.0 + index) for index in range(8)}

    with house_style():
        axes = panel(blank(4), 0.5, 0.5, 11.5, 3.5)
        axes.set_xlim(0, 4)
        axes.set_ylim(0, 100)
        place_labels(axes, crowd, list(crowd.values()))
        boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
        dots = [axes.transData.transform(point) for point in crowd.values()]

    assert len(boxes) == len(crowd)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert not any(box.contains(*dot) for box in boxes for dot in dots)


def test_no_label_covers_another(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, with_strange(900.0))

    with house_style():
        axes = handlers.figure(found).axes[0]
        labels = [text for text in axes.texts if text.get_text() in ("def", STRANGE)]
        boxes = [label.get_window_extent() for label in labels]

    assert len(boxes) == 2
    assert not boxes[0].overlaps(boxes[1])


def test_every_pair_has_a_row_of_its_own_in_the_figure(tmp_path: Path) -> None:
    found = numbers_of(tmp_path)

    with house_style():
        columns = handlers.figure(found).axes[1:]

    names = [label.get_text() for axes in columns for label in axes.get_yticklabels()]
    assert names == [pair.name for pair in found.pairs]


def test_dots_stand_at_the_differences(tmp_path: Path) -> None:
    found = numbers_of(tmp_path)

    with house_style():
        lines = handlers.figure(found).axes[0].lines

    dots = [line.get_xydata() for line in lines if line.get_marker() == "o"]
    told = [(pair.hops, pair.difference.value * 1e6) for pair in found.pairs]
    assert np.asarray(dots).reshape(-1, 2) == pytest.approx(np.array(told))


def test_nothing_measured_is_no_section(tmp_path: Path) -> None:
    plan = [spec for spec in synthetic.specs() if spec.study == "hop"]
    suite = synthetic.suite(plan, rounds=2)
    rows: Rows = load(synthetic.write(tmp_path / "a.json.gz", suite))

    assert handlers.numbers(rows) is None
