"""Turns handlers and a number of requests in flight into times and threads, in turns.

The handlers of a visit take turns of a tenth of a second each, so that what disturbs the machine
for longer than a turn disturbs all of them alike.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from random import Random

from anyio import to_thread

from bench.asgi import Exchange
from bench.benchmark import Fact, Metric, Observation, Observe, Surroundings
from bench.closed_loop import Load, closed_loop, percentile
from bench.concurrency.garbage import Pauses, frozen_objects, watched_collections
from bench.concurrency.run import checked_loop, in_a_root_task
from bench.handlers import HandlerKind

SECONDS = 0.1
"""Of a turn; it lasts longer where so many are in flight that not each has its answers by then."""

ANSWERS_PER_CLIENT = 2
TURNS = 7
MANY = 1000
"""From so many in flight on, turns are long, and few are enough."""

TURNS_OF_MANY = 3

REQUEST = Metric("request")


@dataclass(frozen=True, slots=True)
class Subject:
    """What takes turns.

    Attributes:
        name: of its numbers: a subject of the study.
        tokens: another size of the thread limiter; 0: the usual one.
        frozen: the application's objects are left out of garbage collections.
    """

    kind: HandlerKind
    name: str
    tokens: int = 0
    frozen: bool = False

    def metric(self, name: str, unit: str = "second") -> Metric:
        factors: tuple[tuple[str, Fact], ...] = (("tokens", self.tokens),) if self.tokens else ()
        return Metric(name, unit, factors, self.name)


@dataclass(slots=True)
class Contender:
    """A subject under way, and what has been seen of it so far.

    Attributes:
        threads: the most that were alive when a turn's clock stopped, all requests in flight.
            AnyIO ends no worker within 10 s, so that there were never more in that turn.
    """

    subject: Subject
    exchange: Exchange = field(init=False)
    loads: list[Load] = field(default_factory=list)
    pauses: Pauses = field(default_factory=Pauses)
    threads: int = 0

    def __post_init__(self) -> None:
        kind = self.subject.kind
        self.exchange = kind.request.exchange(kind.build())

    async def take_turn(self, in_flight: int) -> None:
        """Keeps so many requests in flight for the time of a turn."""
        kept = frozen_objects() if self.subject.frozen else nullcontext()
        with limited_to(self.subject.tokens), kept, watched_collections(self.pauses):
            load = await closed_loop(
                self.exchange,
                in_flight,
                SECONDS,
                ANSWERS_PER_CLIENT * in_flight,
                self.subject.kind,
                when_measured=self.count_threads,
            )

        self.loads.append(load)

    def count_threads(self) -> None:
        self.threads = max(self.threads, threading.active_count())

    @property
    def values(self) -> dict[Metric, tuple[float, ...]]:
        """The time per request of each turn; of all turns together, latencies, threads, pauses."""
        latencies = [latency for load in self.loads for latency in load.latencies]
        metric = self.subject.metric
        found = {
            metric("request"): tuple(load.elapsed / load.answers for load in self.loads),
            metric("p50"): (percentile(latencies, 50),),
            metric("p99"): (percentile(latencies, 99),),
            metric("max"): (max(latencies),),
            metric("threads", "integer"): (self.threads,),
        }
        if self.pauses.longest:
            found[metric("collection")] = (self.pauses.longest,)

        return found


@contextmanager
def limited_to(tokens: int) -> Iterator[None]:
    """Another size of the event loop's thread limiter inside the block; 0: the usual one."""
    limiter = to_thread.current_default_thread_limiter()
    usual = limiter.total_tokens
    limiter.total_tokens = tokens or usual
    try:
        yield
    finally:
        limiter.total_tokens = usual


def overlapping(subjects: Sequence[Subject], in_flight: int) -> Observe:
    """`in_flight` requests to each of the subjects, in a closed loop, in turns.

    A request to an `async def` that never suspends is in flight as one that waits for the loop: it
    holds nothing in the application yet. Each turn is a root task of its own, and so begins
    without worker threads; those it needs have started before its clock does.
    """

    def observe(surroundings: Surroundings) -> Observation:
        contenders = [Contender(subject) for subject in subjects]
        with checked_loop(*((one.subject.kind, one.exchange) for one in contenders)) as loop:
            for contender in turns(contenders, in_flight, surroundings.seed):
                in_a_root_task(loop, partial(contender.take_turn, in_flight))

        answers = sum(load.answers for one in contenders for load in one.loads)
        values = {metric: value for one in contenders for metric, value in one.values.items()}
        return Observation(values, {"answers": answers})

    return observe


def turns(contenders: Sequence[Contender], in_flight: int, seed: int) -> Iterator[Contender]:
    """Each contender once a turn, in an order that is drawn anew for every turn."""
    random = Random(seed)
    for _ in range(TURNS if in_flight < MANY else TURNS_OF_MANY):
        yield from random.sample(contenders, len(contenders))
