"""Intervals that cover, contrasts that pair by round, a line that finds what was put in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as distributions
from scipy.stats import bootstrap, trim_mean

from analysis import digits
from analysis.benchmark import Benchmark, Counts
from analysis.contrasts import difference, estimate, plus, ratio, share_of, total
from analysis.estimate import LEVEL, Estimate, student
from analysis.regression import Point, regress
from analysis.stats import (
    FEWEST_ROUNDS_TO_RESAMPLE,
    RESAMPLES,
    SEED,
    TRIMMED,
    Floats,
    expanded_level,
    mean_of,
    ratio_of,
    share_of_values,
    trimmed_mean,
)
from analysis.visit import Visit

TRIALS = 200
Draw = Callable[[np.random.Generator, int], Floats]


def row(name: str, means: dict[int, float]) -> Benchmark:
    """A benchmark with those means by round, in seconds."""
    visits = tuple(Visit(number, 1, 1, (mean,), None, None) for number, mean in means.items())

    return Benchmark(
        name=name, study="hop", subject=name, title=name, placement="free", unit="second",
        counts=Counts(None, None, None, None), instrument=None, family=None,
        catalogue_position=None, twin=None, ladder=None, rung=None, above=None, minus=None,
        adds=None, visits=visits, failures=(),
    )  # fmt: skip


def test_a_difference_is_paired_by_round() -> None:
    upper = row("a", {1: 10.0, 2: 110.0, 3: 60.0})
    lower = row("b", {1: 1.0, 2: 101.0, 3: 51.0})
    found = estimate(difference(plus(upper), plus(lower)))

    assert found == Estimate(9.0, 9.0, 9.0, 3)


def test_only_rounds_in_which_all_have_a_value_count() -> None:
    upper, lower = row("a", {1: 5.0, 2: 7.0, 4: 100.0}), row("b", {1: 1.0, 2: 3.0, 3: 50.0})
    found = estimate(difference(plus(upper), plus(lower)))

    assert found == Estimate(4.0, 4.0, 4.0, 2)


def test_no_common_round_gives_no_number() -> None:
    upper, lower = row("a", {1: 5.0}), row("b", {2: 1.0})

    assert estimate(difference(plus(upper), plus(lower))) is None
    assert ratio(plus(upper), plus(lower)) is None


def test_what_cancels_is_not_asked_for_its_rounds() -> None:
    kept, gone = row("a", {1: 5.0, 2: 6.0}), row("b", {1: 1.0})
    found = difference(total(plus(kept), plus(gone)), plus(gone))

    assert [member.name for _, member in found] == ["a"]


def test_increments_add_up_to_the_whole_where_no_round_is_odd() -> None:
    drift = np.arange(9) / 1000
    rungs = [row(name, dict(enumerate(level + drift))) for level, name in enumerate("abcd")]
    pairs = itertools.pairwise(rungs)
    increments = [estimate(difference(plus(upper), plus(lower))) for lower, upper in pairs]
    whole = estimate(difference(plus(rungs[-1]), plus(rungs[0])))

    assert whole is not None
    assert sum(one.value for one in increments if one) == pytest.approx(whole.value)


def test_a_disturbed_round_moves_nothing() -> None:
    quiet, disturbed = np.full(10, 65.0), np.array([65.0] * 9 + [6500.0])

    assert mean_of(disturbed).value == mean_of(quiet).value


@pytest.mark.parametrize("n", [1, 2, 5, 7, 30])
def test_the_trimmed_mean_is_the_one_of_scipy(n: int) -> None:
    values = np.random.default_rng(6).lognormal(size=(20, n))

    assert trimmed_mean(values) == pytest.approx(trim_mean(values, TRIMMED, axis=-1), rel=1e-12)


def test_a_ratio_is_averaged_as_a_factor() -> None:
    found = ratio(plus(row("a", {1: 1.0, 2: 4.0})), plus(row("b", {1: 2.0, 2: 2.0})))

    assert found is not None
    assert found.value == pytest.approx(1.0)


def test_what_slows_both_sides_of_a_round_leaves_their_ratio() -> None:
    found = ratio(plus(row("a", {1: 2.0, 2: 20.0})), plus(row("b", {1: 1.0, 2: 10.0})))

    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_shares_of_a_whole_add_up_to_one_though_a_part_is_below_nothing() -> None:
    whole = plus(row("a", {1: 2.0, 2: 6.0}))
    part = plus(row("b", {1: -1.0, 2: -1.0}))
    shares = share_of(part, whole), share_of(difference(whole, part), whole)

    assert [one and one.value for one in shares] == pytest.approx([-0.25, 1.25])


def test_one_round_has_no_interval() -> None:
    found = mean_of(np.array([3.0]))

    assert not found.has_interval
    assert math.isinf(found.half_width)


def test_the_same_data_give_the_same_interval() -> None:
    values = np.random.default_rng(2).random(12)

    assert mean_of(values) == mean_of(values)


def share_by_scipy(upper: Floats, lower: Floats, axis: int) -> Any:
    return trim_mean(upper, TRIMMED, axis) / trim_mean(lower, TRIMMED, axis)


@pytest.mark.parametrize("n", [FEWEST_ROUNDS_TO_RESAMPLE, 30])
def test_the_interval_is_the_one_of_scipy(n: int) -> None:
    upper, lower = np.random.default_rng(5).lognormal(0, 0.2, (2, n))
    found = share_of_values(upper, lower)
    expected = bootstrap(
        (upper, lower),
        share_by_scipy,
        paired=True,
        method="percentile",
        confidence_level=expanded_level(n),
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(SEED),
    ).confidence_interval

    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-12)


@pytest.mark.parametrize("n", [5, 12])
def test_one_of_several_controls_misses_as_rarely_as_a_single_one(n: int) -> None:
    """The chance that t is beyond the widened interval is 5 % over the number of controls."""
    found = Estimate(0.0, -1.0, 1.0, n).among(9)
    t = found.high * student(n)

    assert 2 * float(distributions.t.sf(t, n - 1)) == pytest.approx((1 - LEVEL) / 9)
    assert found.low == -found.high


def test_a_number_without_an_interval_has_none_among_several() -> None:
    found = Estimate(1.0, -math.inf, math.inf, 1)

    assert found.among(9) == found


def test_the_nominal_level_rises_as_rounds_fall() -> None:
    levels = [expanded_level(n) for n in (8, 12, 30, 1000)]

    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == pytest.approx(LEVEL, abs=1e-3)


def normal(chance: np.random.Generator, n: int) -> Floats:
    return chance.normal(65, 2, n)


def skewed(chance: np.random.Generator, n: int) -> Floats:
    return 65 * chance.lognormal(-(0.2**2) / 2, 0.2, n)


def bimodal(chance: np.random.Generator, n: int) -> Floats:
    return 65 + np.where(chance.random(n) < 0.5, -30, 30) + chance.normal(0, 3, n)


@pytest.mark.parametrize("n", [5, FEWEST_ROUNDS_TO_RESAMPLE, 30])
@pytest.mark.parametrize("draw", [normal, skewed, bimodal])
def test_intervals_cover_the_truth_as_often_as_they_say(draw: Draw, n: int) -> None:
    chance = np.random.default_rng(n)
    covered = sum(mean_of(draw(chance, n)).includes(65) for _ in range(TRIALS))

    # 200 trials know a coverage of 95 % to 1.5 points; three such errors.
    assert 0.90 <= covered / TRIALS <= 0.995


def test_intervals_of_ratios_cover_the_truth() -> None:
    chance = np.random.default_rng(3)
    covered = 0

    for _ in range(TRIALS):
        drift = 1 + 0.1 * chance.random(10)
        upper, lower = drift * chance.normal(110, 2, 10), drift * chance.normal(44, 1, 10)
        covered += ratio_of(upper, lower).includes(2.5)

    assert 0.90 <= covered / TRIALS <= 0.99


def points(costs: dict[str, tuple[int, float]], n: int = 10) -> list[Point]:
    chance = np.random.default_rng(4)

    return [
        Point(name, hops, plus(row(name, dict(enumerate(cost + chance.normal(0, 0.5, n))))))
        for name, (hops, cost) in costs.items()
    ]


STRAIGHT = {
    f"kind-{hops}-{index}": (hops, 60.0 * hops + 5) for hops in (1, 2, 4, 8) for index in range(4)
}


def test_the_line_finds_slope_and_intercept() -> None:
    found = regress(points(STRAIGHT))

    assert found is not None
    assert found.slope.value == pytest.approx(60, abs=0.5)
    assert found.intercept.value == pytest.approx(5, abs=1)
    assert found.slope.includes(60)
    assert found.r_squared > 0.999
    assert found.outliers == ()


def test_the_line_names_its_outlier() -> None:
    found = regress(points({**STRAIGHT, "strange": (1, 300.0)}))

    assert found is not None
    assert found.outliers[0] == "strange"
    assert found.residual("strange") > 100


def test_the_line_agrees_with_scipy() -> None:
    from scipy.stats import linregress

    found = regress(points(STRAIGHT))
    means = {point.name: estimate(point.contrast) for point in points(STRAIGHT)}
    heights = [one.value for one in means.values() if one]
    expected = linregress([hops for hops, _ in STRAIGHT.values()], heights)

    assert found is not None
    assert found.slope.value == pytest.approx(expected.slope)
    assert found.intercept.value == pytest.approx(expected.intercept)
    assert found.r_squared == pytest.approx(expected.rvalue**2)


def test_a_pair_that_failed_too_often_is_left_out_by_name() -> None:
    rare = Point("rare", 1, plus(row("rare", {0: 65.0, 1: 65.0})))
    found = regress([*points(STRAIGHT), rare])

    assert found is not None
    assert found.left_out == ("rare",)
    assert found.slope.n == 10


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_pairs_make_no_line(count: int) -> None:
    assert regress(points(STRAIGHT)[:count]) is None


def test_one_hop_count_makes_no_line() -> None:
    assert regress(points({f"kind-{index}": (1, 60.0) for index in range(5)})) is None


def us(value: float, low: float, high: float) -> Estimate:
    return Estimate(value * 1e-6, low * 1e-6, high * 1e-6, 30)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (us(48.123, 47.6, 48.7), "48.1 µs (47.6 to 48.7)"),
        (us(48.123, 46.9, 49.3), "48.1 µs (46.9 to 49.3)"),
        (us(48.123, 44, 52), "48 µs (44 to 52)"),
        (us(0.0421, 0.0401, 0.0441), "42.1 ns (40.1 to 44.1)"),
        (us(-3.2, -5.4, -1.0), f"{digits.MINUS}3.2 µs ({digits.MINUS}5.4 to {digits.MINUS}1.0)"),
        (us(180.0, 130, 230), "180 µs (130 to 230)"),
        (us(5.0, 5.0, 5.0), "5.00 µs (5.00 to 5.00)"),
        (Estimate(48.123e-6, -math.inf, math.inf, 1), "48.1 µs"),
        (None, "not measured"),
    ],
)
def test_a_time_shows_as_many_digits_as_its_interval_allows(
    number: Estimate | None, text: str
) -> None:
    assert digits.time(number) == text.replace("µ", digits.MICRO[0])


@pytest.mark.parametrize(
    ("number", "text"), [(0.03, "3 %"), (0.995, "99.5 %"), (1.0, "100 %"), (0.0, "0 %")]
)
def test_a_share_drops_zeros_that_say_nothing(number: float, text: str) -> None:
    assert digits.share(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(6.41e-3, "6.4 ms"), (0.0123, "12 ms"), (4.5e-4, "450 us"), (0.0, "0 ns")]
)
def test_a_duration_for_prose_has_two_digits(number: float, text: str) -> None:
    assert digits.seconds(number) == text.replace("us", digits.MICRO)


finite = st.floats(-1e3, 1e3, allow_nan=False)


@given(finite, st.floats(0, 1e3))
def test_no_number_is_a_negative_zero(value: float, reach: float) -> None:
    found = Estimate(value, value - reach, value + reach, 30)
    shown = f"{digits.time(found)} {digits.plain(found)} {digits.percent(found)}"
    tokens = shown.replace("(", "").replace(")", "").split()
    negative = [token.removeprefix(digits.MINUS) for token in tokens if digits.MINUS in token]

    assert [token for token in negative if float(token) == 0] == []


@given(finite, st.floats(1e-3, 1e3))
def test_rounding_hides_no_more_than_a_fifth_of_the_uncertainty(value: float, reach: float) -> None:
    found = Estimate(value, value - reach, value + reach, 30)
    shown = float(digits.plain(found).split()[0].replace(digits.MINUS, "-"))

    assert abs(shown - value) <= reach / 5 * 1.000001


def test_an_estimate_scales_exactly() -> None:
    assert replace(us(4, 2, 6), n=30).scaled(0.5) == us(2, 1, 3)
