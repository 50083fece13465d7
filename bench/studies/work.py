"""When the handler does something, from when on does `def` win? Work of four sorts, real calls.

Requests arrive in-process: in a closed loop, which gives the time per request, and on a clock,
beside a bystander, which gives what others see of the load.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.benchmark import AGAIN, FREE, ONE_CPU, Benchmark, Fact, Observe
from bench.work import visits
from bench.work.apps import ASYNC_DEF, AWAITING, BLOCKING, DEF
from bench.work.calling import calling
from bench.work.loads import UTILISATION_PERCENT
from bench.work.sorts import AWAITING as AWAITED_WAIT
from bench.work.sorts import BLOCKING as BLOCKING_WAIT
from bench.work.sorts import HASHING, PYTHON, Sort

IN_FLIGHT = (1, 10, 100)
MANY = 100
CALLS_IN_FLIGHT = 10
SWITCH_US = (5000, 1000, 100)
SWITCHED_BESIDE_US = (1000, 10000)
SWITCHED_CLOSED_US = (1000,)
CONTROL_US = (100,)
FEWER_ROUNDS = 4
"""Of what no headline rests on, so that all of the study is measured within 20 minutes."""

PAIR = (DEF, ASYNC_DEF)
WAYS: tuple[tuple[Sort, tuple[str, ...]], ...] = (
    *((sort, PAIR) for sort in (PYTHON, HASHING, BLOCKING_WAIT)),
    (AWAITED_WAIT, (ASYNC_DEF,)),
)

CALLS = {
    "sqlite": ("a query of a SQLite file", (DEF, BLOCKING, AWAITING)),
    "file": ("reading a file", (DEF, BLOCKING)),
    "http": ("an HTTP call to a local server", (DEF, BLOCKING, AWAITING)),
}


def benchmark(
    subject: str,
    title: str,
    observe: Observe,
    factors: dict[str, Fact],
    placement: str = FREE,
    facts: dict[str, Fact] | None = None,
    headline: bool = False,
    rounds: int = FEWER_ROUNDS,
) -> Benchmark:
    """One row of the study."""
    return Benchmark(
        study="work",
        subject=subject,
        title=title,
        placement=placement,
        observe=observe,
        facts={**factors, **(facts or {})},
        factors=tuple(factors),
        headline=headline,
        rounds=rounds,
    )


def loops(placement: str, in_flights: tuple[int, ...]) -> Iterator[Benchmark]:
    """Each sort of work in a closed loop, in all ways to write it."""
    for sort, handlers in WAYS:
        for in_flight in in_flights:
            factors: dict[str, Fact] = {"in_flight": in_flight}
            observe = visits.closed(sort, handlers, in_flight)
            yield benchmark(
                sort.name,
                sort.title,
                observe,
                factors,
                placement,
                headline=in_flight == MANY,
                rounds=0 if in_flight == MANY else FEWER_ROUNDS,
            )


def beside() -> Iterator[Benchmark]:
    """Each sort of work beside a bystander, in all ways to write it."""
    for sort, handlers in WAYS:
        factors: dict[str, Fact] = {"utilisation": UTILISATION_PERCENT}
        yield benchmark(sort.name, sort.title, visits.beside(sort, handlers), factors, rounds=0)


def articles() -> Iterator[Benchmark]:
    """The article's loop."""
    title = f"a loop of {visits.ARTICLE_STEPS:,} additions"
    for in_flight in (1, MANY):
        factors: dict[str, Fact] = {"in_flight": in_flight}
        yield benchmark("article", title, visits.article(PAIR, in_flight), factors)


def calls() -> Iterator[Benchmark]:
    """Real calls, each in the ways there are to write it."""
    for name, (title, handlers) in CALLS.items():
        for handler in handlers:
            factors: dict[str, Fact] = {"handler": handler, "in_flight": CALLS_IN_FLIGHT}
            observe = calling(name, handler, CALLS_IN_FLIGHT)
            facts: dict[str, Fact] = {"utilisation": UTILISATION_PERCENT}
            yield benchmark(name, title, observe, factors, facts=facts)


def switching() -> Iterator[Benchmark]:
    """Pure Python in `def`, under other switch intervals of the GIL."""
    facts: dict[str, Fact] = {
        "sort": PYTHON.name,
        "handler": DEF,
        "in_flight": CALLS_IN_FLIGHT,
        "utilisation": UTILISATION_PERCENT,
    }
    for switch_us in SWITCH_US:
        observe = visits.switching(
            switch_us, SWITCHED_BESIDE_US, CALLS_IN_FLIGHT, SWITCHED_CLOSED_US
        )
        title = f"{PYTHON.title}, switched every {switch_us} us"
        yield benchmark("switching", title, observe, {"switch_us": switch_us}, facts=facts)


def control() -> Benchmark:
    """The same handler with the same work, under two names."""
    observe = visits.closed(PYTHON, (ASYNC_DEF, ASYNC_DEF + AGAIN), MANY, CONTROL_US)
    return benchmark("control", PYTHON.title, observe, {"in_flight": MANY}, rounds=0)


BENCHMARKS = (
    *loops(FREE, IN_FLIGHT),
    *loops(ONE_CPU, (MANY,)),
    *beside(),
    *articles(),
    *calls(),
    *switching(),
    control(),
)
