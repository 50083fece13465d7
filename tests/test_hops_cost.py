"""The cost of a hop is measured once for a machine and its versions."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from bench.hops import cost as module
from bench.hops.cost import Cost, cost, hop_us, one_cpu


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Measurements that are made up, and how many there were."""
    made: list[str] = []

    def measure() -> dict[str, float | None]:
        made.append("measured")
        return {"one_cpu": 10.0 * len(made), "free": 20.0}

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(module, "measured", measure)
    return made


def test_a_second_question_measures_nothing(measured: list[str]) -> None:
    assert [cost(), cost()] == [Cost(10.0, 20.0), Cost(10.0, 20.0)]
    assert len(measured) == 1


def test_asked_to_measures_again(measured: list[str]) -> None:
    assert [cost(), cost(again=True), cost()] == [Cost(value, 20.0) for value in (10.0, 20.0, 20.0)]


def test_another_machine_measures_for_itself(
    measured: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cost()
    monkeypatch.setattr(module, "this_machine", lambda: "another")

    assert cost() == Cost(20.0, 20.0)


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_broken_cache_is_measured_over(measured: list[str], content: str) -> None:
    path = module.cache_file()
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")

    assert [cost(), cost()] == [Cost(10.0, 20.0)] * 2


def test_a_cache_that_cannot_be_written_stops_nobody(
    measured: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert cost() == Cost(10.0, 20.0)


def test_a_user_without_a_home_is_answered(
    measured: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    assert [cost(), cost()] == [Cost(10.0, 20.0)] * 2
    assert len(measured) == 1


def test_a_measurement_is_made_of_real_hops() -> None:
    assert asyncio.run(hop_us(turns=1, loops=2)) > 0


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin")
def test_pinning_is_undone() -> None:
    before = os.sched_getaffinity(0)
    with one_cpu() as pinned:
        assert (pinned, len(os.sched_getaffinity(0))) == (True, 1)

    assert os.sched_getaffinity(0) == before
