"""Study concurrency: curves, waits, limits, queues, the model check, and what is said of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis.benchmark import Benchmark
from analysis.checks import FAIL, PASS, UNKNOWN
from analysis.concurrency.axis import decade, ticks
from analysis.concurrency.placed import Placed
from analysis.concurrency.words import latency, size
from analysis.estimate import Estimate
from analysis.figures import blank, house_style, panel
from analysis.page import page
from analysis.sections import concurrency
from analysis.visit import Failure
from tests.synthetic_loads import around, benchmark, rows_of

pytestmark = pytest.mark.usefixtures("few_resamples")

STUDY = "concurrency"
LOADS = {
    "one-cpu": (1, 40, 41, 100, 1000, 4000),
    "free": (1, 40, 100, 1000, 4000),
}
HOP = {"one-cpu": 65e-6, "free": 110e-6}
BASE = 50e-6
TRIMMING = 5e-3  # a trimmed mean is not additive, so parts miss their sum by a little
ROUNDS = 5  # so few that no interval is resampled


def made(
    subject: str,
    placement: str,
    metric: str,
    value: float,
    unit: str = "second",
    facts: Mapping[str, str | int | float] | None = None,
    spread: float = 0.01,
    **factors: str | int | float,
) -> Benchmark:
    seed = f"{subject} {placement} {metric} {factors}"
    values = around(value, seed, ROUNDS, spread if unit == "second" else 0.0)

    return benchmark(
        STUDY, subject, placement, metric, values, unit,
        facts=facts, facts_by_round=None, failures=(), **factors,
    )  # fmt: skip


def curve(subject: str, placement: str, request: float, threads: int) -> Iterator[Benchmark]:
    for load in LOADS[placement]:
        yield from loaded(subject, placement, load, request, min(threads, load))


def loaded(
    subject: str, placement: str, load: int, request: float, threads: int
) -> Iterator[Benchmark]:
    """Little's law: latency is requests in flight times time per answer."""
    latency = request * load
    memory = 60e6 + threads * 80e3 + load * (9e3 if subject.startswith("def") else 6e3)
    yield made(subject, placement, "request", request, in_flight=load)
    yield made(subject, placement, "p50", latency, in_flight=load)
    yield made(subject, placement, "p99", latency * 1.3, in_flight=load)
    yield made(subject, placement, "max", latency * 1.5, in_flight=load)
    yield made(subject, placement, "threads", threads + 1, "integer", in_flight=load)
    yield made(subject, placement, "memory", memory, "byte", in_flight=load)


def curves() -> Iterator[Benchmark]:
    for placement, hop in HOP.items():
        yield from curve("def", placement, BASE + hop, 40)
        yield from curve("async-def", placement, BASE, 1)
        for subject, request in (("def-again", BASE + hop), ("async-def-again", BASE)):
            yield from loaded(subject, placement, 100, request, 1)


def breakdown() -> Iterator[Benchmark]:
    for load in (1, 8, 40, 41, 100, 400, 1000):
        latency = load * 115e-6
        queued = max(0.0, 1 - 40 / load) * 0.97 * latency + 3e-6
        rest = latency - queued
        rest *= 0.3
        parts = {"arriving": 0.7 * latency * 0.3, "token": queued * 0.7}
        parts |= {"worker": 0.55 * rest, "running": 15e-6, "back": 0.4 * rest}
        for name, value in {**parts, "request": sum(parts.values())}.items():
            yield made("breakdown", "one-cpu", name, value, in_flight=load)


def limited() -> Iterator[Benchmark]:
    for placement, hop in HOP.items():
        for tokens, factor in ((10, 0.97), (40, 1.0), (100, 1.06), (400, 1.3)):
            request = (BASE + hop) * factor
            for metric, value in (("request", request), ("p50", 4e2 * request), ("p99", 0.1)):
                yield made("limited", placement, metric, value, in_flight=400, tokens=tokens)
            yield made(
                "limited", placement, "threads", tokens + 1, "integer", in_flight=400, tokens=tokens
            )


def queues(served_between: int = 10) -> Iterator[Benchmark]:
    for held, wait in ((38, 5e-3), (39, 10e-3), (40, 15e-3)):
        for handler, factor in (("def", 1), ("def-model", 2)):
            facts = {"release_seconds": 0.005, "served_between": served_between * (factor - 1)}
            yield made(
                "held", "one-cpu", "request", wait * factor, facts=facts, handler=handler, held=held
            )  # fmt: skip
    for handler, value in (("def", 0.5), ("async-def", 130e-6)):
        parked = {"parked_seconds": 0.5}
        yield made("health", "free", "request", value, facts=parked, handler=handler)


def sleeps() -> Iterator[Benchmark]:
    for load in (1, 20, 40, 41, 80, 81, 200):
        value = math.ceil(load / 40) * 0.0203 + load * 100e-6
        facts = {"sleep_seconds": 0.02, "tokens": 40}
        yield made("sleep", "free", "all", value, facts=facts, in_flight=load)


def frozen(pause: float = 0.012) -> Iterator[Benchmark]:
    for load in (40, 100):
        yield made(
            "def-frozen", "one-cpu", "request", 0.9 * (BASE + HOP["one-cpu"]), in_flight=load
        )
        yield made("def-frozen", "one-cpu", "p99", 0.008, in_flight=load)
        yield made("def-frozen", "one-cpu", "max", 0.009, in_flight=load)
        yield made("def", "one-cpu", "collection", pause if load > 40 else 0.0004, in_flight=load)


@cache
def everything() -> tuple[Benchmark, ...]:
    return (*curves(), *breakdown(), *limited(), *queues(), *sleeps())


def numbers_of(benchmarks: Iterable[Benchmark]) -> concurrency.Numbers:
    found = concurrency.numbers(rows_of(*benchmarks))
    assert found is not None

    return found


def main_of(benchmarks: Iterable[Benchmark]) -> Placed:
    return numbers_of(benchmarks).main


def text_of(benchmarks: Iterable[Benchmark]) -> str:
    return page("concurrency.md.j2", {"numbers": numbers_of(benchmarks)})


def changed(factor: float, subject: str, **factors: object) -> tuple[Benchmark, ...]:
    """Everything, with the times of one subject multiplied where its factors are these."""
    return tuple(
        multiplied(row, factor)
        if row.subject == subject and row.unit == "second" and has(row, factors)
        else row
        for row in everything()
    )


def has(row: Benchmark, factors: Mapping[str, object]) -> bool:
    told = {"placement": row.placement, "metric": row.metric, **dict(row.factors)}

    return all(told.get(name) == value for name, value in factors.items())


def multiplied(row: Benchmark, factor: float) -> Benchmark:
    visits = (replace(v, values=tuple(factor * x for x in v.values)) for v in row.visits)

    return replace(row, visits=tuple(visits))


def without(*subjects: str) -> tuple[Benchmark, ...]:
    return tuple(row for row in everything() if row.subject not in subjects)


def only(*subjects: str) -> tuple[Benchmark, ...]:
    return tuple(row for row in everything() if row.subject in subjects)


def drawn(benchmarks: Iterable[Benchmark]) -> list[str]:
    """Draw the figure; give the titles of its panels."""
    with house_style():
        axes = concurrency.figure(numbers_of(benchmarks)).axes

    return [one.get_title(loc="left") for one in axes]


def check(benchmarks: Iterable[Benchmark], words: str) -> tuple[str, str]:
    found = concurrency.checks(numbers_of(benchmarks))
    (one,) = (row for row in found if words in row.bar)

    return one.verdict, one.draft


SUBJECTS = tuple(dict.fromkeys(row.subject for row in everything()))


def test_the_difference_is_taken_at_each_load_and_placement() -> None:
    found = [
        (one.placement, point.in_flight, point.pair.difference.value)
        for one in numbers_of(everything()).placed
        for point in one.shown
        if point.pair
    ]

    assert [(p, n) for p, n, _ in found] == [(p, n) for p in HOP for n in (1, 40, 100, 1000)]
    assert [d for _, _, d in found] == pytest.approx([HOP[p] for p, _, _ in found], rel=0.05)


def test_every_load_of_the_run_is_a_point_whatever_the_order_of_the_file() -> None:
    main = main_of(everything()[::-1])

    assert tuple(point.in_flight for point in main.points) == LOADS["one-cpu"]


def test_memory_per_request_is_the_growth_between_two_loads_with_as_many_threads() -> None:
    found = {one.subject: one for one in main_of(everything()).memory}

    assert (found["def"].few, found["def"].many) == (100, 4000)
    assert found["def"].per_request.value == pytest.approx(9e3)
    assert found["async-def"].per_request.value == pytest.approx(6e3)


def test_threads_are_counted_from_the_limit_on() -> None:
    main = main_of(everything())

    assert main.threads_from_limit("def") == (41,)
    assert main.threads_from_limit("async-def") == (2,)


def test_the_shares_of_a_request_make_the_whole() -> None:
    for one in main_of(everything()).waits:
        assert sum(part.share.value for part in one.parts) == pytest.approx(1, rel=TRIMMING)


def test_a_request_is_divided_only_where_it_was_measured_whole() -> None:
    plan = [
        row for row in everything() if not (row.metric == "back" and has(row, {"in_flight": 8}))
    ]

    assert [one.in_flight for one in main_of(plan).waits] == [1, 40, 41, 100, 400, 1000]


def test_arriving_may_be_missing() -> None:
    plan = [row for row in everything() if row.metric != "arriving"]

    assert [part.name for part in main_of(plan).waits[0].parts] == [
        "token", "worker", "running", "back",
    ]  # fmt: skip
    assert "| in flight | waiting for a token |" in text_of(plan)
    assert len(drawn(plan)) == 5


def test_the_token_leads_from_the_load_on_that_the_data_say() -> None:
    assert main_of(everything()).token_leads_from == 100
    assert "From 100 in flight on, waiting for a token is the largest part." in text_of(
        everything()
    )


def test_a_token_that_never_leads_is_not_said_to() -> None:
    plan = changed(1e-3, "breakdown", metric="token")

    assert main_of(plan).token_leads_from is None
    assert "the token is not what it waits for longest" in text_of(plan)


def test_another_limiter_is_compared_with_the_usual_one() -> None:
    found = {one.tokens: one.against for one in main_of(everything()).limited}

    assert found[40] is None
    assert {tokens: one.value for tokens, one in found.items() if one} == pytest.approx(
        {10: 0.97, 100: 1.06, 400: 1.3}, rel=0.03
    )


def test_a_frozen_handler_is_compared_with_itself() -> None:
    found = main_of((*everything(), *frozen())).garbage

    assert [one.in_flight for one in found] == [40, 100]
    assert found[1].request_ratio.value == pytest.approx(0.9, rel=0.03)
    assert found[1].pause is not None
    assert found[1].pause.value == pytest.approx(0.012, rel=0.03)
    assert [one.shows for one in found] == [False, True]


@pytest.mark.parametrize(("pause", "said"), [(0.012, True), (0.006, False)])
def test_latencies_are_the_collectors_where_most_of_the_longest_is(
    pause: float, said: bool
) -> None:
    text = text_of((*everything(), *frozen(pause)))

    assert ("are the garbage collector's: with 100 in flight" in text) == said
    assert ("Under `async def` nothing is collected there" in text) == said
    assert ("in processes of its own, the slowest takes 9" in text) == said


def test_a_handler_without_its_frozen_self_is_not_compared() -> None:
    plan = [row for row in (*everything(), *frozen()) if row.subject != "def-frozen"]

    assert main_of(plan).garbage == ()


def test_limiters_without_the_usual_one_are_listed_but_not_compared() -> None:
    plan = [row for row in everything() if not has(row, {"tokens": 40, "in_flight": 400})]

    assert [one.tokens for one in main_of(plan).limited] == [10, 100, 400]
    assert "against 40 tokens:" not in text_of(plan)


@pytest.mark.parametrize(
    ("served", "factor", "said"),
    [
        (10, 1.0, "39 of 40 tokens held on one CPU, the second hop queues again: 10 other"),
        (0, 1.0, "the second is not seen to queue"),
        (10, 0.5, "39 of 40 tokens held on one CPU, the request is not seen to take longer"),
    ],
)
def test_what_is_said_of_the_second_hop_follows_the_data(
    served: int, factor: float, said: str
) -> None:
    plan = [
        multiplied(row, factor) if has(row, {"handler": "def-model"}) else row
        for row in queues(served)
    ]

    assert said in text_of([*curves(), *plan])


def test_others_served_in_between_are_those_of_the_median_visit() -> None:
    told: dict[int, dict[str, int]] = {n: {"served_between": s} for n, s in enumerate((0, 9, 1), 1)}
    probes = [
        benchmark(
            STUDY, "held", "one-cpu", "request", [value] * 3, facts_by_round=told,
            handler=handler, held=40,
        )
        for handler, value in (("def", 1e-3), ("def-model", 2e-3))
    ]  # fmt: skip

    assert main_of(probes).held[0].served_between == 1


@pytest.mark.parametrize(
    ("factor", "waits", "equal"),
    [(1.0, True, False), (0.1, False, False), (130e-6 / 0.5, False, True)],
)
def test_what_is_said_of_the_health_check_follows_the_data(
    factor: float, waits: bool, equal: bool
) -> None:
    plan = changed(factor, "health", handler="def")
    text = text_of(plan)

    assert ("the `def` check waits that long for one of them" in text) is waits
    assert ("The two are not to be told apart." in text) is equal


def test_the_model_is_arithmetic() -> None:
    (placed,) = numbers_of(sleeps()).placed

    assert {wave.in_flight: wave.predicted for wave in placed.waves} == pytest.approx(
        {1: 0.02, 20: 0.02, 40: 0.02, 41: 0.04, 80: 0.04, 81: 0.06, 200: 0.1}
    )


def test_the_model_is_called_a_model_check_beside_its_formula() -> None:
    text = text_of(sleeps())

    assert "**Model check:" in text
    assert f"`{concurrency.FORMULA}`" in text
    assert drawn(sleeps()) == ["Model check: def that sleeps"]


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1.0, "That is not to be told from the difference with 1 in flight: "),
        (1.5, "more than with 1 in flight: under load `def` costs more extra"),
        (0.8, "With 1 in flight the difference is larger"),
        (BASE / (BASE + HOP["one-cpu"]), "`def` and `async def` are not to be told apart"),
    ],
)
def test_what_is_said_of_the_load_follows_the_data(factor: float, said: str) -> None:
    plan = changed(factor, "def", placement="one-cpu", metric="request", in_flight=100)

    assert said in text_of(plan)


@pytest.mark.parametrize(
    ("factor", "said"),
    [(1.0, "not to be told from zero"), (1.3, "of `def` on one CPU by +")],
)
def test_what_is_said_of_the_limit_follows_the_data(factor: float, said: str) -> None:
    plan = changed(factor, "def", metric="request", in_flight=41)
    line = next(
        line for line in text_of(plan).splitlines() if line.startswith("- One request more")
    )

    assert said in line


def test_the_headline_says_ratio_difference_and_what_most_of_the_time_is() -> None:
    said = concurrency.headline(numbers_of(everything()))

    assert said.startswith("With 100 requests in flight on one CPU, a `def` request takes")
    assert said.endswith("it spends waiting for a token.")


def test_the_headline_does_not_claim_a_difference_that_is_none() -> None:
    plan = changed(BASE / (BASE + HOP["one-cpu"]), "def", placement="one-cpu", metric="request")

    assert "not to be told apart" in concurrency.headline(numbers_of(plan))


def test_there_is_no_headline_without_the_pair() -> None:
    assert concurrency.headline(numbers_of(without("async-def"))) == ""


def test_a_good_run_meets_every_bar() -> None:
    found = concurrency.checks(numbers_of(everything()))

    assert [one.verdict for one in found] == [PASS] * 4
    assert [one.draft for one in found] == [""] * 4
    assert "KiB" in found[1].found


def test_a_ratio_known_badly_misses_its_bar() -> None:
    wide = [
        made("def", "one-cpu", "request", BASE * 2, spread=0.3, in_flight=100)
        if row.subject == "def" and has(row, {"metric": "request", "in_flight": 100})
        else row
        for row in everything()
    ]

    assert check(wide, "half-width") == (FAIL, "")


def test_one_error_among_the_most_in_flight_misses_the_bar() -> None:
    failure = Failure("concurrency/def@in_flight=4000", 3, 1, "crash", "it died")
    plan = [
        replace(row, failures=(failure,))
        if row.subject == "def" and has(row, {"metric": "request", "in_flight": 4000})
        else row
        for row in everything()
    ]

    assert check(everything(), "4000")[0] == PASS
    assert check(plan, "4000")[0] == FAIL


def test_half_of_the_most_in_flight_is_not_enough() -> None:
    plan = [r for r in everything() if not (r.subject == "def" and has(r, {"in_flight": 4000}))]

    assert check(plan, "4000")[0] == FAIL


@pytest.mark.parametrize("subject", ["def", "async-def"])
def test_a_control_that_tells_equal_handlers_apart_makes_a_draft(subject: str) -> None:
    verdict, draft = check(changed(1.2, f"{subject}-again"), f"A/A ratio of `{subject}`")

    assert verdict == FAIL
    assert draft.startswith("with 100 requests in flight on one CPU, the A/A control finds")


def test_what_was_not_measured_is_no_verdict() -> None:
    found = concurrency.checks(numbers_of(only("sleep")))

    assert [one.verdict for one in found] == [UNKNOWN] * 4
    assert [one.draft for one in found] == [""] * 4


@pytest.mark.parametrize("subject", SUBJECTS)
def test_any_subject_may_be_missing(subject: str) -> None:
    assert text_of(without(subject))
    assert drawn(without(subject))
    assert concurrency.alt(numbers_of(without(subject)))


@pytest.mark.parametrize("subject", [s for s in SUBJECTS if not s.endswith("-again")])
def test_any_subject_may_be_alone(subject: str) -> None:
    assert text_of(only(subject))
    assert concurrency.headline(numbers_of(only(subject))) == ""
    drawn(only(subject))


@pytest.mark.parametrize("metric", ["request", "p50", "p99", "max", "threads", "memory", "running"])
def test_any_metric_may_be_missing(metric: str) -> None:
    plan = [row for row in everything() if row.metric != metric]

    assert text_of(plan)
    drawn(plan)


@pytest.mark.parametrize("handler", ["def", "def-model", "async-def"])
def test_any_handler_may_be_missing(handler: str) -> None:
    assert text_of([row for row in everything() if not has(row, {"handler": handler})])


def test_one_round_has_no_intervals_and_breaks_nothing() -> None:
    plan = [replace(row, visits=row.visits[:1]) for row in everything()]

    assert "inf" not in text_of(plan)
    assert len(drawn(plan)) == 5


def test_one_load_is_enough_for_a_figure() -> None:
    plan = [row for row in everything() if has(row, {"in_flight": 1})]

    assert text_of(plan)
    assert len(drawn(plan)) == 5


def test_rows_without_a_visit_are_not_measured() -> None:
    plan = [replace(row, visits=()) for row in everything()]

    assert concurrency.numbers(rows_of(*plan)) is None


def test_nothing_measured_is_no_section() -> None:
    assert concurrency.numbers(rows_of()) is None


def test_each_placement_has_its_panel_of_latencies_on_one_scale() -> None:
    with house_style():
        axes = concurrency.figure(numbers_of(everything())).axes

    assert [one.get_title(loc="left") for one in axes[:2]] == [
        "Latency, on one CPU", "Latency, on all CPUs",
    ]  # fmt: skip
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_the_tokens_are_marked_in_every_panel_of_requests_in_flight() -> None:
    with house_style():
        axes = concurrency.figure(numbers_of(everything())).axes

    for one in (axes[0], axes[1], axes[3]):
        lines = [np.transpose(line.get_xydata()).tolist() for line in one.lines]
        assert [[40, 40], [0, 1]] in lines


def test_ticks_never_touch_and_the_tokens_come_first() -> None:
    with house_style():
        axes = panel(blank(3), 1, 1, 2, 2)
        axes.set_xscale("log")
        axes.set_xlim(1, 4000)

        assert ticks(axes, (1, 4000)) == [1, 40, 4000]


def test_a_decade_is_written_as_a_round_number() -> None:
    assert [decade(10.0**power) for power in (-6, -4, -3, 0, 1)] == [
        "1 \N{MICRO SIGN}s", "100 \N{MICRO SIGN}s", "1 ms", "1 s", "10 s",
    ]  # fmt: skip


def test_long_latencies_are_written_in_milliseconds() -> None:
    assert latency(Estimate(0.0412, 0.04, 0.0424, 8)) == "41.2 ms (40.0 to 42.4)"
    assert latency(Estimate(412e-6, 400e-6, 424e-6, 8)) == "412 \N{MICRO SIGN}s (400 to 424)"
    assert latency(Estimate(0.0412, 0.04, 0.0424, 8), short=True) == "41.2 ms"
    assert latency(None) == "not measured"


def test_sizes_are_written_in_kib() -> None:
    assert size(Estimate(6144, 6000, 6288, 8)) == "6.00 KiB (5.86 to 6.14)"
    assert size(None) == "not measured"
