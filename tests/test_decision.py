"""Decision table: each verdict on each side of its thresholds, and never without data."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analysis.decision import Decision, Row, decision
from analysis.estimate import Estimate
from analysis.page import page
from analysis.sections import work
from analysis.work.calls import Call
from analysis.work.curves import Point
from analysis.work.verdicts import (
    ALIKE,
    ASYNC_DEF,
    BEYOND,
    BOUND,
    BYSTANDER,
    DEF,
    EITHER,
    MISSING,
    NOT_MEASURED,
    POOL,
    THROUGHPUT,
    WAYS,
    Verdict,
    decide,
    decide_call,
)
from tests.synthetic_loads import rows_of
from tests.synthetic_work import bystander_us, request_us, study

pytestmark = pytest.mark.usefixtures("few_resamples")

AWAITS, BLOCKS = WAYS["async-def-awaiting"], WAYS["async-def-blocking"]


def near(value: float, reach: float = 0.01) -> Estimate:
    return Estimate(value, value * (1 - reach), value * (1 + reach), 8)


def point(ratio: float, async_ms: float = 1.0, reach: float = 0.01) -> Point:
    return Point(1000, ratio * async_ms / 1e3, async_ms / 1e3, near(ratio, reach))


def call(handler: str, request_us: float, p99_ms: float | None) -> Call:
    p99 = None if p99_ms is None else near(p99_ms / 1e3)
    return Call("sqlite", handler, near(request_us / 1e6), None, None, p99, None)


def decided(**options: object) -> Decision:
    return decision(work.numbers(rows_of(*study(**options))))  # type: ignore[arg-type]


def rows_about(found: Decision, words: str) -> list[Row]:
    return [row for row in found.rows if words in row.handler]


def writes(found: Decision, words: str) -> list[tuple[str, str]]:
    return [(row.work, row.write) for row in rows_about(found, words)]


@pytest.mark.parametrize(
    ("request_ratio", "p99", "expected"),
    [
        (2.0, point(0.4, 100), Verdict(DEF, BOUND)),  # 40 ms against 100
        (2.0, point(0.4, 49), Verdict(ASYNC_DEF, THROUGHPUT)),  # both within
        (0.5, point(2.0, 40), Verdict(ASYNC_DEF, BOUND)),  # 80 ms against 40
        (0.5, point(1.2, 40), Verdict(DEF, THROUGHPUT)),  # 48 ms against 40
        (2.0, point(0.49, 100), Verdict(DEF, BOUND)),
        (2.0, point(0.4, 100, reach=2), Verdict(ASYNC_DEF, THROUGHPUT)),  # not told apart
        (2.0, point(0.51, 100), Verdict(POOL, BEYOND)),
        (1.12, point(0.5), Verdict(ASYNC_DEF, THROUGHPUT)),
        (1.08, point(0.5), Verdict(DEF, BYSTANDER)),
        (0.92, point(2.0), Verdict(ASYNC_DEF, BYSTANDER)),
        (0.90, point(2.0), Verdict(DEF, THROUGHPUT)),
        (1.0, point(1.02), Verdict(ASYNC_DEF, BYSTANDER)),
        (1.0, point(1.005), Verdict(EITHER, ALIKE)),
        (1.0, point(0.995), Verdict(EITHER, ALIKE)),
        (1.0, point(0.98), Verdict(DEF, BYSTANDER)),
    ],
)
def test_the_rule_for_pure_python(request_ratio: float, p99: Point, expected: Verdict) -> None:
    assert decide(point(request_ratio), p99, pure_python=True) == expected


def test_a_pool_is_for_pure_python_only() -> None:
    found = decide(point(0.5), point(0.9, 100), pure_python=False)

    assert found == Verdict(DEF, THROUGHPUT)


def test_a_gain_inside_its_interval_is_none() -> None:
    found = decide(point(1.3, reach=0.5), point(1.3, reach=0.5), pure_python=True)

    assert found == Verdict(EITHER, ALIKE)


def test_a_single_round_decides_by_the_bound_alone() -> None:
    unknown = Estimate(2.0, -math.inf, math.inf, 1)
    request, p99 = (Point(10, 2e-3, 1e-3, unknown) for _ in range(2))

    assert decide(request, p99, pure_python=True) == Verdict(EITHER, ALIKE)


@pytest.mark.parametrize(
    ("requests", "p99"), [(None, point(1.0)), (point(1.0), None), (None, None)], ids=str
)
def test_without_both_numbers_nothing_is_decided(requests: Point | None, p99: Point | None) -> None:
    assert decide(requests, p99, pure_python=True) == Verdict(NOT_MEASURED, MISSING)


@pytest.mark.parametrize(
    ("own", "blocking", "awaiting", "expected"),
    [
        ((200, 1), (100, 60), (300, 1), Verdict(DEF, THROUGHPUT)),
        ((200, 60), (100, 60), (300, 1), Verdict(AWAITS, BOUND)),
        ((200, 60), (100, 60), (300, 60), Verdict(BLOCKS, THROUGHPUT)),
        ((200, 1), (100, 49), (300, 1), Verdict(BLOCKS, THROUGHPUT)),
        ((109, 1), (100, 2), (300, 1), Verdict(DEF, BYSTANDER)),
        ((111, 1), (100, 2), (300, 1), Verdict(BLOCKS, THROUGHPUT)),
        ((105, 2), (100, 2.03), (300, 1), Verdict(f"{DEF} or {BLOCKS}", ALIKE)),
        ((105, 2), (100, 2.05), (300, 1), Verdict(DEF, BYSTANDER)),
        ((105, 3), (100, 2), (109, 1), Verdict(AWAITS, BYSTANDER)),
        ((105, 1), (100, 6), (109, 1), Verdict(f"{DEF} or {AWAITS}", BYSTANDER)),
        ((200, None), (100, 1), (300, 1), Verdict(NOT_MEASURED, MISSING)),
    ],
)
def test_the_rule_for_real_calls(
    own: tuple[float, float | None],
    blocking: tuple[float, float | None],
    awaiting: tuple[float, float | None],
    expected: Verdict,
) -> None:
    ways = [call(name, *one) for name, one in zip(WAYS, (own, blocking, awaiting), strict=True)]

    assert decide_call(ways) == expected


@pytest.mark.parametrize("count", [0, 1])
def test_one_way_to_make_a_call_is_no_choice(count: int) -> None:
    assert decide_call([call("def", 200, 1)][:count]).write == NOT_MEASURED


def test_a_call_whose_def_was_not_measured_is_undecided() -> None:
    ways = [call("async-def-blocking", 100, 1), call("async-def-awaiting", 300, 1)]

    assert decide_call(ways) == Verdict(NOT_MEASURED, MISSING)


def test_a_call_without_an_asynchronous_library_has_two_ways() -> None:
    ways = [call("def", 200, 1), call("async-def-blocking", 100, 1)]

    assert decide_call(ways) == Verdict(BLOCKS, THROUGHPUT)


def test_the_made_up_machine_gets_the_table_it_should() -> None:
    found = decided()
    us = "\N{MICRO SIGN}s"

    assert writes(found, "next to nothing") == [("no work", ASYNC_DEF)]
    assert {(one.throughput, one.bystander) for one in found.rows if one.work == "no work"} == {
        ("none: there is no work", "none: there is no work")
    }
    assert writes(found, "asynchronous library") == [(f"10 {us} to 30 ms", ASYNC_DEF)]
    assert writes(found, "blocks for I/O") == [
        (f"10 {us} to 100 {us}", ASYNC_DEF),
        (f"300 {us} to 30 ms", DEF),
    ]
    assert writes(found, "pure Python") == [(f"10 {us} to 1 ms", ASYNC_DEF), ("3 ms to 30 ms", DEF)]
    assert writes(found, "releases the GIL") == [
        (f"10 {us} to 100 {us}", ASYNC_DEF),
        (f"300 {us} to 30 ms", DEF),
    ]
    assert writes(found, "reading a file") == [(f"70.1 {us} each", BLOCKS)]


def test_where_both_ways_fail_pure_python_goes_into_a_pool() -> None:
    def slow(subject: str, handler: str, us: float) -> float:
        return 6 * us + 300 if subject == "python" else bystander_us(subject, handler, us)

    found = rows_about(decided(beside=slow), "pure Python")[-1]

    assert (found.work, found.write) == ("10 ms to 30 ms", POOL)
    assert "neither way keeps the bystander's p99 within 50 ms" in found.why


def test_a_hop_that_costs_nothing_turns_the_table() -> None:
    def free(subject: str, handler: str, placement: str, in_flight: int, us: float) -> float:
        return 0.5 * request_us(subject, "async-def", placement, in_flight, us)

    def request(subject: str, handler: str, placement: str, in_flight: int, us: float) -> float:
        way = free if handler == "def" else request_us
        return way(subject, handler, placement, in_flight, us)

    assert [write for _, write in writes(decided(request=request), "pure Python")] == [DEF]


def test_reasons_that_differ_name_their_durations() -> None:
    found = rows_about(decided(), "pure Python")[-1].why

    assert found.startswith("3 ms to 10 ms: neither is surely faster by more than 10 %")
    assert "; 30 ms: only this keeps, on average, the bystander's p99 within 50 ms" in found


def test_each_row_has_the_break_evens_that_support_it() -> None:
    (first, *_) = rows_about(decided(), "releases the GIL")

    assert first.throughput.startswith("`def` wins from ")
    assert first.bystander.startswith("`def` wins from ")


def test_nothing_measured_is_a_table_that_says_so() -> None:
    found = decision(None)

    assert {row.write for row in found.rows} == {NOT_MEASURED}
    assert len(found.rows) == 8


@pytest.mark.parametrize(
    ("missing", "words"),
    [("python", "pure Python"), ("hashing", "releases the GIL"), ("sqlite", "SQLite")],
)
def test_a_sort_that_was_not_measured_keeps_its_row(missing: str, words: str) -> None:
    rows = rows_of(*(row for row in study() if row.subject != missing))
    (found,) = rows_about(decision(work.numbers(rows)), words)

    assert (found.write, found.why) == (NOT_MEASURED, "")


@pytest.mark.parametrize("metric", ["request", "bystander-p99"])
def test_a_metric_that_was_not_measured_leaves_nothing_decided(metric: str) -> None:
    rows = rows_of(*(row for row in study() if row.metric != metric))

    assert {row.write for row in decision(work.numbers(rows)).rows} == {NOT_MEASURED}


def test_the_page_has_a_line_for_every_row() -> None:
    found = decided()
    text = page("decision.md.j2", {"decision": found})

    assert sum(line.startswith("| ") for line in text.splitlines()) == 1 + len(found.rows)
    assert "within 50 ms on average is preferred" in text
    assert "named where both other ways fail" not in text


def test_a_pool_that_is_named_is_said_not_to_be_measured() -> None:
    rows = decided().rows
    text = page("decision.md.j2", {"decision": Decision((*rows, replace(rows[0], write=POOL)))})

    assert "What a process pool costs was not measured" in text
