"""The plan: what is measured, in which order, and that both follow from a few numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psutil
import pytest

from bench.benchmark import FREE, ONE_CPU
from bench.errors import UsageError
from bench.every_study import BENCHMARKS, STUDIES
from bench.machine import Machine, this_machine
from bench.plan import Plan
from bench.programs import absent
from bench.selection import Selection, selected
from bench.studies import DEFAULT

BOTH = (ONE_CPU, FREE)


class Process:
    """A process that may use these CPUs."""

    def __init__(self, *cpus: int) -> None:
        self.cpus = cpus

    def cpu_affinity(self) -> list[int]:
        return list(self.cpus)


def order(plan: Plan, round_: int) -> list[str]:
    return [visit.benchmark.name for visit in plan.visits() if visit.round == round_]


def names(selection: Selection, placements: tuple[str, ...] = BOTH) -> list[str]:
    return [benchmark.name for benchmark in selected(selection, placements)]


@pytest.fixture
def whole() -> Plan:
    return Plan(tuple(BENCHMARKS.values()), 3, 7, Machine((0, 1), 1))


def test_the_same_seed_gives_the_same_order(whole: Plan) -> None:
    assert list(whole.visits()) == list(replace(whole).visits())


def test_another_seed_gives_another_order(whole: Plan) -> None:
    assert order(whole, 1) != order(replace(whole, seed=8), 1)


def test_a_plan_of_calm_moments_is_another_plan(whole: Plan) -> None:
    calm = [replace(whole, calm_stretch_seconds=seconds).digest for seconds in (0.0, 1e-5, 2e-5)]

    assert len(set(calm)) == 3
    assert calm[0] == whole.digest


def test_each_round_visits_each_benchmark_once(whole: Plan) -> None:
    for round_ in (1, 2, 3):
        found = order(whole, round_)
        assert len(set(found)) == len(found)
        assert {one.name for one in BENCHMARKS.values() if not one.rounds} <= set(found)


@pytest.mark.parametrize(
    ("wanted", "rounds", "expected"),
    [
        (1, 8, [1]),
        (3, 6, [1, 3, 5]),
        (3, 7, [1, 4, 6]),
        (7, 16, [1, 4, 6, 8, 11, 13, 15]),
        (4, 4, [1, 2, 3, 4]),
    ],
)
def test_one_that_is_not_in_all_rounds_is_spread_over_them(
    plan: Plan, wanted: int, rounds: int, expected: list[int]
) -> None:
    some = replace(next(iter(plan.benchmarks)), rounds=wanted)
    found = replace(plan, benchmarks=(some,), rounds=rounds)

    assert [visit.round for visit in found.visits()] == expected
    assert found.length == wanted


def test_one_that_is_wanted_more_often_than_there_are_rounds_is_in_all(plan: Plan) -> None:
    some = replace(next(iter(plan.benchmarks)), rounds=9)

    assert [visit.round for visit in replace(plan, benchmarks=(some,)).visits()] == [1, 2]


def test_the_rounds_have_orders_of_their_own(whole: Plan) -> None:
    orders = {tuple(order(whole, round_)) for round_ in (1, 2, 3)}

    assert len(orders | {tuple(BENCHMARKS)}) == 4


def test_the_order_of_a_round_does_not_depend_on_how_many_there_are(whole: Plan) -> None:
    plan = replace(whole, benchmarks=tuple(one for one in whole.benchmarks if not one.rounds))

    assert order(replace(plan, rounds=9), 3) == order(plan, 3)


def test_rounds_and_positions_count_from_one(plan: Plan) -> None:
    numbers = [(visit.round, visit.position) for visit in plan.visits()]

    assert numbers == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]


def test_without_a_wish_the_default_studies_are_selected() -> None:
    default = [benchmark.name for study in DEFAULT for benchmark in STUDIES[study]]

    assert names(Selection()) == default


def test_all_is_everything_but_what_must_be_named() -> None:
    here = [one for one in BENCHMARKS.values() if not absent(one)]
    everything = [one.name for one in here if not one.on_request]

    assert names(Selection(("all",))) == everything


def test_what_must_be_named_is_measured_where_a_pattern_names_it() -> None:
    on_request = [one.name for one in BENCHMARKS.values() if one.on_request]

    assert names(Selection(("all",), "soak")) == on_request


def test_only_the_studies_asked_for_are_selected() -> None:
    selection = selected(Selection(("hop", "harness")), BOTH)

    assert selection == (*STUDIES["harness"], *STUDIES["hop"])


def test_only_the_placements_at_hand_are_selected() -> None:
    assert {benchmark.placement for benchmark in selected(Selection(), (FREE,))} == {FREE}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("no-op", ["harness/no-op@instrument=exchange,placement=one-cpu"]),
        ("async-def@*httpx", ["harness/async-def@instrument=httpx,placement=one-cpu"]),
        ("hop/cal?@", ["hop/call@placement=one-cpu"]),
        (
            "handlers/async-deps-[48]",
            ["handlers/async-deps-4@placement=one-cpu", "handlers/async-deps-8@placement=one-cpu"],
        ),
    ],
)
def test_only_names_that_hold_the_pattern_are_selected(pattern: str, expected: list[str]) -> None:
    assert names(Selection(pattern=pattern), (ONE_CPU,)) == expected


def test_what_a_benchmark_is_compared_with_comes_along() -> None:
    assert names(Selection(("handlers",), "/def-deps-4"), (ONE_CPU,)) == [
        "handlers/def-deps-4@placement=one-cpu",
        "handlers/async-deps-4@placement=one-cpu",
    ]
    assert names(Selection(pattern="fastapi-def-model"), (FREE,)) == [
        "hop/fastapi-def-model@placement=free",
        "hop/async-def-model@placement=free",
    ]


def test_fast_selects_headlines_and_what_they_are_compared_with() -> None:
    fast = set(names(Selection(fast=True)))

    default = [benchmark for study in DEFAULT for benchmark in STUDIES[study]]
    assert fast >= {benchmark.name for benchmark in default if benchmark.headline}
    assert len(fast) < len(default) / 2


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection(("hops",)), f"a study is one of {', '.join(STUDIES)}, or all, not 'hops'"),
        (
            Selection(("hop", "harness"), "nothing"),
            "no benchmark of hop, harness matches 'nothing': see --list",
        ),
        (
            Selection(("handlers",), "static", fast=True),
            "no benchmark of handlers matches 'static': see --list",
        ),
        (
            Selection(("harness", "concurrency"), "/pair@in_flight=4,placement=free", calm=True),
            (
                "--calm takes what is timed loop by loop and can wait, "
                "concurrency/pair@in_flight=4,placement=free makes a load of its own: "
                "leave out --calm, or select others (see --list)"
            ),
        ),
    ],
)
def test_a_selection_that_is_empty_is_refused(selection: Selection, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        selected(selection, BOTH)

    assert str(error.value) == sentence


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"rounds": 3},
        {"benchmarks": STUDIES["harness"][:2]},
        {"benchmarks": STUDIES["harness"][2::-1]},
        {"machine": Machine((0, 1), 0)},
        {"machine": Machine((0, 1, 2), 1)},
    ],
)
def test_the_digest_changes_when_any_visit_would(plan: Plan, change: dict[str, Any]) -> None:
    assert replace(plan, **change).digest != plan.digest


def test_the_digest_changes_with_what_a_benchmark_says_of_itself(plan: Plan) -> None:
    first, *others = plan.benchmarks
    renamed = (replace(first, title="another title"), *others)

    assert replace(plan, benchmarks=renamed).digest != plan.digest


@pytest.mark.parametrize("constant", ["VALUES", "WARM_UPS", "MINIMUM_VALUE_SECONDS"])
def test_the_digest_changes_with_how_a_visit_is_made(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, constant: str
) -> None:
    before = plan.digest
    monkeypatch.setattr(f"bench.plan.{constant}", 99)

    assert plan.digest != before


def test_the_digest_of_the_same_plan_is_the_same(plan: Plan) -> None:
    assert replace(plan).digest == plan.digest
    assert len(plan.digest) == 16


@pytest.mark.parametrize(
    ("machine", "placements"),
    [
        (Machine((0, 1), 1), (ONE_CPU, FREE)),
        (Machine((5,), 5), (ONE_CPU,)),
        (Machine((), None), (FREE,)),
    ],
)
def test_a_machine_has_the_placements_that_can_be_told_apart(
    machine: Machine, placements: tuple[str, ...]
) -> None:
    assert machine.placements == placements


def test_one_cpu_is_the_pinned_one_and_free_is_all() -> None:
    machine = Machine((0, 1, 2), 1)

    assert (machine.cpus_of(ONE_CPU), machine.cpus_of(FREE)) == ((1,), (0, 1, 2))


def test_on_a_system_that_cannot_pin_the_system_decides() -> None:
    assert Machine((), None).cpus_of(FREE) == ()


@pytest.mark.parametrize(("cpu", "pinned"), [(None, 6), (2, 2), (0, 0)])
def test_the_last_cpu_is_pinned_to_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch, cpu: int | None, pinned: int
) -> None:
    monkeypatch.setattr(psutil, "Process", lambda: Process(6, 0, 2))

    assert this_machine(cpu) == Machine((0, 2, 6), pinned)


@pytest.mark.parametrize("cpu", [1, 7, -1])
def test_a_cpu_this_process_may_not_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, cpu: int
) -> None:
    monkeypatch.setattr(psutil, "Process", lambda: Process(0, 2))

    with pytest.raises(UsageError, match=rf"--cpu must be one of .*\(0, 2\), not {cpu}"):
        this_machine(cpu)


def test_a_system_that_cannot_pin_has_only_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "Process", object)

    assert this_machine() == Machine((), None)
    assert this_machine().placements == (FREE,)


def test_a_system_that_cannot_pin_refuses_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "Process", object)

    with pytest.raises(UsageError, match="this system cannot pin"):
        this_machine(0)
