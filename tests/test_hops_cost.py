"""The cost of hops in a request is measured once for a machine and its versions."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import pytest

from bench.asgi import Answer, Exchange, Http
from bench.hops import cost as module
from bench.hops import price as pricing
from bench.hops.cost import Cost, cost
from bench.hops.price import HOPS, Price, application, one_cpu, price

FREE = Price(20.0, 15.0)


def found(first_us: float) -> Cost:
    return Cost(Price(first_us, 6.0), FREE)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Measurements that are made up, and how many there were."""
    made: list[str] = []

    def measure() -> tuple[Price, Price]:
        made.append("measured")
        return Price(10.0 * len(made), 6.0), FREE

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(module, "measured", measure)
    return made


def test_a_second_question_measures_nothing(measured: list[str]) -> None:
    assert [cost(), cost()] == [found(10.0), found(10.0)]
    assert len(measured) == 1


def test_asked_to_measures_again(measured: list[str]) -> None:
    assert [cost(), cost(again=True), cost()] == [found(value) for value in (10.0, 20.0, 20.0)]


def test_another_machine_measures_for_itself(
    measured: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cost()
    monkeypatch.setattr(module, "this_machine", lambda: "another")

    assert cost() == found(20.0)


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_broken_cache_is_measured_over(measured: list[str], content: str) -> None:
    path = module.cache_file()
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")

    assert [cost(), cost()] == [found(10.0)] * 2


def test_a_cache_that_cannot_be_written_stops_nobody(
    measured: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert cost() == found(10.0)


def test_a_user_without_a_home_is_answered(
    measured: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    assert [cost(), cost()] == [found(10.0)] * 2
    assert len(measured) == 1


def test_a_process_that_cannot_be_pinned_has_one_price(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(module, "measured", lambda: (None, FREE))

    assert [cost(), cost()] == [Cost(None, FREE)] * 2


def test_a_price_is_that_of_the_first_hop_and_of_the_further_ones() -> None:
    assert [Price(88.0, 60.0).of(hops) for hops in range(4)] == [0.0, 88.0, 148.0, 208.0]


def test_the_first_hop_and_the_further_one_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    times = itertools.cycle((40e-6, 130e-6, 190e-6))

    async def made_up(exchange: object, loops: int) -> float:
        return next(times)

    monkeypatch.setattr(pricing, "timed", made_up)
    priced = asyncio.run(price(turns=3))

    assert (priced.first_us, priced.further_us) == pytest.approx((90.0, 60.0))


def test_no_price_is_below_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    times = itertools.cycle((40e-6, 30e-6, 20e-6))

    async def made_up(exchange: object, loops: int) -> float:
        return next(times)

    monkeypatch.setattr(pricing, "timed", made_up)

    assert asyncio.run(price(turns=1)) == Price(0.0, 0.0)


def test_a_price_is_the_median_of_its_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    first = iter((10e-6, 20e-6, 900e-6))
    warm = len(HOPS)

    async def made_up(exchange: object, loops: int) -> float:
        nonlocal warm
        warm -= 1
        return 0.0 if warm >= 0 or warm % 3 != 1 else next(first)

    monkeypatch.setattr(pricing, "timed", made_up)

    assert asyncio.run(price(turns=3)).first_us == pytest.approx(20.0)


def test_a_price_is_made_of_so_many_real_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    async def counted(func: Callable[[], object]) -> None:
        made.append(func())

    monkeypatch.setattr(pricing, "run_in_threadpool", counted)
    asyncio.run(price(turns=2, loops=3))

    assert len(made) == (pricing.WARM_UP + 2 * 3) * sum(HOPS)


def test_a_time_is_that_of_one_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((1.0, 3.0))
    monkeypatch.setattr(pricing, "perf_counter", lambda: next(clock))

    assert asyncio.run(pricing.timed(Http().exchange(application(0)), 4)) == 0.5


@pytest.mark.parametrize("pins", [True, False])
def test_the_pinned_price_is_measured_pinned(
    monkeypatch: pytest.MonkeyPatch, *, pins: bool
) -> None:
    is_pinned = False

    @contextmanager
    def pinned() -> Iterator[bool]:
        nonlocal is_pinned
        is_pinned = pins
        yield pins
        is_pinned = False

    async def made_up() -> Price:
        return Price(1.0, 1.0) if is_pinned else FREE

    monkeypatch.setattr(pricing, "one_cpu", pinned)
    monkeypatch.setattr(pricing, "price", made_up)

    assert pricing.measured() == (Price(1.0, 1.0) if pins else None, FREE)


def test_what_was_measured_holds_for_these_versions_only() -> None:
    key = module.this_machine()

    for package in ("fastapi", "starlette", "anyio"):
        assert f"{package} {metadata.version(package)}" in key
    assert dict(module.installed(("anyio", "no-such-package"))) == {
        "anyio": metadata.version("anyio")
    }


@pytest.mark.parametrize("hidden", ["", "fastapi"])
@pytest.mark.parametrize("hops", HOPS)
def test_each_application_makes_the_hops_that_it_is_priced_for(
    monkeypatch: pytest.MonkeyPatch, hidden: str, hops: int
) -> None:
    if hidden:
        monkeypatch.setitem(sys.modules, hidden, None)

    made: list[object] = []

    async def counted(func: Callable[[], object]) -> None:
        made.append(func())

    monkeypatch.setattr(pricing, "run_in_threadpool", counted)
    app = application(hops)
    answer = asyncio.run(once(Http().exchange(app)))

    assert (answer.status, len(made)) == (200, hops)
    assert type(app).__name__ == ("Starlette" if hidden else "FastAPI")


async def once(exchange: Exchange) -> Answer:
    return await exchange()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin")
def test_pinning_is_undone() -> None:
    before = os.sched_getaffinity(0)
    with one_cpu() as pinned:
        assert (pinned, len(os.sched_getaffinity(0))) == (True, 1)

    assert os.sched_getaffinity(0) == before
