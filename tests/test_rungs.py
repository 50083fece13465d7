"""The ladders: every rung runs, hops as declared, and stands on one that exists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import anyio.to_thread
import pytest
import starlette.testclient

from bench.benchmark import ONE_CPU, Benchmark
from bench.correctness import WrongAnswerError
from bench.every_study import STUDIES
from bench.rungs import LADDERS, Rung
from bench.rungs.rung import do_nothing, steps_of

Loop = asyncio.AbstractEventLoop

RUNGS = tuple(rung for rungs in LADDERS.values() for rung in rungs)
TIMED = tuple(
    benchmark
    for study in ("harness", "hop")
    for benchmark in STUDIES[study]
    if benchmark.placement == ONE_CPU
)
"""What the catalogue's own tests do not run; a placement changes nothing in what is run."""

HOPS = {
    "call": None,
    "await": 0,
    "one-pass": 0,
    "self-wake": 0,
    "lock-pair": 0,
    "bare-hop": 0,
    "run-in-executor": 0,
    "asyncio-to-thread": 0,
    "anyio-run-sync": 1,
    "run-in-threadpool": 1,
    "cold-hop": 1,
    "beside-request": 1,
    "beside-hop": 2,
    "endpoint-awaits": 1,
    "fastapi-def": 1,
    "fastapi-def-model": 2,
    "starlette-def": 1,
    "async-def": 0,
    "cpu-of-worker": 1,
}
PASSES = {"await": 0, "one-pass": 1, "two-passes": 2, "limiter": 2, "self-wake": 4}


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closes the test clients that a benchmark leaves open, as its process ends at once."""
    opened: list[starlette.testclient.TestClient] = []

    class Kept(starlette.testclient.TestClient):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            opened.append(self)

    monkeypatch.setattr(starlette.testclient, "TestClient", Kept)
    yield
    for client in opened:
        client.__exit__()


def named(name: str) -> Rung:
    (rung,) = (rung for rung in RUNGS if rung.name == name)
    return rung


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize("benchmark", TIMED, ids=lambda benchmark: benchmark.name)
def test_a_benchmark_prepares_and_runs(loop: Loop, benchmark: Benchmark) -> None:
    assert benchmark.prepare is not None
    prepared = benchmark.prepare(loop)

    assert prepared.time(10) > 0


@pytest.mark.parametrize("name", HOPS)
def test_a_rung_hops_as_often_as_its_source_shows(loop: Loop, name: str) -> None:
    assert named(name).prepare(loop).counts.get("hops") == HOPS[name]


@pytest.mark.parametrize("name", PASSES)
def test_a_rung_takes_the_passes_of_the_loop_it_is_named_for(loop: Loop, name: str) -> None:
    assert named(name).prepare(loop).counts["loop_passes"] == PASSES[name]


@pytest.mark.parametrize("hops", [0, 2])
def test_a_rung_that_hops_otherwise_is_not_prepared(loop: Loop, hops: int) -> None:
    def make(loop: Loop) -> Callable[[], Any]:
        return lambda: anyio.to_thread.run_sync(do_nothing)

    with pytest.raises(WrongAnswerError, match=f"planted must hop {hops} times"):
        steps_of("planted", make, hops)(loop)


def test_a_cold_hop_starts_its_thread_and_a_warm_one_does_not(loop: Loop) -> None:
    started = {
        name: named(name).prepare(loop).counts["threads_started"]
        for name in ("cold-hop", "anyio-run-sync")
    }

    assert started == {"cold-hop": 1, "anyio-run-sync": 0}


def test_no_two_rungs_share_a_name() -> None:
    names = [rung.name for rung in RUNGS]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
def test_a_rung_says_what_it_is(rung: Rung) -> None:
    assert rung.title.strip()
    assert rung.unit in ("second", "integer")


@pytest.mark.parametrize(
    "rung",
    [rung for ladder, rungs in LADDERS.items() for rung in rungs if ladder in ("steps", "threads")],
    ids=lambda rung: rung.name,
)
def test_a_rung_of_a_ladder_says_what_it_adds(rung: Rung) -> None:
    assert rung.adds.strip()
