"""The study `factors`: a setting that is what it says, and subjects timed in turns under it."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import inspect
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import nullcontext
from contextvars import copy_context
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio.to_thread
import psutil
import pytest
from anyio._core import _eventloop

from bench.benchmark import FREE, ONE_CPU, Surroundings
from bench.correctness import WrongAnswerError
from bench.factors import turns
from bench.factors.company import busy_thread, neighbours
from bench.factors.loops import run, workers
from bench.factors.meters import MEASURABLE, meter_of, setting_timer
from bench.factors.process import (
    collector,
    place_threads,
    set_variables,
    switch_interval,
    timer_slack,
)
from bench.factors.setting import Setting
from bench.factors.subjects import (
    HOP,
    SUBJECTS,
    Subject,
    check,
    fill_pool,
    hop_alone,
    nested,
    subjects,
)
from bench.factors.turns import CROSSING, Turns, crossing, in_turns, timed
from bench.factors.visit import observing, pool, refuse_other_packages
from bench.studies.factors import BENCHMARKS, LEVELS, PRODUCTS, PYTHONS

LOOPS = (
    "asyncio",
    "uvloop",
    pytest.param(
        "trio",
        marks=pytest.mark.skipif(find_spec("trio") is None, reason="needs Trio: tox -e trio"),
    ),
)
OF_ASYNCIO = LOOPS[:2]
HERE = Surroundings(seed=1, cpus=(), all_cpus=tuple(range(os.cpu_count() or 1)))
SHORT = Turns(number=2, seconds=0.001)
PR_GET_TIMERSLACK = 30

only_linux = pytest.mark.skipif(not MEASURABLE, reason="what Linux can be asked for")


@pytest.fixture
def own_cpus() -> Iterator[tuple[int, ...]]:
    """The CPUs of this thread, given back after the test."""
    cpus = os.sched_getaffinity(0)
    yield tuple(sorted(cpus))
    os.sched_setaffinity(0, cpus)


def slack() -> int:
    return int(ctypes.CDLL(None).prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0))


# The setting


def test_the_default_changes_nothing() -> None:
    assert Setting().changed == {}


def test_a_setting_names_what_it_changes() -> None:
    changed = {"switch_us": 100, "busy": "python"}

    assert Setting.of(changed).changed == changed


def test_the_default_is_what_other_studies_measure_under() -> None:
    default = Setting()

    assert (default.switch_us / 1e6, default.gc) == (sys.getswitchinterval(), "on")
    assert gc.isenabled()


@only_linux
def test_the_default_timer_slack_is_that_of_the_system() -> None:
    assert Setting().slack_ns == slack()


@pytest.mark.parametrize("microseconds", [1000, 100])
def test_the_switch_interval_is_changed_inside_the_block(microseconds: int) -> None:
    usual = sys.getswitchinterval()

    with switch_interval(microseconds):
        inside = sys.getswitchinterval()

    assert (round(inside * 1e6), sys.getswitchinterval()) == (microseconds, usual)


@pytest.mark.parametrize(
    ("state", "enabled", "frozen"),
    [("on", True, False), ("off", False, False), ("frozen", True, True)],
)
def test_the_collector_is_changed_inside_the_block(state: str, enabled: bool, frozen: bool) -> None:
    before = gc.get_freeze_count()
    with collector(state):
        inside = (gc.isenabled(), gc.get_freeze_count() > before)

    assert inside == (enabled, frozen)
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)


@only_linux
def test_the_timer_slack_is_changed_inside_the_block() -> None:
    usual = slack()
    with timer_slack(1):
        inside = slack()

    assert (inside, slack()) == (1, usual)


@pytest.mark.parametrize(
    ("setting", "found", "refused"),
    [
        (Setting(), None, False),
        (Setting(), object(), True),
        (Setting(sniffio="present"), object(), False),
        (Setting(sniffio="present"), None, True),
        (Setting(loop="trio"), object(), False),
    ],
)
def test_packages_that_a_setting_does_not_want_are_refused(
    monkeypatch: pytest.MonkeyPatch, setting: Setting, found: object, refused: bool
) -> None:
    monkeypatch.setattr(_eventloop, "sniffio", found)

    with pytest.raises(WrongAnswerError, match="sniffio must be") if refused else nullcontext():
        refuse_other_packages(setting)


@pytest.mark.parametrize("number", [0, 10, 100])
def test_variables_are_set_in_the_context(number: int) -> None:
    def more() -> int:
        before = len(copy_context())
        set_variables(number)
        return len(copy_context()) - before

    assert copy_context().run(more) == number


@pytest.mark.parametrize("depth", [0, 1, 40])
def test_what_is_timed_is_awaited_below_so_many_coroutines(depth: int) -> None:
    async def awaiting() -> int:
        return len(inspect.stack(0))

    async def frames_at(depth: int) -> int:
        found: int = await nested(depth, awaiting)
        return found

    assert asyncio.run(frames_at(depth)) - asyncio.run(frames_at(0)) == depth


@pytest.mark.parametrize("sort", ["python", "hashing"])
def test_another_thread_is_busy_inside_the_block(sort: str) -> None:
    before = threading.active_count()
    with busy_thread(sort):
        inside = threading.active_count()

    assert (inside, threading.active_count()) == (before + 1, before)


@only_linux
@pytest.mark.parametrize(
    ("sort", "policies"),
    [
        ("none", []),
        ("spinning", [os.SCHED_OTHER]),
        ("awake", [os.SCHED_IDLE] * len(HERE.all_cpus)),
    ],
)
def test_other_processes_spin_inside_the_block(sort: str, policies: list[int]) -> None:
    own = psutil.Process()
    before = set(own.children())
    with neighbours(sort, HERE):
        spinning = set(own.children()) - before
        found = [os.sched_getscheduler(one.pid) for one in spinning]
        cpus = sorted(cpu for one in spinning for cpu in one.cpu_affinity())

    assert (found, cpus) == (policies, list(HERE.all_cpus[: len(policies)]))
    assert set(own.children()) - before == set()


@only_linux
@pytest.mark.parametrize(("threads", "worker_cpu"), [("together", -1), ("apart", 0)])
def test_threads_are_placed_on_named_cpus(
    own_cpus: tuple[int, ...], threads: str, worker_cpu: int
) -> None:
    async def main() -> tuple[set[int], set[int]]:
        await place_threads(threads, own_cpus)
        worker = await anyio.to_thread.run_sync(threading.get_native_id)
        return os.sched_getaffinity(0), os.sched_getaffinity(worker)

    assert run("asyncio", main) == ({own_cpus[-1]}, {own_cpus[worker_cpu]})


# Loops, subjects, turns


@pytest.mark.parametrize("loop", LOOPS)
def test_every_subject_is_correct_on_every_loop(loop: str) -> None:
    async def main() -> list[str]:
        every = subjects()
        for subject in every:
            await check(subject, loop)

        return [subject.name for subject in every]

    assert run(loop, main) == list(SUBJECTS)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("name", ["def", "def-model", HOP])
def test_a_subject_that_hops_otherwise_is_not_timed(loop: str, name: str) -> None:
    async def main() -> None:
        subject = next(one for one in subjects() if one.name == name)
        await check(replace(subject, hops=subject.hops + 1), loop)

    with pytest.raises(WrongAnswerError, match=f"{name} must hop"):
        run(loop, main)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_subject_that_answers_otherwise_is_not_timed(loop: str) -> None:
    async def main() -> None:
        subject = subjects()[0]
        assert subject.kind is not None
        await check(replace(subject, kind=replace(subject.kind, body=b"bye")), loop)

    with pytest.raises(WrongAnswerError, match="must answer 200 b'bye'"):
        run(loop, main)


def test_loops_are_what_their_names_say() -> None:
    async def name() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert (run("asyncio", name), run("uvloop", name)) == ("asyncio.unix_events", "uvloop")


@pytest.mark.parametrize("loop", LOOPS[2:])
def test_trio_is_what_its_name_says(loop: str) -> None:
    async def library() -> str | None:
        return _eventloop.current_async_library()

    assert run(loop, library) == "trio"


@pytest.mark.parametrize("loop", OF_ASYNCIO)
@pytest.mark.parametrize("idle", [1, 10])
def test_a_pool_holds_so_many_threads_of_which_hops_take_one(loop: str, idle: int) -> None:
    setting = Setting(loop=loop, idle=idle)

    async def main() -> dict[str, Any]:
        await fill_pool(idle)
        return {"of": len(workers(loop)), **await pool(setting)}

    found = run(loop, main)
    assert (found["of"], found["threads_taken"]) == (idle, 1)


@pytest.mark.parametrize("loop", LOOPS[2:])
def test_the_pool_of_trio_holds_at_least_as_many(loop: str) -> None:
    async def main() -> int:
        await fill_pool(20)
        return len(workers(loop))

    assert run(loop, main) >= 20  # it outlives its loop: others may have been there


def test_a_pool_of_another_size_is_refused() -> None:
    async def main() -> None:
        await fill_pool(2)
        await pool(Setting(idle=3))

    with pytest.raises(WrongAnswerError, match="3 worker threads must be in the pool, 2 are"):
        run("asyncio", main)


@pytest.mark.parametrize("loop", LOOPS)
def test_the_parts_of_a_hop_add_up_to_it(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10_000))
    lock = threading.Lock()

    def clock() -> float:
        with lock:
            return float(next(ticks))

    monkeypatch.setattr(turns, "perf_counter", clock)

    async def main() -> dict[str, float]:
        return await crossing(loop, 10)

    # Each reading of the clock is one tick: start, hand-over, worker, end.
    assert run(loop, main) == dict.fromkeys(CROSSING, 1.0)


def test_a_turn_ends_with_the_request_that_the_clock_ends_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0

    async def step() -> None:
        nonlocal now
        now += 3.0

    monkeypatch.setattr(turns, "perf_counter", lambda: now)

    async def main() -> tuple[float, int]:
        return await timed(step, 7.0)

    assert asyncio.run(main()) == (3.0, 3)


def order_of(seed: int, number: int) -> list[str]:
    """Which subject is timed when, by the first request of each turn."""
    called: list[str] = []

    def step(name: str) -> Callable[[], Awaitable[None]]:
        async def once() -> None:
            if called[-1:] != [name]:
                called.append(name)

        return once

    made = [Subject(name, step(name), 0) for name in ("a", "b", "c")]

    async def main() -> None:
        await in_turns([*made, Subject(HOP, hop_alone, 1)], Setting(), seed, Turns(number, 1e-4))

    run("asyncio", main)
    return called


@only_linux
def test_a_timer_is_set_and_taken_back_and_its_signal_left_as_it_was() -> None:
    usual = signal.getsignal(signal.SIGALRM)

    assert setting_timer(1e-6) > 0
    assert signal.getsignal(signal.SIGALRM) == usual
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_order_of_turns_is_drawn_from_the_seed() -> None:
    assert order_of(1, 5) == order_of(1, 5)
    assert order_of(1, 5) != order_of(2, 5)


@only_linux
def test_a_meter_reads_what_two_threads_take() -> None:
    async def main() -> Any:
        ident, native_id = await anyio.to_thread.run_sync(
            lambda: (threading.get_ident(), threading.get_native_id())
        )
        read = meter_of(ident, native_id)
        before = read()
        for _ in range(20):
            await hop_alone()

        return read().since(before, 20)

    taken = run("asyncio", main)
    assert min(taken.cpu_loop, taken.cpu_worker) > 0
    assert taken.voluntary >= 1  # a hop waits for the thread, and the thread for the next hop


@pytest.mark.parametrize("loop", OF_ASYNCIO)
def test_a_visit_observes_every_subject_and_the_parts_of_the_hop(
    loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_eventloop, "sniffio", None)
    observation = observing(Setting(loop=loop), SHORT)(HERE)

    requests = {one.subject for one in observation.values if one.name == "request"}
    of_hop = {one.name for one in observation.values if one.subject == HOP}
    assert requests == set(SUBJECTS)
    assert of_hop >= {"request", *CROSSING}
    assert {len(values) for values in observation.values.values()} == {SHORT.number}
    assert observation.facts["loop"] == loop


# The study


@pytest.mark.parametrize("placement", [ONE_CPU, FREE])
def test_every_level_is_measured_in_every_placement(placement: str) -> None:
    single = [
        dict(one.facts)
        for one in BENCHMARKS
        if one.placement == placement and len(one.factors) == 1
    ]

    for factor, levels in {**LEVELS, "python": tuple(PYTHONS)}.items():
        assert [one[factor] for one in single if factor in one] == list(levels)


@pytest.mark.parametrize("placement", [ONE_CPU, FREE])
def test_the_default_is_measured_twice(placement: str) -> None:
    changed = [dict(one.facts) for one in BENCHMARKS if one.placement == placement]

    assert [one for one in changed if one in ({}, {"control": "again"})] == [
        {},
        {"control": "again"},
    ]


@pytest.mark.parametrize("product", PRODUCTS)
def test_both_levels_of_a_product_are_measured_alone_too(product: dict[str, Any]) -> None:
    alone = [dict(one.facts) for one in BENCHMARKS]

    assert all({factor: level} in alone for factor, level in product.items())


def test_a_python_is_visited_by_that_interpreter() -> None:
    found = {one.facts["python"]: one.environment for one in BENCHMARKS if "python" in one.facts}

    assert found == PYTHONS


def test_what_trio_brings_is_in_its_environment_only() -> None:
    found = [one.facts for one in BENCHMARKS if one.environment == "trio"]

    assert found == [{"loop": "trio"}, {"sniffio": "present"}] * 2
    assert {one.environment for one in BENCHMARKS} == {"", "trio", *PYTHONS.values()}


def test_tox_measures_on_every_python_of_the_study() -> None:
    tox = (Path(__file__).parents[1] / "tox.ini").read_text("utf-8")

    assert f"[testenv:bench-py{{{','.join(name.removeprefix('py') for name in PYTHONS)}}}]" in tox
