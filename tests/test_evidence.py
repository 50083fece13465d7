"""Evidence: what made-up results show of each claim, and what others would show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from analysis.benchmark import Benchmark, Counts
from analysis.claim import (
    CONTRADICTED,
    DIRECTION_HOLDS,
    NOT_COMPARABLE,
    NOT_MEASURED,
    NOT_REPRODUCED,
    REPRODUCED,
)
from analysis.claims import load_claims
from analysis.evidence import EVIDENCE
from analysis.evidence.sources import Sources, Wanted
from analysis.ledger import Row, ledger
from analysis.placement import FREE, ONE_CPU
from analysis.recordings.load import load_recording
from analysis.recordings.rows import Process, Recording
from analysis.rows import Rows
from analysis.visit import Fact
from bench.every_study import BENCHMARKS
from bench.work.visits import WORK_US
from tests import synthetic_traces
from tests.synthetic_loads import around, benchmark, rows_of

pytestmark = pytest.mark.usefixtures("few_resamples")

CLAIMS = load_claims()
RECORDED = Path(__file__).parent.parent / "traces" / "recorded"
ENDPOINT: Mapping[str, Fact] = {"wait_seconds": 2.0}
ROUNDS = 6  # too few to resample, which would take long
OF_METRICS = {"work": ("handler", "work_us")}
"""Factors by which the numbers of one visit differ, by study."""
WAVE: Mapping[str, Fact] = {"sleep_seconds": 0.02, "tokens": 40}


@dataclass(frozen=True)
class Load:
    """What a made-up benchmark of a load is called by in the tests, and its value."""

    name: str
    value: float
    study: str
    subject: str
    metric: str
    factors: Mapping[str, Fact]
    facts: Mapping[str, Fact]
    placement: str = FREE
    spread: float = 0.001
    rounds: int = ROUNDS

    def row(self) -> Benchmark:
        values = around(self.value, self.name, self.rounds, self.spread)
        factors: dict[str, Any] = {**self.factors}

        return benchmark(
            self.study, self.subject, self.placement, self.metric, values, facts=self.facts,
            **factors,
        )  # fmt: skip


def server(
    name: str, value: float, subject: str, client: str, metric: str = "request", workers: int = 1
) -> Load:
    factors: dict[str, Fact] = {
        "client": client, "loop": "asyncio", "http": "h11", "workers": workers,
    }  # fmt: skip

    return Load(name, value, "server", subject, metric, factors, ENDPOINT)


def closed(name: str, value: float, subject: str, handler: str, n: int, us: int | None) -> Load:
    factors: dict[str, Fact] = {"handler": handler, "in_flight": n}
    more: dict[str, Fact] = {} if us is None else {"work_us": us}

    return Load(name, value, "work", subject, "request", {**factors, **more}, {})


def beside(name: str, value: float, subject: str, handler: str, us: int | None) -> Load:
    factors: dict[str, Fact] = {"utilisation": 50}
    metric = "late" if us is None else "bystander-p99"
    more: dict[str, Fact] = {} if us is None else {"handler": handler, "work_us": us}

    return Load(name, value, "work", subject, metric, {**factors, **more}, {})


def overlap(
    name: str,
    value: float,
    subject: str,
    metric: str,
    facts: Mapping[str, Fact] | None = None,
    **factors: Fact,
) -> Load:
    return Load(name, value, "concurrency", subject, metric, factors, facts or {})


LOADS = (
    server("article def", 700e-6, "def", "ab-article"),
    server("article async", 400e-6, "async-def", "ab-article"),
    server("wrk def", 300e-6, "def", "wrk"),
    server("wrk async", 150e-6, "async-def", "wrk"),
    server("cpu def", 31e-3, "cpu-def", "ab-cpu"),
    server("cpu async", 30e-3, "cpu-async-def", "ab-cpu"),
    server("cpu def 32", 15.5e-3, "cpu-def", "ab-cpu", workers=32),
    server("cpu async 32", 15e-3, "cpu-async-def", "ab-cpu", workers=32),
    server("threads", 41, "cpu-def", "ab-cpu", "threads"),
    server("threads 32", 8, "cpu-def", "ab-cpu", "threads", 32),
    server("wait async", 0.0205, "wait-async-def", "ab-wait"),
    server("wait async p99", 2.05, "wait-async-def", "ab-wait", "p99"),
    server("wait def", 0.05, "wait-def", "ab-wait"),
    server("wait def p99", 6.0, "wait-def", "ab-wait", "p99"),
    server("browser async", 6, "wait-async-def", "browser", "together"),
    server("browser def", 6, "wait-def", "browser", "together"),
    server("inp async", 0.016, "wait-async-def", "browser", "inp"),
    server("inp def", 0.016, "wait-def", "browser", "inp"),
    closed("python def", 1.1e-3, "python", "def", 100, 1000),
    closed("python async", 1.05e-3, "python", "async-def", 100, 1000),
    closed("hashing def", 16e-3, "hashing", "def", 100, 30000),
    closed("hashing async", 30e-3, "hashing", "async-def", 100, 30000),
    closed("blocking def", 0.8e-3, "blocking", "def", 100, 30000),
    closed("blocking async", 30e-3, "blocking", "async-def", 100, 30000),
    closed("wait 10 ms def", 300e-6, "blocking", "def", 100, 10000),
    closed("wait 10 ms in async", 10.1e-3, "blocking", "async-def", 100, 10000),
    closed("wait 10 ms awaited", 110e-6, "awaiting", "async-def", 100, 10000),
    closed("few def", 1.05e-3, "blocking", "def", 10, 10000),
    closed("few awaited", 1.02e-3, "awaiting", "async-def", 10, 10000),
    closed("sqlite def", 100e-6, "sqlite", "def", 10, None),
    closed("sqlite async", 400e-6, "sqlite", "async-def-blocking", 10, None),
    closed("http def", 100e-6, "http", "def", 10, None),
    closed("http async", 400e-6, "http", "async-def-blocking", 10, None),
    *(
        beside(f"p99 {sort} {handler} {us}", value, sort, handler, us)
        for sort, handler, us, value in (
            ("python", "def", 0, 0.6e-3), ("python", "async-def", 0, 0.5e-3),
            ("python", "def", 1000, 6e-3), ("python", "async-def", 1000, 2e-3),
            ("python", "def", 10000, 11e-3), ("python", "async-def", 10000, 20e-3),
            ("python", "def", 30000, 12e-3), ("python", "async-def", 30000, 60e-3),
            ("python", "def", None, 0.3e-3),
            ("blocking", "def", 30000, 0.5e-3), ("blocking", "async-def", 30000, 50e-3),
            ("blocking", "def", None, 0.3e-3), ("blocking", "async-def", None, 0.3e-3),
        )
    ),
    *(
        overlap(f"sleep {n}", 0.0202 * -(-n // 40), "sleep", "all", WAVE, in_flight=n)
        for n in (1, 20, 40, 41, 80, 81, 200)
    ),
    overlap("most threads", 41, "def", "threads", in_flight=4000),
    overlap("health def", 0.5, "health", "request", {"parked_seconds": 0.5}, handler="def"),
    overlap(
        "health async", 1.6e-3, "health", "request", {"parked_seconds": 0.5}, handler="async-def"
    ),
    overlap("held def", 0.021, "held", "request", handler="def", held=40),
    overlap("held model", 0.031, "held", "request", handler="def-model", held=40),
)  # fmt: skip

TIMED = {
    ("harness", "def", "exchange"): 180e-6,
    ("harness", "async-def", "exchange"): 40e-6,
    ("harness", "def", "httpx"): 400e-6,
    ("harness", "async-def", "httpx"): 240e-6,
    ("harness", "def", "testclient"): 1500e-6,
    ("harness", "async-def", "testclient"): 1400e-6,
    ("hop", "call", None): 20e-9,
    ("hop", "await", None): 120e-9,
    ("hop", "async-def", None): 40e-6,
    ("hop", "fastapi-def", None): 180e-6,
    ("hop", "run-in-threadpool", None): 84e-6,
    ("hop", "beside-request", None): 175e-6,
    ("hop", "scope-and-future", None): 13e-6,
    ("hop", "context-copy", None): 16e-6,
    ("hop", "anyio-run-sync", None): 80e-6,
    ("hop", "asyncio-to-thread", None): 60e-6,
    ("hop", "run-in-executor", None): 58e-6,
    ("hop", "bare-hop", None): 33e-6,
    ("handlers", "def-deps-1", None): 135e-6,
    ("handlers", "async-deps-1", None): 100e-6,
    ("handlers", "def-deps-4", None): 350e-6,
    ("handlers", "def-deps-8", None): 600e-6,
    ("handlers", "async-deps-4", None): 100e-6,
    ("handlers", "async-deps-8", None): 140e-6,
    ("handlers", "class-dep", None): 150e-6,
    ("handlers", "async-class-dep", None): 58e-6,
}
MINUS = {"fastapi-def": "async-def", "beside-request": "async-def"}


def timed(study: str, subject: str, instrument: str | None, value: float, on: str) -> Benchmark:
    """A benchmark of the studies that time with pyperf: no metric, and counts."""
    made = benchmark(study, subject, on, "none", around(value, subject, ROUNDS, 0.001))
    hops = 1 if subject == "def" else 0

    return replace(
        made,
        name=f"{study}/{subject}@{instrument},{on}",
        metric=None,
        instrument=instrument,
        counts=Counts(hops, None, None, None),
        minus=MINUS.get(subject),
    )


def results(loads: tuple[Load, ...] = LOADS, cpus: int = 2, **changed: float) -> dict[str, Rows]:
    """All studies; `hop_bare_hop=1e-6` changes what is timed."""
    benchmarks = [load.row() for load in loads]
    for (study, subject, instrument), value in TIMED.items():
        name = "_".join(filter(None, (study, subject, instrument))).replace("-", "_")
        on = ONE_CPU if study == "handlers" else FREE
        benchmarks.append(timed(study, subject, instrument, changed.get(name, value), on))

    rows = rows_of(*benchmarks)
    provenance = replace(rows.provenance, cpu_count=cpus)
    studies = {row.study for row in benchmarks}

    return {study: Rows(provenance, rows.study(study)) for study in studies}


def but(name: str, value: float | None = None, **options: float) -> tuple[Load, ...]:
    """The loads with another value of one of them, or without it."""
    assert name in [load.name for load in LOADS]
    own = {"value": value, **options} if value is not None else options
    changed = [replace(one, **own) if one.name == name else one for one in LOADS]  # type: ignore[arg-type]

    return tuple(one for one in changed if one.name != name or own)


@pytest.fixture(scope="module")
def recordings() -> tuple[Recording, ...]:
    return tuple(load_recording(RECORDED / f"{name}.json.gz") for name in ("def", "overlap"))


def judged(claim: str, rows: Mapping[str, Rows], traces: tuple[Recording, ...] = ()) -> Row:
    found = replace(CLAIMS, claims=tuple(one for one in CLAIMS.claims if one.id == claim))
    (row,) = ledger(rows, traces, found)

    return row


EXPECTED = {
    "A1": REPRODUCED, "A2": REPRODUCED, "A3": REPRODUCED, "A4": REPRODUCED, "A5": DIRECTION_HOLDS,
    "A6": NOT_COMPARABLE, "A7": NOT_COMPARABLE, "A8": CONTRADICTED,
    "B1": REPRODUCED, "B2": REPRODUCED, "B3": CONTRADICTED, "B4": REPRODUCED, "B5": REPRODUCED,
    "B6": CONTRADICTED, "B7": REPRODUCED, "B8": REPRODUCED, "B9": NOT_REPRODUCED,
    "B10": CONTRADICTED,
    "C1": REPRODUCED, "C2": CONTRADICTED, "C3": REPRODUCED, "C4": CONTRADICTED,
    "C5": REPRODUCED, "C6": REPRODUCED, "C7": REPRODUCED, "C8": REPRODUCED,
    "C9": REPRODUCED, "C10": DIRECTION_HOLDS, "C11": REPRODUCED, "C12": REPRODUCED,
    "C13": DIRECTION_HOLDS, "C14": REPRODUCED,
}  # fmt: skip


def test_complete_results_judge_every_claim(recordings: tuple[Recording, ...]) -> None:
    found = {row.id: row.verdict for row in ledger(results(), recordings)}

    assert found == EXPECTED


def test_c9_has_a_call_that_waits_at_its_core_and_a_query_beside_it() -> None:
    found = judged("C9", results(but("http async", 200e-6)))

    assert "2.0" in found.ours
    assert "4.0" not in found.ours
    assert "`def` is faster for a query of SQLite (\N{MULTIPLICATION SIGN} 3.99" in found.why
    assert judged("C9", results(but("sqlite async", 90e-6))).verdict == REPRODUCED


def test_c5_tells_how_much_longer_def_takes_than_a_thread_of_asyncio() -> None:
    endpoints = rows_of(
        *(
            benchmark("remedies", subject, FREE, "request", around(seconds, subject), in_flight=1)
            for subject, seconds in (("def", 150e-6), ("to-thread", 100e-6))
        )
    )

    why = judged("C5", {**results(), "remedies": endpoints}).why
    assert "as an endpoint, `def` takes 1.5" in why


def test_complete_results_leave_no_figure_out(recordings: tuple[Recording, ...]) -> None:
    left_out = {row.id for row in ledger(results(), recordings) if NOT_MEASURED in row.why.lower()}

    # Made up on all CPUs only, as the sentences of these say; uvloop is in no study of the hop.
    assert left_out == {"C2", "C5", "C6", "C13"}


@pytest.mark.parametrize(
    ("claim", "load", "value", "expected"),
    [
        ("A1", "article def", 500e-6, DIRECTION_HOLDS),
        ("A1", "article def", 400e-6, NOT_REPRODUCED),
        ("A1", "article def", 300e-6, CONTRADICTED),
        ("A4", "p99 blocking def 30000", 40e-3, CONTRADICTED),
        ("A4", "p99 blocking def 30000", 15.3e-3, NOT_REPRODUCED),
        ("A5", "cpu def", 60e-3, REPRODUCED),
        ("A5", "cpu def", 30e-3, NOT_REPRODUCED),
        ("A5", "cpu def", 29e-3, CONTRADICTED),
        ("A8", "p99 python def 30000", 60e-3, CONTRADICTED),  # hashing is still faster in def
        ("A8", "python def", 0.5e-3, CONTRADICTED),
        ("B1", "wait async p99", 3.0, CONTRADICTED),
        ("B1", "wait async p99", 2.4, NOT_REPRODUCED),
        ("B1", "wait async", 2.5, CONTRADICTED),
        ("B2", "sleep 41", 0.0205, CONTRADICTED),
        ("B2", "most threads", 100, CONTRADICTED),
        ("B3", "p99 blocking def 30000", 40e-3, REPRODUCED),
        ("B4", "wait def p99", 2.1, CONTRADICTED),
        ("B5", "wait 10 ms def", 100e-6, CONTRADICTED),
        ("B6", "p99 blocking def 30000", 40e-3, CONTRADICTED),
        ("B7", "cpu def", 40e-3, CONTRADICTED),
        ("B9", "inp def", 0.3, REPRODUCED),
        ("B10", "wait 10 ms in async", 200e-6, REPRODUCED),
        ("C3", "article def", 400e-6, NOT_REPRODUCED),
        ("C4", "wrk def", 155e-6, REPRODUCED),
        ("C9", "http async", 150e-6, DIRECTION_HOLDS),
        ("C9", "http async", 90e-6, CONTRADICTED),
        ("C11", "health def", 2e-3, CONTRADICTED),
        ("C11", "health async", 0.5, CONTRADICTED),
        ("C14", "held model", 0.0212, CONTRADICTED),
        ("C14", "held model", 0.022, NOT_REPRODUCED),
    ],
)
def test_other_loads_give_other_verdicts(
    claim: str, load: str, value: float, expected: str
) -> None:
    assert judged(claim, results(but(load, value))).verdict == expected


@pytest.mark.parametrize(
    ("claim", "name", "value", "expected"),
    [
        ("A3", "hop_run_in_threadpool", 40e-6, CONTRADICTED),
        ("A3", "hop_run_in_threadpool", 70e-6, NOT_REPRODUCED),
        ("C1", "harness_def_exchange", 30e-6, CONTRADICTED),
        ("C2", "hop_beside_request", 130e-6, REPRODUCED),
        ("C2", "hop_beside_request", 141e-6, NOT_REPRODUCED),
        ("C5", "hop_asyncio_to_thread", 90e-6, CONTRADICTED),
        ("C6", "hop_run_in_executor", 90e-6, CONTRADICTED),
        ("C7", "handlers_def_deps_4", 150e-6, DIRECTION_HOLDS),
        ("C8", "handlers_def_deps_1", 200e-6, DIRECTION_HOLDS),
        ("C10", "harness_def_exchange", 60e-6, REPRODUCED),
        ("C12", "harness_async_def_testclient", 60e-6, CONTRADICTED),
        ("C13", "hop_context_copy", 14.8e-6, REPRODUCED),
        ("C13", "hop_context_copy", 12e-6, CONTRADICTED),
    ],
)
def test_other_times_give_other_verdicts(
    claim: str, name: str, value: float, expected: str
) -> None:
    changed: dict[str, Any] = {name: value}

    assert judged(claim, results(**changed)).verdict == expected


def test_with_a_cpu_for_each_worker_the_gap_is_compared() -> None:
    assert judged("A6", results(cpus=32)).verdict == REPRODUCED
    assert "this machine has 2" in judged("A6", results()).why


@pytest.mark.parametrize(
    ("load", "value", "expected"),
    [("threads 32", 50, CONTRADICTED), ("cpu def", 60e-3, REPRODUCED)],
)
def test_the_reason_of_a6_needs_as_many_cpus(load: str, value: float, expected: str) -> None:
    assert judged("A7", results(but(load, value))).verdict == NOT_COMPARABLE
    assert judged("A7", results(but(load, value), cpus=32)).verdict == expected


def test_the_formula_of_the_pool_is_checked_at_every_load() -> None:
    found = judged("B2", results(but("sleep 200", 0.2)))

    assert (
        found.verdict,
        "Beside its core, not so: waves take as long as the formula says" in found.why,
    ) == (
        REPRODUCED,
        True,
    )


def test_the_work_from_which_def_is_kinder_is_named() -> None:
    assert "the smaller one from 10 ms on" in judged("A8", results()).why
    assert "at none of the durations" in judged(
        "A8", results(but("p99 python def 30000", 0.1))
    ).why  # fmt: skip


def test_all_that_claims_want_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {
        (
            one.study,
            subject,
            *sorted(
                (name, one.facts[name]) for name in one.factors if name not in of_metrics(one.study)
            ),
        )
        for one in BENCHMARKS.values()
        for subject in one.observes or (one.subject,)
    }
    found: set[Wanted] = set()
    monkeypatch.setattr(Sources, "row", lambda _, one, __: found.add(one))

    for evidence in EVIDENCE.values():
        evidence(Sources({}))

    assert [one for one in found if benchmark_of(one) not in measured] == []
    assert {dict(one.factors).get("work_us", 0) for one in found} <= set(WORK_US)


def of_metrics(study: str) -> tuple[str, ...]:
    return OF_METRICS.get(study, ())


def benchmark_of(one: Wanted) -> tuple[object, ...]:
    instrument = (("instrument", one.instrument),) if one.instrument else ()
    factors = (factor for factor in one.factors if factor[0] not in of_metrics(one.study))

    return (one.study, one.subject, *sorted((*instrument, *factors)))


def test_one_round_gives_no_verdict() -> None:
    found = judged("A5", results(but("cpu def", 60e-3, rounds=1)))

    assert (found.verdict, found.why.startswith("At its core")) == (NOT_MEASURED, True)


def test_a_hop_on_every_call_is_counted() -> None:
    rows = results()
    wrong = tuple(
        replace(row, counts=Counts(1, None, None, None)) for row in rows["harness"].benchmarks
    )

    assert judged(
        "A3", {**rows, "harness": replace(rows["harness"], benchmarks=wrong)}
    ).verdict == (CONTRADICTED)


def test_the_recorded_chain_leaves_one_function_out(recordings: tuple[Recording, ...]) -> None:
    found = judged("A2", {}, recordings)

    assert "`get_request_handler`, `run_endpoint_function`" in found.why
    assert "Beside its core, not so: a request calls all five." in found.why


def test_another_order_of_calls_contradicts_the_chain() -> None:
    script = synthetic_traces.DEF.replace("run_endpoint_function", "run_in_between")
    swapped = script.replace("run_in_threadpool", "run_endpoint_function").replace(
        "run_in_between", "run_in_threadpool"
    )
    made = recording_of("def", swapped)

    assert judged("A2", {}, (made,)).verdict == CONTRADICTED
    assert judged("A2", {}, (recording_of("def", script),)).verdict == REPRODUCED


def recording_of(name: str, script: str) -> Recording:
    process = synthetic_traces.process_of(script)

    return Recording(name, (), (process,), "3.13", ())


def test_overlap_needs_awaiting_requests_at_once_and_blocking_ones_in_turn(
    recordings: tuple[Recording, ...],
) -> None:
    real = next(one for one in recordings if one.name == "overlap")
    in_turn, at_once = real.processes[:2]

    def verdict(blocking: Process, awaiting: Process) -> str:
        named = (
            replace(blocking, label="def that blocks"),
            replace(awaiting, label="async def that awaits"),
        )
        return judged("B8", {}, (replace(real, processes=named),)).verdict

    assert verdict(in_turn, at_once) == REPRODUCED
    assert verdict(at_once, at_once) == CONTRADICTED
    assert verdict(in_turn, in_turn) == CONTRADICTED
    assert judged("B8", {}, (replace(real, processes=(in_turn,)),)).verdict == NOT_MEASURED


def test_what_a_browser_shows_is_said_beside_the_trace(recordings: tuple[Recording, ...]) -> None:
    words = "a browser shows more fetches at once with `async def`"
    alike = judged("B8", results(but("browser def", 6.5)), recordings).why
    fewer = judged("B8", results(but("browser def", 3)), recordings).why

    assert (f"Beside its core, not so: {words}" in alike, words in fewer) == (True, False)
