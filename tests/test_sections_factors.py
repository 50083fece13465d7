"""Study factors: effects against the default, their mechanism, the control, the forest plot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis import digits
from analysis.answer import the_pair
from analysis.benchmark import Benchmark
from analysis.checks import FAIL, NOTE, PASS, UNKNOWN, Check
from analysis.estimate import Estimate
from analysis.factors.bars import overlap, same_check
from analysis.factors.causes import Cause
from analysis.factors.effects import Level
from analysis.factors.forest import LINEAR_US, limits_of, names, shade
from analysis.factors.levels import AWAKE, DEFAULT, Changed, order, words
from analysis.factors.numbers import Placed
from analysis.figures import BLUE, MUTED, ORANGE, house_style
from analysis.load import load
from analysis.page import page
from analysis.sections import factors
from bench.studies.factors import BENCHMARKS
from tests.synthetic_factors import ACROSS_CPUS, BARE, HOP, LEVELS, Levels, study, without
from tests.synthetic_loads import benchmark, rows_of

pytestmark = pytest.mark.usefixtures("few_resamples")

RESULTS = Path(__file__).parents[1] / "bench" / "results"
BUSY: Changed = (("busy", "python"),)
UVLOOP: Changed = (("loop", "uvloop"),)
TRIO: Changed = (("loop", "trio"),)


@pytest.fixture(scope="module")
def measured() -> factors.Numbers:
    return numbers_of(study())


def numbers_of(rows: Iterable[Benchmark]) -> factors.Numbers:
    found = factors.numbers(rows_of(*rows))
    assert found is not None

    return found


def level(found: factors.Numbers, changed: Changed, placement: str = "one-cpu") -> Level:
    placed = next(one for one in found.placed if one.placement == placement)
    one = placed.level(changed)
    assert one is not None

    return one


def text_of(found: factors.Numbers) -> str:
    return page("factors.md.j2", {"numbers": found}).replace("\N{NO-BREAK SPACE}", " ")


def drawn(found: factors.Numbers) -> object:
    with house_style():
        return factors.figure(found)


# Words


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (DEFAULT, "the default"),
        (UVLOOP, "event loop: uvloop"),
        ((("python", "py314t"),), "Python 3.14t"),
        ((("depth", 40),), "40 coroutines above"),
        ((("switch_us", 100),), "switch interval 100 \N{MICRO SIGN}s"),
        ((("slack_ns", 1),), "timer slack 1 ns"),
        ((("new", "level"),), "new: level"),
        ((("loop", "uvloop"), ("python", "py312")), "event loop: uvloop, Python 3.12"),
    ],
)
def test_a_level_has_words(changed: Changed, said: str) -> None:
    assert words(changed).replace("\N{NO-BREAK SPACE}", " ") == said


def test_every_level_of_the_bench_has_words_of_its_own() -> None:
    changed = {
        tuple((name, one.facts[name]) for name in one.factors) for one in BENCHMARKS if one.factors
    }
    said = {words(one) for one in changed}

    assert len(said) == len(changed)
    assert [one for one in said if "_" in one] == []


def test_levels_stand_by_factor_and_size_and_products_last() -> None:
    shuffled: list[Changed] = [
        (("switch_us", 100), ("busy", "python")),
        (("depth", 40),),
        (("depth", 10),),
        (("loop", "uvloop"),),
        (),
    ]

    assert sorted(shuffled, key=order) == list(reversed(shuffled))


# Effects


@pytest.mark.parametrize("placement", HOP)
def test_the_default_costs_what_a_hop_costs_on_the_made_up_machine(
    measured: factors.Numbers, placement: str
) -> None:
    found = level(measured, DEFAULT, placement).pair

    assert found is not None
    assert found.cost.value * 1e6 == pytest.approx(HOP[placement], rel=0.01)
    assert (found.more, found.ratio) == (None, None)


@pytest.mark.parametrize("changed", [one for one in LEVELS if one])
def test_an_effect_is_what_the_level_adds(measured: factors.Numbers, changed: Changed) -> None:
    found = level(measured, changed).pair

    assert found is not None
    assert found.more is not None
    assert found.ratio is not None
    assert found.more.value * 1e6 == pytest.approx(LEVELS[changed], rel=0.01, abs=0.5)
    ratio = (HOP["one-cpu"] + LEVELS[changed]) / HOP["one-cpu"]
    assert found.ratio.value == pytest.approx(ratio, rel=0.01)


def test_placement_is_a_factor_too(measured: factors.Numbers) -> None:
    found = measured.placement

    assert found is not None
    assert found.more is not None
    assert found.more.value * 1e6 == pytest.approx(HOP["free"] - HOP["one-cpu"], rel=0.01)
    assert (found.words, found.placement) == ("on all CPUs", "one-cpu")
    assert found.changed in measured.changes


def test_one_placement_alone_is_compared_with_none() -> None:
    assert numbers_of(study(placements=("free",))).placement is None


def test_the_second_hop_has_an_effect_of_its_own(measured: factors.Numbers) -> None:
    more = level(measured, TRIO).effects["model"].more

    assert more is not None
    assert more.value * 1e6 == pytest.approx(2 * LEVELS[TRIO], rel=0.02)


def test_an_effect_is_paired_by_round() -> None:
    drift = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]

    def row(subject: str, us: float, **changed: Any) -> Benchmark:
        values = [(us + one) * 1e-6 for one in drift]

        return benchmark("factors", subject, "free", "request", values, **changed)

    rows = [row("async-def", 45), row("def", 100), row("def", 110, gc="off")]
    found = numbers_of([*rows, row("async-def", 45, gc="off")])
    more = level(found, (("gc", "off"),), "free").more

    assert more is not None
    assert [more.low * 1e6, more.high * 1e6] == pytest.approx([10, 10])


def test_a_level_without_its_twin_has_no_effect() -> None:
    found = numbers_of(without(study(), subject="async-def", loop="uvloop"))

    assert level(found, UVLOOP).pair is None
    assert UVLOOP not in [one.changed for one in found.main.compared]


def test_without_the_default_there_is_no_section() -> None:
    rows = [row for row in study() if row.factors]

    assert factors.numbers(rows_of(*rows)) is None


def test_rows_stand_by_their_effect_on_the_main_placement(measured: factors.Numbers) -> None:
    effects = [
        more.value for one in measured.changes if (placed := measured.main.level(one))
        and (more := placed.more)
    ]  # fmt: skip

    assert effects == sorted(effects, reverse=True)
    assert measured.changes[0] == BUSY
    assert set(measured.changes[-len(ACROSS_CPUS) :]) == set(ACROSS_CPUS)


# Mechanism


def causes(found: factors.Numbers, placement: str) -> dict[Changed, Cause]:
    placed = next(one for one in found.placed if one.placement == placement)

    return {one.level.changed: one for one in placed.causes}


def test_large_effects_of_single_factors_have_a_mechanism(measured: factors.Numbers) -> None:
    assert list(causes(measured, "one-cpu")) == [
        BUSY,
        (("placement", "free"),),
        TRIO,
        UVLOOP,
        (("python", "py312"),),
    ]


def test_a_mechanism_names_the_largest_part(measured: factors.Numbers) -> None:
    said = causes(measured, "one-cpu")[BUSY].words

    assert said.startswith("the hop alone +")
    assert ", most of that between worker and the task's next step (+2.5 ms)" in said


def test_threads_whose_clocks_stand_still_have_waited(measured: factors.Numbers) -> None:
    said = causes(measured, "one-cpu")[BUSY].words

    assert "both threads mostly waited more" in said
    assert said.endswith("\N{MINUS SIGN}1.0 context switches per hop")


def test_what_switches_no_more_and_no_less_says_so(measured: factors.Numbers) -> None:
    assert causes(measured, "one-cpu")[TRIO].words.endswith("as many context switches")


def test_a_timer_that_costs_more_is_part_of_the_mechanism() -> None:
    found = numbers_of(study({(): 0.0, (("switch_us", 1000),): 15.0}))
    said = causes(found, "one-cpu")[(("switch_us", 1000),)].words

    assert "to set and stop one timer of that interval costs +5.0" in said


def test_a_timer_that_costs_as_much_is_not_mentioned(measured: factors.Numbers) -> None:
    assert "timer" not in causes(measured, "one-cpu")[UVLOOP].words


@pytest.mark.parametrize(
    ("computing", "more", "said"),
    [
        (8e-6, 10e-6, "computed more"),
        (1e-6, 10e-6, "waited more"),
        (-8e-6, -10e-6, "computed less"),
        (1e-6, -10e-6, "waited less"),
    ],
)
def test_cpu_time_tells_computing_from_waiting(
    measured: factors.Numbers, computing: float, more: float, said: str
) -> None:
    cause = Cause(level(measured, TRIO), more, (("there", more),), computing, None)

    assert f"both threads mostly {said}" in cause.words


def test_a_system_without_clocks_of_threads_tells_the_parts_alone() -> None:
    rows = without(without(study(), metric="cpu-loop"), metric="cpu-worker")
    said = causes(numbers_of(rows), "one-cpu")[TRIO].words

    assert "mostly" not in said
    assert said.startswith("the hop alone +")
    assert ", most of that " in said


# Checks


@pytest.mark.parametrize(
    ("busy", "said"), [(16000.0, "an interval later"), (9000.0, "without waiting")]
)
def test_beside_a_busy_thread_a_hop_waits_for_switch_intervals(busy: float, said: str) -> None:
    levels: Levels = {
        (): 0.0,
        (("busy", "python"),): busy,
        (("switch_us", 1000), ("busy", "python")): 1800.0,
    }
    found = numbers_of(study(levels))
    convoys = found.main.convoys

    assert [one.interval_us for one in convoys] == [5000, 1000]
    assert [one.value for one in convoys[0].waits] == pytest.approx(
        [share * BARE * (HOP["one-cpu"] + busy) / 5000 for share in (0.3, 0.4)], rel=0.01
    )
    assert said in text_of(found)


def verdicts(found: factors.Numbers) -> dict[str, str]:
    return {one.bar: one.verdict for one in factors.checks(found)}


def named(checks: Iterable[Check], word: str) -> list[Check]:
    return [one for one in checks if word in one.bar]


def test_a_quiet_run_passes_every_bar(measured: factors.Numbers) -> None:
    assert set(verdicts(measured).values()) == {PASS}


def test_a_control_that_differs_makes_a_draft() -> None:
    found = numbers_of(study({**LEVELS, (("control", "again"),): 10.0}))

    assert [one.verdict for one in named(factors.checks(found), "A/A")] == [FAIL, FAIL]
    assert all("A/A control" in one.draft for one in named(factors.checks(found), "A/A"))


def test_a_run_without_a_control_says_so() -> None:
    found = numbers_of(without(study(), control="again"))

    assert [one.verdict for one in named(factors.checks(found), "A/A")] == [UNKNOWN, UNKNOWN]


def test_a_noisy_run_misses_its_bar() -> None:
    found = numbers_of(study(spread=0.2))

    assert {one.verdict for one in named(factors.checks(found), "half-width")} == {FAIL}


def harness(hop: float) -> list[Benchmark]:
    made = [
        benchmark("harness", name, "one-cpu", "request", [us * 1e-6 * k for k in (0.99, 1, 1.01)])
        for name, us in (("def", 45 + hop), ("async-def", 45.0))
    ]

    return [replace(one, instrument="exchange", metric=None, factors=()) for one in made]


@pytest.mark.parametrize(("hop", "verdict"), [(HOP["one-cpu"], PASS), (90.0, FAIL), (50.0, FAIL)])
def test_the_default_is_that_of_the_other_studies_of_the_run(hop: float, verdict: str) -> None:
    found = numbers_of([*study(), *harness(hop)])

    assert [one.verdict for one in named(factors.checks(found), "other studies")] == [verdict]


def test_a_single_round_is_compared_with_nothing() -> None:
    rows = [replace(row, visits=row.visits[:1]) for row in [*study(), *harness(66.0)]]
    check = same_check(numbers_of(rows).main)

    assert check is not None
    assert check.verdict == NOTE


@pytest.fixture(scope="module")
def committed() -> factors.Numbers:
    found = factors.numbers(load(RESULTS / "factors.json.gz"))
    assert found is not None

    return found


@pytest.mark.parametrize("placement", HOP)
def test_the_committed_default_is_that_of_the_other_studies_in_the_same_run(
    committed: factors.Numbers, placement: str
) -> None:
    placed = next(one for one in committed.placed if one.placement == placement)
    check = same_check(placed)

    assert check is not None
    assert check.verdict == PASS


def test_the_committed_default_on_one_cpu_is_that_of_the_reference(
    committed: factors.Numbers,
) -> None:
    pair = the_pair(load(RESULTS / "reference.json.gz"), "one-cpu")
    own = level(committed, DEFAULT).pair

    assert pair is not None
    assert own is not None
    assert overlap(own.cost, pair.difference)


# Page and picture


def test_the_page_has_a_row_for_every_effect(measured: factors.Numbers) -> None:
    text = text_of(measured)

    for placed in measured.placed:
        for one in placed.compared:
            shown = digits.time(one.more, sign=True).replace("\N{NO-BREAK SPACE}", " ")
            assert [
                line
                for line in text.splitlines()
                if line.startswith(f"| {one.words.replace(chr(160), ' ')} | `{placed.placement}` |")
                and shown in line
            ]


def test_the_page_says_what_has_no_effect(measured: factors.Numbers) -> None:
    text = text_of(measured)

    assert "Not to be told from no effect on one CPU: " in text
    assert "Python 3.13" in text.partition("Not to be told from no effect on one CPU: ")[2]


def test_the_page_gives_the_ratio_after_the_microseconds(measured: factors.Numbers) -> None:
    line = next(one for one in text_of(measured).splitlines() if "event loop: uvloop: " in one)

    assert line.index("\N{MICRO SIGN}s") < line.index("\N{MULTIPLICATION SIGN}")


def test_a_run_of_one_placement_has_a_page_and_a_picture() -> None:
    found = numbers_of(study(placements=("free",)))

    assert "on one CPU" not in text_of(found)
    assert drawn(found)


def test_a_run_of_the_default_alone_has_a_page_and_a_picture() -> None:
    found = numbers_of(study({DEFAULT: 0.0}, placements=("one-cpu",)))

    assert "by default a hop costs" in text_of(found).lower()
    assert drawn(found)
    assert factors.headline(found) == ""


def test_the_headline_names_what_moves_the_hop_most(measured: factors.Numbers) -> None:
    said = factors.headline(measured)

    assert said.startswith(
        "What moves a hop most, compared inside one run, on one CPU: a thread busy with Python +"
    )
    assert "event loop: uvloop \N{MINUS SIGN}2" in said

    elsewhere = said.partition("; on all CPUs, ")[2]
    assert elsewhere.startswith("a thread busy with Python +")
    assert ", and where no CPU has to be woken \N{MINUS SIGN}79" in elsewhere


def test_the_headline_tells_the_dearest_and_the_cheapest_effect_of_the_other_placement() -> None:
    levels = {**LEVELS, UVLOOP: -90.0}
    elsewhere = factors.headline(numbers_of(study(levels))).partition("; on all CPUs, ")[2]

    assert re.search(r"busy with Python \+\d+ .*, event loop: uvloop \N{MINUS SIGN}", elsewhere)


def test_the_headline_names_no_effect_cheaper_that_is_dearer() -> None:
    found = study({DEFAULT: 0.0, BUSY: 9000.0, TRIO: 60.0})
    dearer = [row for row in found if "neighbour" not in dict(row.factors)]
    elsewhere = factors.headline(numbers_of(dearer)).partition("; on all CPUs, ")[2]

    assert "Trio" not in elsewhere
    assert "woken" not in elsewhere


def test_that_no_cpu_is_woken_is_told_only_if_it_makes_a_difference() -> None:
    found = numbers_of(study())
    other = found.placed[-1]
    level = other.level(AWAKE)
    assert level is not None
    assert level.pair is not None
    same = replace(level.pair, more=Estimate(-1e-6, -20e-6, 22e-6, 9))
    levels = tuple(
        replace(one, effects={"pair": same}) if one.changed == AWAKE else one
        for one in other.levels
    )
    said = factors.headline(replace(found, placed=(found.main, replace(other, levels=levels))))

    assert "where no CPU has to be woken" not in said


def test_the_picture_is_described_in_words(measured: factors.Numbers) -> None:
    assert "event loop: uvloop \N{MINUS SIGN}" in factors.alt(measured)


def test_the_axis_holds_every_effect(measured: factors.Numbers) -> None:
    low, high = limits_of(measured)

    assert (low * 1e-6 < -80e-6, high * 1e-6 > 9e-3) == (True, True)
    assert low <= -2 * LINEAR_US


def test_colours_tell_dearer_cheaper_and_no_effect(measured: factors.Numbers) -> None:
    found = [level(measured, one) for one in (TRIO, UVLOOP, (("python", "py313"),))]

    assert [shade(one) for one in found] == [ORANGE, BLUE, MUTED]


def test_rows_of_the_picture_are_named_in_their_order(measured: factors.Numbers) -> None:
    assert names(measured) == [words(one) for one in measured.changes]


def test_a_placement_knows_its_default(measured: factors.Numbers) -> None:
    assert Placed("free", ()).default is None
    assert measured.main.default is level(measured, DEFAULT)
