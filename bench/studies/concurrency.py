"""What happens when requests overlap? In a closed loop, in process, with so many in flight.

Each client sends its next request when its last is answered, and the loop finds it at its next
turn, as a server does. So latencies are what clients see who wait for each other; arrivals on a
clock of their own are the study `work`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.benchmark import AGAIN, FREE, ONE_CPU, Benchmark, Fact, Observe
from bench.concurrency.breakdown import breakdown
from bench.concurrency.health import PARKED, health
from bench.concurrency.held import TOKENS, probed
from bench.concurrency.overlap import Subject, overlapping
from bench.concurrency.resident import resident
from bench.concurrency.sleep import sleeping
from bench.handlers import CATALOGUE

IN_FLIGHT = {
    ONE_CPU: (1, 2, 4, 8, 16, 32, 39, 40, 41, 64, 100, 200, 400, 1000, 4000),
    FREE: (1, 4, 16, 40, 100, 400, 1000, 4000),
}
PAIR = ("async-def", "def")
FROZEN = "-frozen"
"""After a handler's name: the same handler, its application left out of garbage collections.

It has processes of its own: to freeze is to collect everything first, for all in the process.
"""

HEADLINES = (1, 40, 100, 1000)
OFTEN = {ONE_CPU: (1, 40, 100), FREE: (100,)}
"""Loads that headlines and bars rest on: visited in every round."""

ROUNDS = 7
"""Of all others, spread over the run."""

CONTROL_AT = 100
FROZEN_AT = (40, 100)
MEMORY_AT = (100, 4000)
MEMORY_ROUNDS = 3
"""It is the same in every visit, to a few pages."""

LIMITED_AT = 400
LIMITS = (10, 40, 100, 400)
BREAKDOWN_AT = (1, 8, 40, 41, 100, 400, 1000)
HELD = (38, 39, 40)
SLEEPING = (1, 20, 40, 41, 80, 81, 200)


def benchmark(
    subject: str,
    title: str,
    placement: str,
    observe: Observe,
    *,
    of: tuple[str, ...] = (),
    headline: bool = False,
    rounds: int = ROUNDS,
    **factors: Fact,
) -> Benchmark:
    """One load, whose factors are in its name; `of`: its subjects, if it has several."""
    return Benchmark(
        study="concurrency",
        subject=subject,
        title=title,
        placement=placement,
        observe=observe,
        facts=factors,
        factors=tuple(factors),
        headline=headline,
        observes=of,
        rounds=rounds,
    )


def overlaps(placement: str) -> Iterator[Benchmark]:
    """The pair at every load, once with its control, and other conditions of `def`."""
    for n in IN_FLIGHT[placement]:
        again = tuple(f"{handler}{AGAIN}" for handler in PAIR) if n == CONTROL_AT else ()
        names = (*PAIR, *again)
        title = f"`async def` and `def` endpoint in turns, {n} in flight"
        observe = overlapping([subject(name) for name in names], n)
        yield benchmark(
            "pair",
            title,
            placement,
            observe,
            of=names,
            headline=n in HEADLINES,
            rounds=0 if n in OFTEN[placement] else ROUNDS,
            in_flight=n,
        )

    for n in FROZEN_AT:
        name = f"def{FROZEN}"
        title = f"`def`, left out of garbage collections, {n} in flight"
        observe = overlapping([subject(name)], n)
        yield benchmark(name, title, placement, observe, in_flight=n)

    title = f"`def`, {LIMITED_AT} in flight, thread limiters of several sizes in turns"
    sizes = [Subject(CATALOGUE["def"], "limited", tokens) for tokens in LIMITS]
    observe = overlapping(sizes, LIMITED_AT)
    yield benchmark("limited", title, placement, observe, in_flight=LIMITED_AT)


def subject(name: str) -> Subject:
    """The handler kind behind a name, which may be its second, or that of its frozen self."""
    kind = CATALOGUE[name.removesuffix(AGAIN).removesuffix(FROZEN)]
    return Subject(kind, name, frozen=name.endswith(FROZEN))


def on_one_cpu() -> Iterator[Benchmark]:
    """Memory, where a request's time goes, and a probe while tokens are held."""
    for handler in PAIR:
        for n in MEMORY_AT:
            kind = CATALOGUE[handler]
            title = f"memory of {kind.title}, {n} in flight"
            yield benchmark(
                handler, title, ONE_CPU, resident(kind, n), rounds=MEMORY_ROUNDS, in_flight=n
            )

    for n in BREAKDOWN_AT:
        title = f"where a `def` request goes, {n} in flight"
        yield benchmark("breakdown", title, ONE_CPU, breakdown(n), in_flight=n)

    for handler in ("def", "def-model"):
        for held in HELD:
            title = f"`{handler}` while {held} of {TOKENS} tokens are held"
            observe = probed(CATALOGUE[handler], held)
            yield benchmark("held", title, ONE_CPU, observe, handler=handler, held=held)


def on_free() -> Iterator[Benchmark]:
    """What waits behind threads that do nothing: a health check, and a model check."""
    for handler in PAIR:
        title = f"`{handler}` health check behind {PARKED} parked `def` requests"
        yield benchmark("health", title, FREE, health(CATALOGUE[handler]), handler=handler)

    for n in SLEEPING:
        title = f"{n} `def` requests at once that only sleep"
        yield benchmark("sleep", title, FREE, sleeping(n), in_flight=n)


BENCHMARKS = (*overlaps(ONE_CPU), *on_one_cpu(), *overlaps(FREE), *on_free())
