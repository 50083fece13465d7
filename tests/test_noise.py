"""What else the machine does: its busy seconds, less our own, and a guest's counted once."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import NamedTuple

import psutil
import pytest

from bench.noise import seconds_of_others


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


def test_this_machine_tells() -> None:
    assert seconds_of_others() >= 0
