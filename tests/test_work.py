"""The study `work`: work that lasts as said, arrivals on a clock, real calls, observations."""

from __future__ import annotations

import asyncio
import ctypes
import hashlib
import select
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bench.asgi import Answer
from bench.benchmark import FREE, ONE_CPU, Metric, Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.handlers import CATALOGUE
from bench.studies import work as study
from bench.work import loads, neighbour, punctual, sorts, visits
from bench.work.apps import ASYNC_DEF, AWAITING, BLOCKING, DEF, checked, kind_of
from bench.work.batch import Batch, batch
from bench.work.blocking import CALLS, CONNECTIONS, Calls
from bench.work.calling import calling
from bench.work.clock import Arrivals, at_random, evenly, open_loop
from bench.work.punctual import PunctualSelector, punctual_loop, punctual_waits
from bench.work.sorts import HASHING, PYTHON, Function, Sort, calibrated
from bench.work.waves import LEAST_REQUESTS, requests_of, wave_of

HERE = Surroundings(seed=1, cpus=(), all_cpus=())
SHORT = 0.02
SEVENS = sum("77" in str(number) for number in range(10_000))
CLOSED = {"request", "p50", "p99"}
BESIDE = {"bystander-p50", "bystander-p99", "bystander-max"}


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs on a loop like that of the study."""
    with asyncio.Runner(loop_factory=punctual_loop) as runner:
        return runner.run(coroutine)


class Clock:
    """A clock that goes only as far as it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sorts, "perf_counter", clock)
    return clock


def made_up(clock: Clock, per_second: float, overhead: float = 0.0) -> Sort:
    """A sort that takes no time but on the clock, and was guessed wrong by a factor of 3."""

    def of_amount(amount: float) -> Function:
        def work() -> None:
            clock.now += amount / per_second + overhead

        return work

    return Sort("made-up", "made up", of_amount, per_second / 3)


@pytest.mark.parametrize("overhead", [0.0, 4e-6])
@pytest.mark.parametrize("nominal_seconds", [1e-5, 3e-4, 3e-2])
def test_work_lasts_about_as_long_as_said(
    clock: Clock, nominal_seconds: float, overhead: float
) -> None:
    work = run(calibrated(made_up(clock, 1e6, overhead), nominal_seconds))

    assert work.seconds == pytest.approx(nominal_seconds, rel=0.05)


def test_the_duration_of_work_is_what_it_is_not_what_was_asked_for(clock: Clock) -> None:
    work = run(calibrated(made_up(clock, 1e6, overhead=1e-3), 1e-5))

    assert work.seconds == pytest.approx(1e-3, rel=0.01)


def test_awaited_work_is_awaited_when_it_is_timed(clock: Clock) -> None:
    async def wait(seconds: float) -> None:
        clock.now += seconds

    sort = Sort("made-up", "made up", lambda seconds: lambda: wait(seconds), 1.0, awaited=True)

    assert run(calibrated(sort, 1e-3)).seconds == pytest.approx(1e-3)


def test_hashing_is_never_too_short_to_release_the_gil(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def sha256(text: bytes) -> Any:
        sizes.append(len(text))
        return hashlib.md5(text)

    monkeypatch.setattr(sorts, "hashlib", SimpleNamespace(sha256=sha256))
    for size in (1, 5000):
        HASHING.of_amount(size)()

    assert sizes == [2048, 5000]


def test_the_articles_loop_adds_one_in_each_step() -> None:
    assert sorts.additions(1000)() == 1000


@pytest.mark.parametrize(
    ("handler", "in_flight", "awaited", "wave"),
    [
        (DEF, 1, False, 1),
        (DEF, 10, False, 10),
        (DEF, 100, False, 40),
        (ASYNC_DEF, 100, False, 1),
        (ASYNC_DEF, 100, True, 100),
    ],
)
def test_a_wave_is_what_is_under_way_at_once(
    handler: str, in_flight: int, awaited: bool, wave: int
) -> None:
    assert wave_of(handler, in_flight, awaited=awaited) == wave


@pytest.mark.parametrize("work_seconds", [0.0, 1e-4, 3e-2])
@pytest.mark.parametrize("wave", [1, 10, 40, 100])
@pytest.mark.parametrize("sort", [PYTHON, sorts.BLOCKING])
def test_a_batch_is_of_whole_waves(sort: Sort, wave: int, work_seconds: float) -> None:
    requests = requests_of(wave, sort, work_seconds, 0.1)

    assert requests % wave == 0
    assert requests >= LEAST_REQUESTS


def test_a_batch_of_long_work_is_one_wave() -> None:
    assert requests_of(40, PYTHON, 0.03, 0.1) == 40


def test_a_batch_of_requests_that_are_alone_is_short() -> None:
    assert requests_of(1, PYTHON, 0.03, 0.1) == LEAST_REQUESTS


def test_waits_share_a_wave_where_other_work_takes_turns() -> None:
    assert requests_of(40, sorts.BLOCKING, 0.03, 0.1) == 120


def test_a_wait_is_not_rounded_up(monkeypatch: pytest.MonkeyPatch) -> None:
    timeouts: list[float] = []
    monkeypatch.setattr(select, "select", lambda *wait: timeouts.append(wait[-1]))
    selector = PunctualSelector()
    for timeout in (1e-5, 0, -1):
        selector.select(timeout)

    selector.close()
    assert timeouts == [1e-5]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has slack")
def test_waits_have_no_slack_inside_the_block_and_their_own_after_it() -> None:
    def slack() -> int:
        return int(ctypes.CDLL(None).prctl(punctual.GET_TIMER_SLACK, 0, 0, 0, 0))

    before = slack()
    with punctual_waits():
        inside = slack()

    assert (inside, slack()) == (1, before)


def test_arrivals_at_random_are_those_of_their_seed() -> None:
    assert at_random(1000, 1.0, "a") == at_random(1000, 1.0, "a")
    assert at_random(1000, 1.0, "a") != at_random(1000, 1.0, "b")


def test_arrivals_at_random_come_at_their_rate_in_their_order() -> None:
    at = at_random(1000, 10.0, "a")

    assert len(at) == 10_000
    assert list(at) == sorted(at)
    assert 0 < at[0] < at[-1] < 10.0


def test_even_arrivals_are_as_many_as_their_rate_says() -> None:
    assert evenly(200, 0.02) == (0.0025, 0.0075, 0.0125, 0.0175)


class Hello:
    """The trivial answer."""

    status = 200
    body = CATALOGUE[ASYNC_DEF].body


async def at_once() -> Answer:
    return Hello()


def arriving(exchange: Callable[[], Coroutine[Any, Any, Answer]], *at: float) -> Arrivals:
    """Arrivals of the trivial kind, answered otherwise."""
    return Arrivals(CATALOGUE[ASYNC_DEF], exchange, at)


def test_an_arrival_delayed_by_another_counts_from_its_time_on_the_clock() -> None:
    async def stall() -> Answer:
        time.sleep(0.06)  # noqa: ASYNC251 a handler that blocks its loop is the subject
        return Hello()

    _, (first, second) = run(open_loop([arriving(stall, 0.0), arriving(at_once, 0.01, 0.02)], 0.03))

    assert first >= 0.05
    assert second >= 0.04


def test_a_request_that_is_never_answered_counts_with_its_age() -> None:
    async def never() -> Answer:
        await asyncio.Event().wait()
        return Hello()

    ((first, second), (other,)) = run(
        open_loop([arriving(never, 0.0, 0.01), arriving(at_once, 0.0)], 0.02, 0.03)
    )

    assert first >= 0.05
    assert first - second == pytest.approx(0.01)
    assert other < first


def test_answers_that_are_late_are_waited_for() -> None:
    async def late() -> Answer:
        await asyncio.sleep(0.05)
        return Hello()

    ((latency,),) = run(open_loop([arriving(late, 0.0)], 0.01, patience_seconds=60))

    assert 0.05 <= latency < 60


def test_a_wrong_answer_on_the_clock_is_refused() -> None:
    class Wrong(Hello):
        status = 500

    async def wrong() -> Answer:
        return Wrong()

    with pytest.raises(WrongAnswerError, match="it answered 500"):
        run(open_loop([arriving(wrong, 0.0)], 0.01))


@pytest.mark.parametrize(("in_flight", "requests"), [(1, 3), (4, 3), (4, 9)])
def test_a_batch_keeps_its_requests_in_flight_until_none_is_left(
    in_flight: int, requests: int
) -> None:
    under_way: list[int] = []
    seen: list[int] = []

    async def exchange() -> Answer:
        under_way.append(1)
        seen.append(len(under_way))
        await asyncio.sleep(0.001)
        under_way.pop()
        return Hello()

    found = run(batch(CATALOGUE[ASYNC_DEF], exchange, in_flight, requests))

    assert (len(seen), max(seen), under_way) == (requests, min(in_flight, requests), [])
    assert found.elapsed >= 0.001
    assert len(found.latencies) == requests
    assert min(found.latencies) >= 0.001


@pytest.mark.parametrize(("in_flight", "told"), [(2, CLOSED), (3, {"request"})])
def test_a_batch_smaller_than_its_load_has_no_percentiles(in_flight: int, told: set[str]) -> None:
    subject = run(loads.ready(PYTHON, ASYNC_DEF, None, ()))
    batches = [Batch(1.0, [0.5, 0.5]), Batch(3.0, [1.5, 1.5])]

    found = loads.times_of(subject, batches, in_flight)

    assert {metric.name for metric in found} == told
    assert found[Metric("request")] == (0.5, 1.5)


def test_a_wrong_answer_in_a_batch_is_refused() -> None:
    class Wrong(Hello):
        body = b"bye"

    async def wrong() -> Answer:
        return Wrong()

    with pytest.raises(WrongAnswerError, match="bye"):
        run(batch(CATALOGUE[ASYNC_DEF], wrong, 2, 4))


@pytest.mark.parametrize(
    ("handler", "in_worker"), [(DEF, True), (ASYNC_DEF, False), (BLOCKING, False)]
)
def test_a_handler_works_in_the_thread_it_says(handler: str, in_worker: bool) -> None:
    threads: list[int] = []
    kind = kind_of(handler, lambda: threads.append(threading.get_ident()))

    run(checked(kind))

    assert [one != threading.get_ident() for one in threads] == [in_worker]


def test_a_handler_that_awaits_awaits_its_work() -> None:
    ended: list[None] = []

    async def work() -> None:
        await asyncio.sleep(0)
        ended.append(None)

    run(checked(kind_of(AWAITING, work, awaited=True)))

    assert ended == [None]


@pytest.mark.parametrize("handler", [DEF, ASYNC_DEF, BLOCKING, AWAITING])
def test_a_handler_without_work_is_that_of_the_catalogue(handler: str) -> None:
    assert kind_of(handler, None) is CATALOGUE[DEF if handler == DEF else ASYNC_DEF]


@pytest.mark.parametrize("handler", [DEF, ASYNC_DEF])
def test_a_handler_that_hops_otherwise_than_it_says_is_refused(handler: str) -> None:
    kind = kind_of(handler, int)

    with pytest.raises(WrongAnswerError, match="must hop"):
        run(checked(replace(kind, hops=1 - kind.hops)))


async def called(name: str, check: Callable[[Calls], Coroutine[Any, Any, None]]) -> None:
    async with CALLS[name]() as calls:
        await check(calls)


@pytest.mark.parametrize("name", ["sqlite", "http"])
def test_both_forms_of_a_call_answer_the_same(name: str) -> None:
    async def check(calls: Calls) -> None:
        assert calls.awaiting is not None
        answers = calls.blocking(), await calls.awaiting()
        assert {getattr(answer, "text", answer) for answer in answers} == {expected[name]}

    expected: dict[str, object] = {"sqlite": (SEVENS,), "http": "{}"}
    run(called(name, check))


def test_a_file_is_read_whole() -> None:
    async def check(calls: Calls) -> None:
        assert calls.blocking() == bytes(100_000)

    run(called("file", check))


def test_each_thread_keeps_a_connection_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[int] = []
    connect = sqlite3.connect

    async def check(calls: Calls) -> None:
        def counted(*where: Any, **options: Any) -> sqlite3.Connection:
            connected.append(threading.get_ident())
            found: sqlite3.Connection = connect(*where, **options)
            return found

        monkeypatch.setattr(sqlite3, "connect", counted)
        for _ in range(3):
            calls.blocking()
            await asyncio.to_thread(calls.blocking)

    run(called("sqlite", check))

    assert len(connected) == len(set(connected)) <= 1 + 3


def test_more_queries_than_connections_take_turns() -> None:
    async def check(calls: Calls) -> None:
        assert calls.awaiting is not None
        queries = [calls.awaiting() for _ in range(2 * CONNECTIONS)]
        answers = await asyncio.wait_for(asyncio.gather(*queries), 20)
        assert answers == [(SEVENS,)] * len(queries)

    run(called("sqlite", check))


def test_the_local_server_ends_with_its_block() -> None:
    with neighbour.neighbour() as address:
        assert httpx.get(address).text == "{}"

    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_local_server_that_does_not_start_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(WrongAnswerError, match="must answer"), neighbour.neighbour():
        pass


def metrics(observation: Observation) -> dict[object, set[str]]:
    """The names of all numbers, by the duration they belong to."""
    found: dict[object, set[str]] = {}
    for metric, values in observation.values.items():
        assert 1 <= len(values) <= loads.BATCHES
        assert min(values) > 0
        found.setdefault(dict(metric.factors).get("work_us"), set()).add(metric.name)

    return found


@pytest.mark.parametrize(("sort", "handlers"), study.WAYS)
def test_a_closed_loop_tells_the_time_per_request_and_of_the_work(
    sort: Sort, handlers: tuple[str, ...]
) -> None:
    observation = visits.closed(sort, handlers, 10, (0, 100), 0.001)(HERE)

    assert metrics(observation) == {0: CLOSED, 100: {*CLOSED, "work"}}
    told = {dict(metric.factors)["handler"] for metric in observation.values}
    assert told == set(handlers)


def test_handlers_take_turns_at_the_very_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[tuple[str, sorts.Work | None]] = []

    async def watched(subject: loads.Subject, *rest: Any) -> Batch:
        turns.append((subject.kind.name, subject.work))
        return Batch(1e-6, [1e-6])

    monkeypatch.setattr(loads, "one_batch", watched)
    visits.closed(PYTHON, (DEF, ASYNC_DEF), 10, (100,))(HERE)

    names = [name for name, _ in turns]
    assert names[:2] * loads.BATCHES == names
    assert set(names) == {DEF, ASYNC_DEF}
    assert len({id(work) for _, work in turns}) == 1


def test_long_batches_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loads, "MOST_CLOSED_SECONDS", 0)
    values = visits.closed(PYTHON, (DEF,), 10, (100,), 0.001)(HERE).values

    assert {len(found) for found in values.values()} == {1}


def test_a_closed_loop_is_as_slow_as_its_work() -> None:
    values = visits.closed(sorts.BLOCKING, (ASYNC_DEF,), 10, (3000,), 0.001)(HERE).values
    factors = (("handler", ASYNC_DEF), ("work_us", 3000))

    assert values[Metric("request", factors=factors)][0] >= 0.002


@pytest.mark.parametrize("handler", [DEF, ASYNC_DEF])
def test_a_bystander_tells_its_percentiles_and_the_lateness_of_the_clock(handler: str) -> None:
    observation = visits.beside(PYTHON, (handler,), (0, 1000), 0.1)(HERE)

    assert metrics(observation) == {
        None: {"late"},
        0: BESIDE,
        1000: {*BESIDE, "utilisation", "work"},
    }
    assert observation.facts == {"bystander_per_second": 200}


def test_a_handler_that_blocks_its_loop_makes_the_bystander_wait() -> None:
    values = visits.beside(sorts.BLOCKING, (ASYNC_DEF,), (20_000,), 0.3)(HERE).values
    found = {metric.name: value for metric, (value,) in values.items()}

    assert found["bystander-max"] >= 0.01
    assert found["bystander-p50"] <= found["bystander-p99"] <= found["bystander-max"]


def test_the_utilisation_is_that_of_the_arrivals() -> None:
    subject = run(loads.ready(PYTHON, ASYNC_DEF, sorts.Work(int, 0.01), ()))

    slices = [loads.Slice(0.25, arrivals, ()) for arrivals in (10, 15)]

    assert loads.utilisation(subject, slices) == {Metric("utilisation", "integer"): (50,)}


def test_handlers_take_turns_beside_the_bystander_and_meet_the_same_arrivals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns: list[tuple[str, tuple[float, ...]]] = []
    seeds: list[str] = []

    def drawn(per_second: float, seconds: float, seed: str) -> tuple[float, ...]:
        seeds.append(seed)
        return at_random(per_second, seconds, seed)

    async def watched(load: list[Arrivals], seconds: float) -> tuple[float, ...]:
        turns.extend((one.kind.name, one.at) for one in load)
        return (1e-6,)

    monkeypatch.setattr(loads, "at_random", drawn)
    monkeypatch.setattr(loads, "beside", watched)
    visits.beside(PYTHON, (DEF, ASYNC_DEF), (0, 10))(HERE)

    assert [name for name, _ in turns[:2]] * 2 * loads.SLICES == [name for name, _ in turns]
    assert [at for _, at in turns[::2]] == [at for _, at in turns[1::2]]
    assert len(set(seeds)) == 2 * loads.SLICES
    assert len({at for _, at in turns}) == 2 * loads.SLICES


def test_the_articles_loop_is_measured_at_its_steps() -> None:
    observation = visits.article((DEF,), 2, 1000, 0.001)(HERE)

    assert metrics(observation) == {None: {*CLOSED, "work"}}
    assert observation.facts == {"steps": 1000}


@pytest.mark.parametrize(
    ("name", "handler"), [("sqlite", AWAITING), ("file", DEF), ("http", BLOCKING)]
)
def test_a_real_call_is_measured_in_a_loop_and_beside_a_bystander(name: str, handler: str) -> None:
    found = metrics(calling(name, handler, 2, 0.001, 0.05)(HERE))[None]

    assert found - {"utilisation"} == {*BESIDE, *CLOSED, "work"}


def test_the_switch_interval_holds_while_it_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    intervals: list[float] = []
    request_times = loads.request_times

    async def watched(*args: Any) -> loads.Values:
        intervals.append(sys.getswitchinterval())
        return await request_times(*args)

    monkeypatch.setattr(loads, "request_times", watched)
    before = sys.getswitchinterval()
    observation = visits.switching(100, (1000,), 2, (100,), 0.001, 0.05)(HERE)

    assert intervals == [pytest.approx(1e-4)]
    assert sys.getswitchinterval() == before
    assert metrics(observation) == {
        1000: {*BESIDE, "utilisation", "work"},
        100: {*CLOSED, "work"},
    }


def test_durations_are_visited_in_the_order_of_the_round() -> None:
    order = visits.shuffled(visits.WORK_US, HERE)

    assert order == visits.shuffled(visits.WORK_US, HERE)
    assert order != visits.shuffled(visits.WORK_US, replace(HERE, seed=2))
    assert sorted(order) == sorted(visits.WORK_US)


def test_the_study_holds_every_sort_way_and_load() -> None:
    found: dict[tuple[str, ...], int] = Counter(
        (one.subject, one.placement, *one.factors) for one in study.BENCHMARKS
    )

    expected: dict[tuple[str, ...], int] = {
        **{(sort.name, FREE, "in_flight"): 3 for sort, _ in study.WAYS},
        **{(sort.name, ONE_CPU, "in_flight"): 1 for sort, _ in study.WAYS},
        **{(sort.name, FREE, "utilisation"): 1 for sort, _ in study.WAYS},
        ("article", FREE, "in_flight"): 2,
        ("sqlite", FREE, "handler", "in_flight"): 3,
        ("file", FREE, "handler", "in_flight"): 2,
        ("http", FREE, "handler", "in_flight"): 3,
        ("switching", FREE, "switch_us"): 3,
        ("control", FREE, "in_flight"): 1,
    }
    assert found == expected
