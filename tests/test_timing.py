"""The timed loops: how often they run, how long a value lasts, what is warm before the clock."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import anyio.to_thread
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp

from bench import timing
from bench.correctness import WrongAnswerError
from bench.counting import Counts, counting_hops
from bench.handlers import CATALOGUE
from bench.timing import MINIMUM_VALUE_SECONDS, WARM_UP, awaited, calibrate, called, requests

Loop = asyncio.AbstractEventLoop


class Clock:
    """A clock that goes only as far as it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def calibrated(seconds_per_loop: float) -> int:
    """The loops found for something that lasts exactly `seconds_per_loop`, in no time."""
    clock = Clock()

    def time(loops: int) -> float:
        clock.now += loops * seconds_per_loop
        return 0.0  # a value need not be seconds: what lasts is read on the clock

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timing, "perf_counter", clock)
        return calibrate(time)


@given(st.floats(1e-8, 2.0))
def test_a_value_lasts_at_least_the_minimum(seconds_per_loop: float) -> None:
    loops = calibrated(seconds_per_loop)

    assert loops * seconds_per_loop >= MINIMUM_VALUE_SECONDS


@given(st.floats(1e-8, 2.0))
def test_a_value_lasts_no_longer_than_it_must(seconds_per_loop: float) -> None:
    loops = calibrated(seconds_per_loop)

    assert loops * seconds_per_loop <= 1.2 * MINIMUM_VALUE_SECONDS + 2 * seconds_per_loop


@pytest.mark.parametrize("loops", [1, 2, 50])
def test_awaited_awaits_the_loops_and_the_warm_up(loop: Loop, loops: int) -> None:
    steps: list[None] = []

    async def step() -> None:
        steps.append(None)

    awaited(step, loop)(loops)

    assert len(steps) == loops + WARM_UP


@pytest.mark.parametrize("loops", [1, 2, 50])
def test_called_calls_the_loops(loops: int) -> None:
    calls: list[None] = []

    called(lambda: calls.append(None))(loops)

    assert len(calls) == loops


def test_the_warm_up_is_not_timed(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(timing, "perf_counter", clock)

    async def step() -> None:
        clock.now += 1.0

    assert awaited(step, loop)(5) == 5.0


def test_what_is_called_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(timing, "perf_counter", clock)

    def step() -> None:
        clock.now += 1.0

    assert called(step)(5) == 5.0


def test_the_worker_thread_of_timed_hops_starts_before_the_clock(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = Counts()
    started_at_clock: list[int] = []

    def clock() -> float:
        started_at_clock.append(counts.threads_started)
        return 0.0

    monkeypatch.setattr(timing, "perf_counter", clock)
    time = awaited(lambda: anyio.to_thread.run_sync(int), loop)

    with counting_hops(counts):
        time(10)
        time(10)

    assert started_at_clock == [1, 1, 2, 2]


def test_a_kind_is_checked_before_it_is_timed(loop: Loop) -> None:
    wrong = replace(CATALOGUE["def"], body=b"bye")

    with pytest.raises(WrongAnswerError):
        requests(wrong)(loop)


def test_a_prepared_kind_knows_its_counts(loop: Loop) -> None:
    prepared = requests(CATALOGUE["def-model"])(loop)

    assert prepared.counts["hops"] == 2


def test_a_prepared_kind_is_an_app_of_its_own(loop: Loop) -> None:
    built: list[None] = []

    def build() -> ASGIApp:
        built.append(None)
        return CATALOGUE["def"].build()

    prepare = requests(replace(CATALOGUE["def"], build=build))
    assert built == []

    prepare(loop).time(3)
    assert len(built) == 1
