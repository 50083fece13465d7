"""Break-even: where a curve of ratios crosses one for the last time, and how sure that is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis import stats
from analysis.estimate import Estimate
from analysis.stats import Floats
from analysis.work.break_even import break_even, crossing
from analysis.work.crossing import BreakEven
from analysis.work.durations import between, nominal, rough, shown, span, whole

WORK = (10e-6, 100e-6, 1e-3, 10e-3)


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "RESAMPLES", 999)


def series(levels: tuple[float, ...], rounds: int, spread: float, seed: int) -> Floats:
    noise = np.random.default_rng(seed).normal(1, spread, (len(levels), rounds))
    found: Floats = np.array(levels)[:, np.newaxis] * noise

    return found


def found_for(
    ratios: tuple[float, ...],
    rounds: int = 12,
    spread: float = 1e-3,
) -> BreakEven:
    """The break-even of a curve with these true ratios."""
    lower = series((1e-3,) * len(ratios), rounds, spread, 1)
    upper = series(tuple(1e-3 * one for one in ratios), rounds, spread, 2)
    found = break_even(series(WORK, rounds, spread / 10, 3), upper, lower)
    assert found is not None

    return found


def known(low: float, value: float, high: float) -> BreakEven:
    return BreakEven(Estimate(value * 1e-6, low * 1e-6, high * 1e-6, 9), 10e-6, 30e-3, 1)


@pytest.mark.parametrize("rounds", [4, 12])
def test_it_lies_where_the_logarithms_cross(rounds: int) -> None:
    found = found_for((4, 2, 1 / 2, 1 / 4), rounds)

    assert found.at.value == pytest.approx(math.sqrt(100e-6 * 1e-3), rel=0.01)
    assert found.at.low < found.at.value < found.at.high
    assert found.factor < 1.05


def test_between_unequal_ratios_it_lies_nearer_to_the_smaller() -> None:
    found = found_for((4, 2, 1 / 4, 1 / 4))

    assert found.at.value == pytest.approx(100e-6 * 10 ** (1 / 3), rel=0.01)


def test_def_that_never_wins_is_said_to_the_longest_duration() -> None:
    found = found_for((4, 3, 2, 1.5))

    assert found.never
    assert found.text == "not up to 10 ms"
    assert found.clause == "`def` does not win up to 10 ms"


def test_def_that_always_wins_is_said_from_the_shortest_duration() -> None:
    found = found_for((0.9, 0.5, 0.2, 0.1))

    assert found.always
    assert found.text == "from less than 10 \N{MICRO SIGN}s"


def test_of_several_crossings_the_last_counts() -> None:
    found = found_for((0.5, 2, 0.5, 0.25))

    assert found.crossings == 2
    assert found.at.value == pytest.approx(math.sqrt(100e-6 * 1e-3), rel=0.01)


def test_a_win_that_does_not_last_is_none() -> None:
    assert found_for((2, 0.5, 0.5, 2)).never


def test_resamples_that_do_not_all_cross_leave_the_upper_bound_open() -> None:
    found = found_for((4, 2, 1.1, 0.99), spread=0.03)

    assert found.high_is_open
    assert not found.low_is_open
    assert math.isinf(found.factor)


def test_resamples_that_cross_before_the_first_leave_the_lower_bound_open() -> None:
    found = found_for((1.005, 0.9, 0.5, 0.25), spread=0.03)

    assert found.low_is_open
    assert not found.high_is_open


def test_a_win_at_the_end_that_is_not_told_from_one_leaves_it_open() -> None:
    lower = np.full((4, 4), 1e-3)
    upper = lower * np.array([[4.0], [2.0], [0.5], [1.0]])
    upper[-1] = 0.99e-3, 0.98e-3, 0.985e-3, 0.5e-3  # each round crosses at the same place
    found = break_even(np.array(WORK)[:, np.newaxis] * np.ones(4), upper, lower)

    assert found is not None
    assert found.high_is_open


def test_a_curve_that_hugs_one_settles_nothing() -> None:
    found = found_for((0.995,) * 4, spread=0.02)

    assert found.unsettled
    assert found.text.startswith("not settled between 10 ")


def test_a_single_round_has_no_interval() -> None:
    found = found_for((4, 2, 0.5, 0.25), rounds=1)

    assert not found.at.has_interval
    assert "(" not in found.text


def test_one_duration_has_no_break_even() -> None:
    one = np.full((1, 8), 1e-3)

    assert break_even(one, one, one) is None


def test_the_interval_is_the_same_each_time() -> None:
    assert found_for((4, 2, 0.5, 0.25)) == found_for((4, 2, 0.5, 0.25))


def test_a_ratio_of_exactly_one_is_no_win() -> None:
    work = np.log(np.array(WORK))[:, np.newaxis]
    found = crossing(work, np.zeros((4, 1)), (float(work[0, 0]), float(work[-1, 0])))

    assert found == pytest.approx(work[-1])


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (known(190, 210, 240), "from 210 us (190 to 240)"),
        (known(800, 1200, 1500), "from 1.2 ms (800 us to 1.5 ms)"),
        (known(10, 15, 40), "from 15 us (less than 10 us to 40 us)"),
        (
            known(12000, 20000, 30000),
            "not for certain up to 30 ms, and at the earliest from 12 ms on",
        ),
        (known(12000, 30000, 30000), "not up to 30 ms, or at the earliest from 12 ms on"),
        (known(10, 10, 25), "from less than 10 us (from 25 us at the latest)"),
        (known(10, 300, 30000), "not settled between 10 us and 30 ms"),
    ],
)
def test_each_kind_of_bound_has_its_words(found: BreakEven, text: str) -> None:
    assert found.text.replace("\N{MICRO SIGN}", "u") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.5, "2.50 s"), (2.5e-3, "2.50 ms"), (2.5e-6, "2.50 us"), (2.5e-9, "2.50 ns")],
)
def test_a_duration_has_the_unit_of_its_size(value: float, text: str) -> None:
    number = Estimate(value, -math.inf, math.inf, 1)

    assert whole(number) == shown(number) == text.replace("us", "\N{MICRO SIGN}s")


def test_an_interval_across_units_names_both() -> None:
    number = Estimate(1.1e-3, 0.9e-3, 1.3e-3, 5)

    assert between(number) == "900 \N{MICRO SIGN}s to 1.3 ms"


def test_a_duration_is_never_written_outside_of_its_own_interval() -> None:
    assert shown(Estimate(400e-6, 320e-6, 26e-3, 8)) == "400 \N{MICRO SIGN}s"


def test_nominal_durations_are_exact() -> None:
    assert [nominal(one) for one in (0, 300, 1000)] == ["no work", "300 \N{MICRO SIGN}s", "1 ms"]
    assert span([10, 30, 3000]) == "10 \N{MICRO SIGN}s to 3 ms"
    assert span([1000]) == "1 ms"


@pytest.mark.parametrize(
    ("found", "text"),
    [(9.998e-3, "10 ms"), (996e-6, "1 ms"), (1e-6, "1 us"), (47.2e-6, "47 us"), (1.24, "1.2 s")],
)
def test_a_rough_duration_is_rounded_before_its_unit_is_chosen(found: float, text: str) -> None:
    assert rough(found).replace("\N{MICRO SIGN}", "u") == text
