"""What else the machine does: its busy seconds, less our own, and a guest's counted once."""

from __future__ import annotations

import itertools
import os
from types import SimpleNamespace
from typing import NamedTuple

import psutil
import pytest

from analysis import disturbances
from bench import noise
from bench.__main__ import unsuited
from bench.noise import of_stretches, seconds_of_others, stretches


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

    assert of_stretches(stretches(2)) == {"stretch_seconds": 0.75, "stretch_seconds_least": 0.5}


def test_a_shared_core_is_told_before_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = iter([50e-6, *(95e-6 for _ in range(noise.STRETCHES_BEFORE_A_RUN))])
    monkeypatch.setattr(noise, "stretch", lambda: next(taken))

    (told,) = unsuited(noise.slowed())
    assert "1.90 times" in told


def test_a_core_of_ones_own_needs_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = itertools.cycle([50e-6, 51e-6, 60e-6])
    monkeypatch.setattr(noise, "stretch", lambda: next(taken))

    assert unsuited(noise.slowed()) == []


def test_a_run_is_told_by_the_bar_of_its_report() -> None:
    assert noise.SLOWED == disturbances.SLOWED


def test_this_machine_tells() -> None:
    assert seconds_of_others() >= 0
