"""Loads: from a handler and its work to a time per request, or to what a bystander sees."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from bench.asgi import Exchange
from bench.benchmark import AGAIN, Fact, Metric
from bench.closed_loop import percentile
from bench.handlers import CATALOGUE, HandlerKind
from bench.work.apps import ASYNC_DEF, DEF, checked, kind_of
from bench.work.batch import Batch, batch
from bench.work.clock import Arrivals, at_random, evenly, open_loop
from bench.work.sorts import Sort, Work, calibrated
from bench.work.waves import TOKENS, requests_of, wave_of

CLOSED_SECONDS = 0.04
"""Of one batch."""

BATCHES = 5
MOST_CLOSED_SECONDS = 0.4
"""When so much time has gone into batches, no further one is begun: each is long enough alone."""

OPEN_SECONDS = 1.2
SLICES = 4
"""So many times the clock runs for each handler, in turns with the others."""

UTILISATION_PERCENT = 50
HOP_SECONDS = 250e-6
"""Left for each request beside its work when arrivals are planned: a hop costs less than that."""

BYSTANDER_PER_SECOND = 200

Values = dict[Metric, tuple[float, ...]]
Factors = tuple[tuple[str, Fact], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A handler that is ready to be sent requests.

    Attributes:
        work: what it does before it answers; None: nothing.
        factors: of all its numbers.
    """

    sort: Sort
    work: Work | None
    kind: HandlerKind
    exchange: Exchange
    factors: Factors

    @property
    def work_seconds(self) -> float:
        return self.work.seconds if self.work else 0.0

    @property
    def worked(self) -> Values:
        """The metric `work`; it has none where there is no work."""
        return {self.metric("work"): (self.work.seconds,)} if self.work else {}

    def metric(self, name: str, unit: str = "second") -> Metric:
        return Metric(name, unit, self.factors)


@dataclass(frozen=True, slots=True)
class Slice:
    """Some seconds on the clock: how many requests arrived, and what the bystander's took."""

    seconds: float
    arrivals: int
    latencies: tuple[float, ...]


async def nominal(sort: Sort, handlers: Sequence[str], work_us: int) -> list[Subject]:
    """Handlers that do the same work of this duration, or none; checked."""
    work = await calibrated(sort, work_us * 1e-6) if work_us else None
    return [
        await ready(sort, handler, work, (("handler", handler), ("work_us", work_us)))
        for handler in handlers
    ]


async def ready(sort: Sort, handler: str, work: Work | None, factors: Factors) -> Subject:
    """A handler that does this work, checked.

    Raises:
        WrongAnswerError: status, body or hops differ from what they must be.
    """
    kind = kind_of(
        handler.removesuffix(AGAIN), work.function if work else None, awaited=sort.awaited
    )
    return Subject(sort, work, kind, await checked(kind), factors)


async def request_times(subjects: Sequence[Subject], in_flight: int, seconds: float) -> Values:
    """Times per request in a closed loop, over a few batches of whole waves of each subject.

    The subjects take turns, so that what disturbs the machine for longer than a batch disturbs
    all of them alike.
    """
    for subject in subjects:
        await start_workers(subject)

    batches: list[list[Batch]] = [[] for _ in subjects]
    start = perf_counter()
    for _ in range(BATCHES):
        for subject, done in zip(subjects, batches, strict=True):
            done.append(await one_batch(subject, in_flight, seconds))

        if perf_counter() - start > MOST_CLOSED_SECONDS * len(subjects):
            break

    return {
        metric: values
        for subject, done in zip(subjects, batches, strict=True)
        for metric, values in times_of(subject, done, in_flight).items()
    }


async def one_batch(subject: Subject, in_flight: int, seconds: float) -> Batch:
    """A batch that takes about so many seconds, of whole waves."""
    kind, sort = subject.kind, subject.sort
    wave = wave_of(kind.name, in_flight, awaited=sort.awaited and subject.work is not None)
    requests = requests_of(wave, sort, subject.work_seconds, seconds)
    return await batch(kind, subject.exchange, in_flight, requests)


def times_of(subject: Subject, batches: Sequence[Batch], in_flight: int) -> Values:
    """The time per request of each batch, and percentiles of the latencies of all.

    A batch of long work that is smaller than the load has no percentiles: in it fewer wait.
    """
    requests = tuple(one.elapsed / len(one.latencies) for one in batches)
    latencies = [latency for one in batches for latency in one.latencies]
    if len(latencies) < in_flight * len(batches):
        return {subject.metric("request"): requests}

    return {
        subject.metric("request"): requests,
        subject.metric("p50"): (percentile(latencies, 50),),
        subject.metric("p99"): (percentile(latencies, 99),),
    }


async def bystanders(subjects: Sequence[Subject], seconds: float, seed: int) -> Values:
    """What a bystander sees of each subject while requests to it arrive on a clock.

    The subjects take turns of a slice of the time; all meet the same arrivals.
    """
    for subject in subjects:
        await start_workers(subject)

    found: list[list[Slice]] = [[] for _ in subjects]
    for number in range(SLICES):
        for subject, slices in zip(subjects, found, strict=True):
            slices.append(await one_slice(subject, seconds / SLICES, f"{seed} {number}"))

    return {
        metric: values
        for subject, slices in zip(subjects, found, strict=True)
        for metric, values in (seen(subject, slices) | utilisation(subject, slices)).items()
    }


async def one_slice(subject: Subject, seconds: float, seed: str) -> Slice:
    """Lets requests to the subject arrive for so long, and the bystander beside them."""
    per_second = UTILISATION_PERCENT / 100 / (subject.work_seconds + HOP_SECONDS)
    work_us = dict(subject.factors).get("work_us", "")
    at = at_random(per_second, seconds, f"{seed} {work_us}")
    load = [Arrivals(subject.kind, subject.exchange, at)]
    return Slice(seconds, len(at), await beside(load, seconds))


async def beside(load: list[Arrivals], seconds: float) -> tuple[float, ...]:
    """Latencies of the bystander: a trivial `async def` in an app of its own, on the same loop."""
    kind = CATALOGUE[ASYNC_DEF]
    at = evenly(BYSTANDER_PER_SECOND, seconds)
    *_, latencies = await open_loop([*load, Arrivals(kind, await checked(kind), at)], seconds)
    return latencies


def seen(subject: Subject, slices: Sequence[Slice]) -> Values:
    """The percentiles of a bystander over all slices, by nearest rank."""
    latencies = [latency for one in slices for latency in one.latencies]
    return {
        subject.metric("bystander-p50"): (percentile(latencies, 50),),
        subject.metric("bystander-p99"): (percentile(latencies, 99),),
        subject.metric("bystander-max"): (max(latencies),),
    }


def utilisation(subject: Subject, slices: Sequence[Slice]) -> Values:
    """Percent of the time that the work of all arrivals makes, one after another."""
    arrivals, seconds = sum(one.arrivals for one in slices), sum(one.seconds for one in slices)
    percent = round(100 * arrivals * subject.work_seconds / seconds)
    return {subject.metric("utilisation", "integer"): (percent,)} if percent > 0 else {}


async def start_workers(subject: Subject) -> None:
    """Has the loop's pool start all its worker threads, so that no arrival waits for one."""
    if subject.kind.hops:
        exchange = await checked(CATALOGUE[DEF])
        await asyncio.gather(*(exchange() for _ in range(TOKENS)))


async def lateness(seconds: float) -> Values:
    """What a bystander sees with no load at all: what the clock itself adds, and its own time."""
    return {Metric("late"): (percentile(await beside([], seconds), 99),)}
