"""What else the machine does: its busy seconds, less our own, and a guest's counted once."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

import psutil
import pytest

from analysis import disturbances, rules
from analysis.benchmark import Benchmark
from analysis.checks import FAIL, NOTE, PASS, Check
from analysis.rows import Rows
from bench import calm, noise, result_file
from bench.__main__ import unsuited
from bench.noise import Noise, seconds_of_others, stolen_seconds, stretches
from tests.synthetic_loads import benchmark, rows_of


class LinuxTimes(NamedTuple):
    user: float = 40.0
    nice: float = 1.0
    system: float = 5.0
    idle: float = 1000.0
    iowait: float = 100.0
    irq: float = 1.0
    softirq: float = 2.0
    steal: float = 10.0
    guest: float = 20.0
    guest_nice: float = 0.5


class OtherTimes(NamedTuple):
    user: float = 40.0
    nice: float = 1.0
    system: float = 8.0
    idle: float = 1000.0


@pytest.mark.parametrize("times", [LinuxTimes(), OtherTimes()])
def test_seconds_of_others_are_the_busy_ones_but_our_own(
    times: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = SimpleNamespace(user=1.0, system=2.0, children_user=4.0, children_system=8.0)
    monkeypatch.setattr(psutil, "cpu_times", lambda: times)
    monkeypatch.setattr(os, "times", lambda: own)

    assert seconds_of_others() == 49.0 - 15.0


def test_a_stretch_is_timed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.5, 20.0, 21.0])
    monkeypatch.setattr(noise, "perf_counter", lambda: next(clock))

    assert stretches(2) == [0.5, 1.0]


def test_a_visit_tells_what_was_stolen_and_the_stretches_on_both_sides_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, stolen = iter([[0.5, 1.0], [0.25, 2.25]]), iter([3.0, 3.5])
    monkeypatch.setattr(noise, "stretches", lambda: next(found))
    monkeypatch.setattr(noise, "stolen_seconds", lambda: next(stolen))

    assert Noise().told() == {
        "steal_seconds": 0.5,
        "stretch_seconds": 1.0,
        "stretch_seconds_least": 0.25,
    }


def test_the_work_of_a_stretch_lies_between_two_looks_at_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []

    def perf_counter() -> float:
        done.append("clock")
        return 0.0

    monkeypatch.setattr(noise, "perf_counter", perf_counter)
    monkeypatch.setattr(noise, "deepcopy", lambda _: done.append("work"))
    noise.stretch()

    assert done == ["clock", "work", "clock"]


@pytest.mark.parametrize(("times", "stolen"), [(LinuxTimes(), 10.0), (OtherTimes(), 0.0)])
def test_stolen_seconds_are_what_the_system_tells(
    times: tuple[float, ...], stolen: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "cpu_times", lambda: times)

    assert stolen_seconds() == stolen


def test_a_shared_core_is_told_before_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = iter([50e-6, *(95e-6 for _ in range(noise.STRETCHES_BEFORE_A_RUN))])
    monkeypatch.setattr(noise, "stretch", lambda: next(taken))

    (told,) = unsuited(noise.slowed())
    assert "1.90 times" in told


def test_a_core_of_ones_own_needs_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = itertools.chain([500e-6], itertools.cycle([50e-6, 51e-6, 60e-6]))
    monkeypatch.setattr(noise, "stretch", lambda: next(taken))

    assert unsuited(noise.slowed()) == []


def test_a_run_is_told_by_the_bar_of_its_report() -> None:
    assert noise.SLOWED == disturbances.SLOWED


def found_in(check: Callable[[Rows], Check], *visits: dict[str, Any]) -> tuple[str, str]:
    """What a check finds in a run of two CPUs that made these visits."""
    row = benchmark("handlers", "def", "one-cpu", "request", [1.0] * len(visits))
    made = (replace(visit, **told) for visit, told in zip(row.visits, visits, strict=True))
    found = check(rows_of(replace(row, visits=tuple(made))))

    return found.found, found.verdict


def test_stolen_time_is_a_share_of_what_all_cpus_had_in_the_visits_that_tell_it() -> None:
    visits = [
        {"steal_seconds": stolen, "duration_seconds": 10.0} for stolen in (0.1, 0.0, 0.3, None)
    ]

    assert found_in(disturbances.steal_check, *visits) == ("0.67 %", PASS)
    assert found_in(disturbances.steal_check, *visits[2:]) == ("1.50 %", FAIL)


def test_time_of_others_is_a_share_of_visits_with_the_start_of_their_process() -> None:
    told = {"duration_seconds": 5.0, "whole_seconds": 10.0}
    visits = [{**told, "others_seconds": used} for used in (0.2, 0.4)]

    assert found_in(disturbances.others_check, *visits) == ("1.50 %", PASS)


def test_a_typical_stretch_is_set_against_the_shortest_of_the_run() -> None:
    stretches = ((50e-6, 50e-6), (60e-6, 40e-6), (90e-6, 50e-6))
    visits = [{"stretch_seconds": one, "stretch_seconds_least": least} for one, least in stretches]

    assert found_in(disturbances.speed_check, *visits) == ("\N{MULTIPLICATION SIGN} 1.50", FAIL)


def test_visits_that_had_too_few_calm_moments_are_counted() -> None:
    made = row("own", 50e-6)
    facts: dict[str, Any] = {"batches_tried": 9, "batches_counted": 8}
    seconds = (69e-6, 71e-6, None)
    visits = tuple(
        replace(visit, **facts, stretch_seconds=one)
        for visit, one in zip(made.visits, seconds, strict=True)
    )
    rows = calm_run(replace(made, visits=visits), 50e-6)

    (check,) = disturbances.calm_checks(rows)
    assert check.found.endswith("of 3 visits, 1 had too few such moments")
    assert "beside each batch that counts" in disturbances.speed_check(rows).bar
    assert "beside each visit" in disturbances.speed_check(rows_of(made)).bar


def test_the_report_takes_the_same_moments_as_calm() -> None:
    assert disturbances.DISTURBED == calm.DISTURBED
    assert rules.CALM == result_file.CALM


def calm_run(row: Benchmark, shortest: float) -> Rows:
    """A run of which only calm moments count."""
    rows = rows_of(row)
    facts = (*rows.provenance.facts, ("calm_stretch_seconds", f"{shortest:g}"))

    return replace(rows, provenance=replace(rows.provenance, facts=facts))


def row(python: str, seconds: float) -> Benchmark:
    """Visits of one Python, with stretches of so many seconds."""
    facts: dict[str, Any] = {
        "stretch_seconds": 1.1 * seconds,
        "stretch_seconds_least": seconds,
    }
    made = benchmark("factors", "def", "one-cpu", "request", [1.0] * 3, python=python)
    return replace(made, visits=tuple(replace(visit, **facts) for visit in made.visits))


def test_what_was_timed_in_vain_is_told_of_calm_moments_only() -> None:
    visits = [
        {"batches_tried": 100, "batches_counted": 80},
        {"batches_tried": 300, "batches_counted": 80},
    ]

    assert found_in(lambda rows: disturbances.calm_checks(rows)[0], *visits) == (
        "40 % of the 400 batches timed count; of 2 visits, 0 had too few such moments",
        NOTE,
    )
    assert disturbances.calm_checks(rows_of(row("own", 50e-6))) == ()


def test_stretches_of_one_python_are_not_set_against_those_of_another() -> None:
    found = disturbances.speed_check(rows_of(row("py311", 40e-6), row("own", 50e-6)))

    assert (found.found, found.verdict) == ("\N{MULTIPLICATION SIGN} 1.10", PASS)


@pytest.mark.parametrize(
    ("busy", "found"), [(2, ("2 of 10, highest 1.60", PASS)), (3, ("3 of 10, highest 1.60", FAIL))]
)
def test_a_load_that_is_above_its_bar_now_and_then_is_none(
    busy: int, found: tuple[str, str]
) -> None:
    visits = [{"load_average": 1.6 if place < busy else 1.4} for place in range(10)]

    assert found_in(disturbances.load_check, *visits) == found


def test_this_machine_tells() -> None:
    assert seconds_of_others() >= 0
