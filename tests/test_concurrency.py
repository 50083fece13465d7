"""The study `concurrency`: what each of its benchmarks observes is what it says."""

from __future__ import annotations

import asyncio
import gc
import threading
from dataclasses import replace

import pytest
from anyio import to_thread
from anyio._backends._asyncio import WorkerThread
from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.benchmark import FREE, ONE_CPU, Benchmark, Observation, Observe, Surroundings
from bench.closed_loop import Load
from bench.concurrency import breakdown as parts_of
from bench.concurrency import health, held, overlap, parking, sleep
from bench.concurrency.breakdown import PARTS, Stamps, breakdown, mean_parts
from bench.concurrency.garbage import Pauses, watched_collections
from bench.concurrency.health import health as health_check
from bench.concurrency.held import probed
from bench.concurrency.overlap import REQUEST, Contender, Subject, overlapping, turns
from bench.concurrency.parking import Parking
from bench.concurrency.probe import Probe
from bench.concurrency.resident import resident
from bench.concurrency.sleep import ALL, sleeping
from bench.correctness import OBSERVED, WARM_UP, WrongAnswerError
from bench.handlers import CATALOGUE, HandlerKind
from bench.studies.concurrency import BENCHMARKS, IN_FLIGHT

Loop = asyncio.AbstractEventLoop

DEF = CATALOGUE["def"]
ASYNC_DEF = CATALOGUE["async-def"]
NOWHERE = Surroundings(seed=1, cpus=(), all_cpus=())
OVERLAP = ["request", "p50", "p99", "max", "threads"]
METRICS = {
    "pair": OVERLAP * 2,
    "def": ["memory"],
    "async-def": ["memory"],
    "def-frozen": OVERLAP,
    "limited": OVERLAP * 4,
    "breakdown": ["request", "arriving", "token", "worker", "running", "back"],
    "held": ["request"],
    "health": ["request"],
    "sleep": ["all"],
}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few and as short requests as make sense."""
    monkeypatch.setattr(overlap, "SECONDS", 0.0)
    monkeypatch.setattr(overlap, "TURNS", 2)
    monkeypatch.setattr(parts_of, "SECONDS", 0.0)
    monkeypatch.setattr(held, "PROBES", 2)
    monkeypatch.setattr(health, "PARKED_SECONDS", 0.02)
    monkeypatch.setattr(sleep, "SLEEP_SECONDS", 0.005)


def others_alive() -> int:
    """Threads that stay: the workers of earlier tests are on their way out."""
    for thread in threading.enumerate():
        if isinstance(thread, WorkerThread):
            thread.join(timeout=10)

    return threading.active_count()


def measured(observe: Observe) -> dict[str, tuple[float, ...]]:
    return {metric.name: values for metric, values in observe(NOWHERE).values.items()}


def first_of(subject: str) -> Benchmark:
    return next(benchmark for benchmark in BENCHMARKS if benchmark.subject == subject)


def observed(benchmark: Benchmark) -> Observation:
    assert benchmark.observe is not None
    return benchmark.observe(NOWHERE)


@pytest.mark.parametrize("subject", METRICS)
def test_a_subject_gives_its_metrics_above_nothing(subject: str) -> None:
    values = observed(first_of(subject)).values

    assert [one.name for one in values if one.name != "collection"] == METRICS[subject]
    assert all(value > 0 for found in values.values() for value in found)


def test_every_subject_is_listed_here() -> None:
    assert {benchmark.subject for benchmark in BENCHMARKS} == set(METRICS)


def pairs(placement: str) -> list[Benchmark]:
    return [one for one in BENCHMARKS if one.subject == "pair" and one.placement == placement]


@pytest.mark.parametrize("placement", [ONE_CPU, FREE])
def test_both_of_the_pair_are_measured_in_one_visit_and_again_at_one_load(placement: str) -> None:
    more = {100: ("async-def-again", "def-again")}

    assert {one.facts["in_flight"]: one.observes for one in pairs(placement)} == {
        load: ("async-def", "def", *more.get(load, ())) for load in IN_FLIGHT[placement]
    }


def test_what_is_frozen_has_a_process_of_its_own() -> None:
    frozen = [one for one in BENCHMARKS if one.subject == "def-frozen"]

    assert [one.facts["in_flight"] for one in frozen] == [40, 100] * 2
    assert not any("frozen" in name for one in BENCHMARKS for name in one.observes)


def test_what_a_benchmark_observes_is_what_it_says() -> None:
    plan = next(one for one in pairs(ONE_CPU) if one.facts["in_flight"] == 100)

    assert {metric.subject for metric in observed(plan).values} == set(plan.observes)


def test_memory_is_of_a_process_with_no_other_load() -> None:
    found = {one.facts["in_flight"] for one in BENCHMARKS if one.subject == "def"}

    assert found == {100, 4000}
    assert measured(resident(DEF, 3)).keys() == {"memory"}


def alone(kind: HandlerKind, in_flight: int, tokens: int = 0) -> Observe:
    return overlapping([Subject(kind, kind.name, tokens)], in_flight)


@pytest.mark.parametrize(("in_flight", "workers"), [(1, 1), (3, 3), (40, 40), (50, 40)])
def test_def_starts_a_thread_a_request_up_to_the_limit(in_flight: int, workers: int) -> None:
    alive = others_alive()

    assert measured(alone(DEF, in_flight))["threads"] == (alive + workers,)


def test_async_def_has_no_thread_though_it_takes_turns_with_def() -> None:
    alive = others_alive()
    found = overlapping([Subject(DEF, "def"), Subject(ASYNC_DEF, "async-def")], 50)(NOWHERE).values
    threads = {one.subject: value for one, value in found.items() if one.name == "threads"}

    assert threads == {"def": (alive + 40,), "async-def": (alive,)}


@pytest.mark.parametrize(("tokens", "workers"), [(5, 5), (60, 50)])
def test_the_limiter_can_have_another_size(tokens: int, workers: int) -> None:
    alive = others_alive()

    assert measured(alone(DEF, 50, tokens))["threads"] == (alive + workers,)


def test_the_usual_limiter_is_back_in_the_next_turn() -> None:
    alive = others_alive()
    found = overlapping([Subject(DEF, "def", 5), Subject(DEF, "def")], 50)(NOWHERE).values
    threads = {one.factors: value for one, value in found.items() if one.name == "threads"}

    assert threads == {(("tokens", 5),): (alive + 5,), (): (alive + 40,)}


@pytest.mark.parametrize(("in_flight", "expected"), [(3, 2), (overlap.MANY, 1)])
def test_every_turn_is_a_value(
    in_flight: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlap, "TURNS_OF_MANY", 1)

    assert len(measured(alone(ASYNC_DEF, in_flight))["request"]) == expected


def test_each_takes_one_turn_before_any_takes_the_next() -> None:
    contenders = [Contender(Subject(DEF, name)) for name in "abc"]
    order = [one.subject.name for one in turns(contenders, 1, seed=7)]

    assert [sorted(order[at : at + 3]) for at in (0, 3)] == [["a", "b", "c"]] * 2
    assert len(order) == 6


def test_the_order_of_turns_is_the_seeds() -> None:
    contenders = [Contender(Subject(DEF, name)) for name in "abcdefgh"]
    first, again, other = (
        [one.subject.name for one in turns(contenders, 1, seed)] for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_the_longest_collection_is_told_where_there_was_one() -> None:
    pauses = Pauses()
    with watched_collections(pauses):
        nothing_yet = pauses.longest
        gc.collect()

    assert nothing_yet == 0
    assert pauses.longest > 0
    assert pauses.note not in gc.callbacks


def test_a_frozen_handler_is_left_out_of_collections_for_its_turn_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen: list[tuple[str, int]] = []

    async def watched(*values: object, **options: object) -> Load:
        frozen.append((str(getattr(values[4], "name", "")), gc.get_freeze_count()))
        return Load(1.0, 1, [1.0])

    monkeypatch.setattr(overlap, "closed_loop", watched)
    kinds = DEF, replace(DEF, name="kept")
    gc.unfreeze()
    overlapping([Subject(kinds[0], "a"), Subject(kinds[1], "b", frozen=True)], 1)(NOWHERE)

    assert {name for name, count in frozen if count} == {"kept"}
    assert gc.get_freeze_count() == 0


def test_percentiles_are_of_all_turns() -> None:
    found = measured(alone(DEF, 50))

    assert found["p50"] <= found["p99"] <= found["max"]


@pytest.mark.parametrize("observe", [alone, lambda kind, _: health_check(kind), probed])
def test_fails_for_a_wrong_answer(observe: object) -> None:
    assert callable(observe)
    wrong = replace(DEF, body=b"bye")

    with pytest.raises(WrongAnswerError, match="def must answer 200 b'bye'"):
        observe(wrong, 2)(NOWHERE)


def right_while_checked() -> ASGIApp:
    """An app whose answer is wrong as soon as its checks are over."""
    app = FastAPI()
    checks = iter(range(WARM_UP + OBSERVED))

    @app.get("/", response_model=None)
    async def read() -> dict[str, str]:
        return {"message": "hello" if next(checks, None) is not None else "bye"}

    return app


@pytest.mark.parametrize("observe", [alone, lambda kind, _: health_check(kind), probed])
def test_fails_for_an_answer_wrong_only_under_load(observe: object) -> None:
    assert callable(observe)

    with pytest.raises(WrongAnswerError, match="bye"):
        observe(replace(ASYNC_DEF, build=right_while_checked), 2)(NOWHERE)


@pytest.mark.parametrize("in_flight", [1, 50])
def test_the_parts_of_a_request_are_its_latency(in_flight: int) -> None:
    found = measured(breakdown(in_flight))
    parts = sum(found[part.name][0] for part in PARTS)

    assert parts == pytest.approx(found["request"][0])


def test_a_part_lasts_from_one_stamp_to_the_next() -> None:
    stamps = Stamps(asked=3.0, had=5.0, begun=8.0, finished=12.0, answered=17.0)

    assert stamps.parts(latency=15.0) == (1.0, 2.0, 3.0, 4.0, 5.0)


def test_only_answers_that_were_timed_are_divided() -> None:
    def answered(moment: float) -> Stamps:
        return Stamps(moment - 4, moment - 3, moment - 2, moment - 1, moment)

    done = [answered(moment) for moment in (9.9, 11.0, 12.0, 12.1)]
    load = Load(elapsed=2.0, answers=2, latencies=[5.0, 7.0], started=10.0)

    assert mean_parts(load, done) == (2.0, 1.0, 1.0, 1.0, 1.0)


def test_stamps_belong_to_the_request_under_way(loop: Loop) -> None:
    stamps: list[Stamps] = []

    async def two() -> None:
        kind = replace(DEF, build=parts_of.stamping_app)
        send = parts_of.stamped(kind.request.exchange(kind.build()), stamps.append)
        with parts_of.stamping_limiter():
            await asyncio.gather(send(), send())

    loop.run_until_complete(two())

    assert stamps[0] is not stamps[1]
    for one in stamps:
        assert 0 < one.asked < one.had < one.begun < one.finished < one.answered


@pytest.mark.parametrize("held_tokens", [39, 40])
def test_others_go_before_the_second_hop(held_tokens: int) -> None:
    facts = probed(CATALOGUE["def-model"], held_tokens)(NOWHERE).facts

    assert float(facts["served_between"]) > 0


def test_one_hop_has_nothing_between() -> None:
    assert "served_between" not in probed(DEF, 38)(NOWHERE).facts


def test_a_probe_waits_for_a_token_where_all_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "RELEASE_SECONDS", 0.2)
    monkeypatch.setattr(held, "WARM_UP", 0)
    found = probed(DEF, 40)(NOWHERE)

    assert found.facts["release_seconds"] == 0.2
    assert min(found.values[REQUEST]) > 0.1


def test_a_probe_counts_what_was_served_between_its_hops() -> None:
    served = [0]
    probe = Probe(lambda: served[0])

    probe.in_worker(lambda: served.__setitem__(0, 4))()
    served[0] = 9
    probe.in_worker(lambda: None)()

    assert probe.served_between == 5


def test_a_def_health_check_waits_until_a_thread_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "PARKED_SECONDS", 0.2)
    found = health_check(DEF)(NOWHERE)

    assert found.facts["parked_seconds"] == 0.2
    assert min(found.values[REQUEST]) > 0.1


def test_an_async_def_health_check_waits_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PARKED_SECONDS", 3600.0)

    assert max(health_check(ASYNC_DEF)(NOWHERE).values[REQUEST]) < 3600.0


@pytest.mark.parametrize(
    ("in_flight", "tokens", "sleeps"), [(1, 40, 1), (40, 40, 1), (41, 40, 2), (5, 1, 5)]
)
def test_a_wave_takes_as_many_sleeps_as_share_a_token(
    in_flight: int, tokens: int, sleeps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sleep, "TOKENS", tokens)
    found = sleeping(in_flight)(NOWHERE)

    assert found.facts == {"sleep_seconds": 0.005, "tokens": tokens}
    assert min(found.values[ALL]) >= sleeps * 0.005


def parked(loop: Loop, count: int, tokens: int) -> None:
    """Parks `count` requests where there are so many tokens."""
    place = Parking()
    exchange = place.kind.request.exchange(place.kind.build())

    async def main() -> None:
        to_thread.current_default_thread_limiter().total_tokens = tokens
        try:
            await place.fill(exchange, count)
        finally:
            await place.empty()

        assert asyncio.all_tasks() == {asyncio.current_task()}

    loop.run_until_complete(main())


def test_what_is_parked_is_let_go(loop: Loop) -> None:
    parked(loop, count=3, tokens=3)


def test_fails_where_not_all_can_be_parked(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "PATIENCE_SECONDS", 0.05)

    with pytest.raises(WrongAnswerError, match="3 parked requests must be in threads"):
        parked(loop, count=3, tokens=2)
