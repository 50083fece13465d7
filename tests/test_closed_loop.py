"""The closed loop: so many in flight, timed from warm on, and nothing left running."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest
from anyio import to_thread
from hypothesis import given
from hypothesis import strategies as st

from bench import clients
from bench.asgi import Answer, Exchange
from bench.closed_loop import Load, closed_loop, percentile
from bench.correctness import WrongAnswerError
from bench.handlers import CATALOGUE

Loop = asyncio.AbstractEventLoop
T = TypeVar("T")

ASYNC_DEF = CATALOGUE["async-def"]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that nobody had to make."""

    status: int = ASYNC_DEF.status
    body: bytes = ASYNC_DEF.body


class Clock:
    """A clock that an exchange moves on by a second, and nothing else does."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def exchange(self) -> Answer:
        self.now += 1.0
        assert self.now < 200.0, "it should have stopped long ago"
        return Given()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(clients, "perf_counter", clock)
    return clock


def done(loop: Loop, step: Callable[[], Awaitable[T]]) -> T:
    """The result of `step`, which must leave no task behind."""

    async def main() -> T:
        try:
            return await step()
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return loop.run_until_complete(main())


def loaded(
    loop: Loop, exchange: Exchange, in_flight: int, seconds: float, least: int, warm_up: int = 0
) -> Load:
    return done(
        loop,
        lambda: closed_loop(
            exchange, in_flight, seconds, least, ASYNC_DEF, warm_up_answers=warm_up
        ),
    )


@pytest.mark.parametrize("in_flight", [1, 3, 50])
def test_each_client_keeps_one_request_in_flight(loop: Loop, in_flight: int) -> None:
    under_way: set[object] = set()
    most: list[int] = []

    async def exchange() -> Answer:
        under_way.add(asyncio.current_task())
        most.append(len(under_way))
        await asyncio.sleep(0)
        under_way.remove(asyncio.current_task())
        return Given()

    loaded(loop, exchange, in_flight, 0.0, 5 * in_flight)

    assert max(most) == in_flight


def test_the_clock_starts_when_every_client_has_been_answered(loop: Loop, clock: Clock) -> None:
    load = loaded(loop, clock.exchange, 4, 8.0, 0)

    assert load.started == 104.0


def test_the_clock_starts_sooner_where_fewer_answers_are_warm(loop: Loop, clock: Clock) -> None:
    load = loaded(loop, clock.exchange, 4, 8.0, 0, warm_up=2)

    assert load.started == 102.0


def test_the_clock_stops_at_an_answer(loop: Loop, clock: Clock) -> None:
    load = loaded(loop, clock.exchange, 4, 7.5, 0)

    assert (load.elapsed, load.answers) == (8.0, 8)


def test_the_clock_waits_for_the_least_answers(loop: Loop, clock: Clock) -> None:
    load = loaded(loop, clock.exchange, 4, 7.5, 20)

    assert (load.elapsed, load.answers) == (20.0, 20)


def test_a_request_waits_for_those_before_it_though_none_suspends(loop: Loop, clock: Clock) -> None:
    load = loaded(loop, clock.exchange, 4, 8.0, 0)

    assert load.latencies == [4.0] * 8


def test_others_are_in_flight_when_it_was_measured(loop: Loop) -> None:
    sent: list[None] = []
    answered: list[None] = []
    found: list[int] = []

    async def exchange() -> Answer:
        sent.append(None)
        await asyncio.sleep(0)
        answered.append(None)
        return Given()

    def look() -> None:
        found.append(len(sent) - len(answered))

    async def measure() -> Load:
        return await closed_loop(exchange, 3, 0.0, 7, ASYNC_DEF, when_measured=look)

    done(loop, measure)

    assert found == [2]


@pytest.mark.parametrize("wrong", [Given(status=500), Given(body=b"bye")])
def test_fails_for_an_answer_wrong_under_load(loop: Loop, wrong: Answer) -> None:
    answers = [*[Given()] * 30, wrong]

    async def exchange() -> Answer:
        return answers.pop(0) if answers else Given()

    with pytest.raises(WrongAnswerError, match=r"async-def must answer 200 .* under load too, it"):
        loaded(loop, exchange, 4, 0.0, 100)


def test_fails_where_an_exchange_fails(loop: Loop) -> None:
    async def exchange() -> Answer:
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        loaded(loop, exchange, 4, 0.0, 100)


def test_requests_that_wait_are_cancelled_in_the_end(loop: Loop) -> None:
    under_way: list[object] = []

    async def exchange() -> Answer:
        under_way.append(asyncio.current_task())
        if asyncio.current_task() is not under_way[0]:
            await asyncio.Event().wait()

        return Given()

    assert loaded(loop, exchange, 4, 0.0, 3, warm_up=1).answers == 3


def test_functions_in_threads_are_waited_for(loop: Loop) -> None:
    begun: list[None] = []
    ended: list[None] = []

    def block() -> None:
        begun.append(None)
        time.sleep(0.005)
        ended.append(None)

    async def exchange() -> Answer:
        await to_thread.run_sync(block)
        return Given()

    async def measure() -> tuple[int, int, float]:
        await closed_loop(exchange, 60, 0.0, 1, ASYNC_DEF, warm_up_answers=1)
        limiter = to_thread.current_default_thread_limiter()
        return len(begun), len(ended), limiter.borrowed_tokens

    begun_then, ended_then, borrowed = done(loop, measure)

    assert (ended_then, borrowed) == (begun_then, 0)
    assert len(begun) == begun_then


def test_nothing_is_left_running_where_it_is_cancelled_itself(loop: Loop) -> None:
    released = threading.Event()
    held = asyncio.Event()

    def block() -> None:
        loop.call_soon_threadsafe(held.set)
        released.wait()

    async def exchange() -> Answer:
        await to_thread.run_sync(block)
        return Given()

    async def measure() -> bool:
        load = asyncio.create_task(closed_loop(exchange, 50, 3600.0, 0, ASYNC_DEF))
        await held.wait()
        load.cancel()
        await asyncio.sleep(0)
        released.set()
        await asyncio.wait([load])
        return load.cancelled()

    assert done(loop, measure)


def test_real_handlers_can_be_loaded(loop: Loop) -> None:
    kind = CATALOGUE["def"]
    load = done(
        loop,
        lambda: closed_loop(kind.request.exchange(kind.build()), 50, 0.0, 100, kind),
    )

    assert load.answers == 100 == len(load.latencies)


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 10.0), (50, 20.0), (75, 30.0), (76, 40.0), (99, 40.0)]
)
def test_a_percentile_is_the_nearest_rank(percent: float, expected: float) -> None:
    assert percentile([30.0, 10.0, 40.0, 20.0], percent) == expected


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(
    latencies: list[float], percent: int
) -> None:
    found = percentile(latencies, percent)
    covering = [
        one
        for one in latencies
        if 100 * sum(other <= one for other in latencies) >= percent * len(latencies)
    ]

    assert found == min(covering)
