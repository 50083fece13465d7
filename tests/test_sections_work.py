"""Study work: break-evens, the bystander, real calls, the control, and the picture of it all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from analysis.benchmark import Benchmark
from analysis.checks import FAIL, NOTE, PASS, UNKNOWN
from analysis.figures import BLUE, MUTED, ORANGE, house_style
from analysis.page import page
from analysis.sections import work
from analysis.work.contests import result
from analysis.work.curves import Curve
from analysis.work.strips import tint
from tests.synthetic_loads import benchmark, rows_of
from tests.synthetic_work import study

pytestmark = pytest.mark.usefixtures("few_resamples")

TILTS = (0.01, -0.01, 0.005, -0.005, 0.002, -0.002)


@pytest.fixture(scope="module")
def measured() -> work.Numbers:
    return numbers_of(study())


def numbers_of(rows: Iterable[Benchmark]) -> work.Numbers:
    found = work.numbers(rows_of(*rows))
    assert found is not None

    return found


def text_of(found: work.Numbers) -> str:
    return page("work.md.j2", {"numbers": found}).replace("\N{NO-BREAK SPACE}", " ")


def without(**factors: object) -> list[Benchmark]:
    """The study without the rows that have all of these factors, or this subject or metric."""

    def named(row: Benchmark) -> dict[str, object]:
        return {"subject": row.subject, "metric": row.metric, **dict(row.factors)}

    return [row for row in study() if not factors.items() <= named(row).items()]


def curve(found: work.Numbers, sort: str, metric: str, in_flight: int | None) -> Curve:
    contest = found.contest(sort)
    one = contest.curve(metric, in_flight) if contest else None
    assert one is not None

    return one


@pytest.mark.parametrize(
    ("sort", "metric", "in_flight", "true_us"),
    [
        ("hashing", "request", 100, 196.5),
        ("blocking", "request", 100, 160.0),
        ("python", "bystander-p99", None, 110.0),
    ],
)
def test_a_break_even_lies_where_the_made_up_machine_has_it(
    measured: work.Numbers, sort: str, metric: str, in_flight: int | None, true_us: float
) -> None:
    found = curve(measured, sort, metric, in_flight).break_even

    assert found is not None
    assert found.at.value * 1e6 == pytest.approx(1.02 * true_us, rel=0.05)


def test_work_that_holds_the_gil_never_wins(measured: work.Numbers) -> None:
    found = curve(measured, "python", "request", 100).break_even

    assert found is not None
    assert found.never


def test_blocking_against_awaiting_has_winners_and_no_break_even(measured: work.Numbers) -> None:
    found = curve(measured, "awaiting", "request", 100)

    assert found.break_even is None
    assert result(found) == "`async def` wins at 10 \N{MICRO SIGN}s to 30 ms"
    assert found.points[-1].ratio.value == pytest.approx(found.model_ratio, rel=0.02)


def test_winners_change_along_a_curve() -> None:
    def later(subject: str, handler: str, placement: str, in_flight: int, us: float) -> float:
        return 10 if (subject, us >= 1000) == ("blocking", True) else 500

    found = curve(numbers_of(study(later)), "awaiting", "request", 1)

    assert result(found).endswith("`def` wins at 1 ms to 30 ms")


def test_the_point_without_work_takes_no_part_in_the_break_even() -> None:
    both = [
        curve(numbers_of(rows), "hashing", "request", 10) for rows in (study(), without(work_us=0))
    ]

    assert both[0].at(0) is not None
    assert both[1].at(0) is None
    assert both[0].break_even == both[1].break_even


@pytest.mark.parametrize(("again", "verdict"), [(1.0, PASS), (1.1, FAIL)])
def test_the_control_makes_a_draft_if_it_differs(again: float, verdict: str) -> None:
    load: dict[str, Any] = {"in_flight": 100, "work_us": 100}
    first = [145e-6 * (1 + tilt) for tilt in TILTS]
    second = [145e-6 * again * (1 - tilt) for tilt in TILTS]
    rows = [
        benchmark("work", "control", "free", "request", values, handler=handler, **load)
        for handler, values in (("async-def", first), ("async-def-again", second))
    ]
    found = work.checks(numbers_of(rows))[0]

    assert found.verdict == verdict
    assert bool(found.draft) == (verdict == FAIL)


@pytest.mark.parametrize(("spread", "verdict"), [(0.002, PASS), (0.15, FAIL)])
def test_ratios_at_many_in_flight_are_held_against_their_bar(spread: float, verdict: str) -> None:
    found = work.checks(numbers_of(study(spread=spread)))[1]

    assert "half-width at most 5 %" in found.bar
    assert found.verdict == verdict


@pytest.mark.parametrize(("spread", "verdict"), [(0.002, PASS), (0.28, FAIL)])
def test_break_evens_are_held_against_their_bar(spread: float, verdict: str) -> None:
    rows = [row for row in study(spread=spread) if row.subject == "hashing"]
    found = work.checks(numbers_of(rows))[2]

    assert "factor of 1.5" in found.bar
    assert found.verdict == verdict


def test_curves_that_never_cross_are_a_note() -> None:
    rows = [row for row in without(utilisation=50) if row.subject == "python"]

    assert work.checks(numbers_of(rows))[2].verdict == NOTE


def test_what_was_not_measured_is_said_so() -> None:
    rows = [row for row in study() if row.subject in {"sqlite", "article", "switching"}]
    found = numbers_of(rows)

    assert [check.verdict for check in work.checks(found)] == [UNKNOWN] * 3
    assert work.headline(found) == ""
    assert "a query of a SQLite file" in text_of(found)
    with house_style():
        work.figure(found)


def test_another_study_is_no_section() -> None:
    assert work.numbers(rows_of(benchmark("server", "def", "free", "request", [1.0]))) is None


@pytest.mark.parametrize(
    "missing",
    [
        {"metric": "work"},
        {"metric": "request"},
        {"metric": "bystander-p99"},
        {"metric": "bystander-max"},
        {"handler": "def"},
        {"handler": "async-def"},
        {"subject": "awaiting"},
        {"subject": "python"},
        {"in_flight": 100},
        {"work_us": 0},
        {"switch_us": 5000},
    ],
)
def test_missing_rows_never_crash(missing: dict[str, object]) -> None:
    found = numbers_of(without(**missing))

    assert text_of(found)
    assert work.alt(found)
    assert work.checks(found)
    with house_style():
        work.figure(found)


def test_a_single_round_is_enough_for_a_page() -> None:
    found = numbers_of(study(rounds=1))

    assert "no interval: a single round" in [check.found for check in work.checks(found)]
    assert text_of(found)
    with house_style():
        work.figure(found)


def test_the_headline_says_where_def_wins(measured: work.Numbers) -> None:
    found = work.headline(measured)

    assert found.startswith(
        "When to use it: with 100 requests in flight on all CPUs, `def` takes less time per request"
    )
    assert "; what computes and releases the GIL from " in found
    assert "; pure Python not up to " in found


def test_the_text_tells_the_article_s_loop_by_its_ratio(measured: work.Numbers) -> None:
    assert "100 in flight: `def` takes " in text_of(measured)
    assert {one.verdict for one in measured.articles} == {"`async def` is the faster"}


def test_the_table_of_calls_has_every_way(measured: work.Numbers) -> None:
    assert [len(measured.called(one)) for one in measured.subjects_called] == [3, 2, 3]


def test_the_switch_intervals_come_longest_first(measured: work.Numbers) -> None:
    assert [one.switch_us for one in measured.switching] == [5000, 1000, 100]
    assert [len(one.bystanders) for one in measured.switching] == [2, 2, 2]


def test_the_figure_has_a_cell_for_every_ratio(measured: work.Numbers) -> None:
    with house_style():
        _, *blocks = work.figure(measured).axes

    cells = [sum(isinstance(patch, Rectangle) for patch in axes.patches) for axes in blocks]
    assert cells == [sum(len(one.points) for one in c.curves) for c in measured.contests]


@pytest.mark.parametrize(
    ("ratio", "colour"), [(0.5, ORANGE), (2.0, BLUE), (1.01, MUTED), (0.99, MUTED)]
)
def test_the_colour_says_who_wins(ratio: float, colour: str) -> None:
    assert tint(ratio)[0] == colour


def test_the_mark_stands_at_the_break_even(measured: work.Numbers) -> None:
    found = curve(measured, "hashing", "request", 10).break_even
    assert found is not None

    with house_style():
        axes = work.figure(measured).axes[2]

    marks = [np.asarray(line.get_xdata()).tolist() for line in axes.lines]
    assert [math.log10(found.at.value * 1e6)] * 2 in marks


def test_the_text_says_how_the_clock_kept(measured: work.Numbers) -> None:
    text = text_of(measured)

    assert "The work alone filled 2 to 50 % of the time" in text
    assert "With no load at all the bystander's p99 was up to 250 \N{MICRO SIGN}s: below" in text


def test_the_load_s_own_latencies_are_told(measured: work.Numbers) -> None:
    (found,) = (
        one
        for one in measured.latencies
        if (one.subject, one.handler, one.in_flight, one.work_us) == ("python", "def", 10, 1000)
    )

    assert found.p99.value == pytest.approx(1.5 * found.p50.value, rel=0.01)


def test_a_load_without_percentiles_has_no_latency() -> None:
    load: dict[str, Any] = {"handler": "def", "in_flight": 100, "work_us": 30000}
    rows = [benchmark("work", "python", "free", "request", [1.0, 1.1], **load)]

    assert numbers_of(rows).latencies == ()
