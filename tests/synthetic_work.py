"""Turns a made-up machine of two CPUs into the rows of the study `work`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from analysis.benchmark import Benchmark
from tests.synthetic_loads import around, benchmark

WORK_US = (0, 10, 30, 100, 300, 1000, 3000, 10000, 30000)
LOADS = (("free", 1), ("free", 10), ("free", 100), ("one-cpu", 100))
SORTS = ("python", "hashing", "blocking")
WAYS = (*product(SORTS, ("def", "async-def")), ("awaiting", "async-def"))
CALLS_US = {"def": 220.0, "async-def-blocking": 120.0, "async-def-awaiting": 480.0}
BASE, HOP = 45.0, {"free": 160.0, "one-cpu": 66.0}
ROUNDS = 6  # too few to resample, so that the tests are fast

Request = Callable[[str, str, str, int, float], float]
Beside = Callable[[str, str, float], float]
Made = tuple[str, str, float, str, dict[str, Any]]
"""Subject, metric, us, placement and factors."""


def request_us(subject: str, handler: str, placement: str, in_flight: int, work: float) -> float:
    """The time per request, in us."""
    if subject == "awaiting":
        return max(BASE + 15, (BASE + work) / in_flight)

    if handler == "async-def":
        return BASE + work

    own = BASE + HOP[placement]
    cpus = 1 if placement == "one-cpu" or in_flight == 1 else 1.85

    if subject == "blocking":
        return max(own, (own + work) / min(in_flight, 40))

    return own + 1.01 * work if subject == "python" else max(own, (own + work) / cpus)


def bystander_us(subject: str, handler: str, work: float) -> float:
    """The bystander's p99, in us."""
    if subject == "awaiting":
        return 320.0

    if handler == "async-def":
        return 300 + 4 * work

    holds = min(work, 5000) if subject == "python" else 0.0

    return 500 + 0.4 * math.pow(work, 0.7) + 2 * holds


def study(
    request: Request = request_us,
    beside: Beside = bystander_us,
    spread: float = 0.002,
    rounds: int = ROUNDS,
) -> tuple[Benchmark, ...]:
    """The whole study; the article's loop, calls, switch intervals and control are the same always.

    Args:
        spread: relative, of one visit.
    """
    made = (*closed(request), *clock(beside), *articles(), *calls(), *switching(), *control())

    return tuple(row(one, spread, rounds) for one in made)


def row(made: Made, spread: float, rounds: int) -> Benchmark:
    subject, metric, us, placement, factors = made
    values = around(us * 1e-6, f"{subject}{metric}{placement}{factors}", rounds, spread)

    return benchmark("work", subject, placement, metric, values, **factors)


def closed(request: Request) -> Iterator[Made]:
    for (subject, handler), us, (placement, in_flight) in product(WAYS, WORK_US, LOADS):
        load = {"handler": handler, "in_flight": in_flight, "work_us": us}
        time = request(subject, handler, placement, in_flight, us)
        yield subject, "request", time, placement, load
        for name, times in (("p50", 1.0), ("p99", 1.5)):
            yield subject, name, time * in_flight * times, placement, load
        if us:
            yield subject, "work", us * 1.02, placement, load


def clock(beside: Beside) -> Iterator[Made]:
    for (subject, handler), us in product(WAYS, WORK_US):
        load = {"handler": handler, "utilisation": 50, "work_us": us}
        yield from bystanders(subject, beside(subject, handler, us), load)
        if us:
            yield subject, "work", us * 1.02, "free", load
            yield subject, "utilisation", 50e6 * us / (us + 250), "free", load
    for subject in dict(WAYS):
        yield subject, "late", 250.0, "free", {"utilisation": 50}


def bystanders(subject: str, p99: float, load: dict[str, Any]) -> Iterator[Made]:
    for part, share in (("p50", 0.4), ("p99", 1.0), ("max", 1.5)):
        yield subject, f"bystander-{part}", p99 * share, "free", load


def articles() -> Iterator[Made]:
    for in_flight, (handler, us) in product((1, 100), (("def", 41e3), ("async-def", 40e3))):
        yield "article", "request", us, "free", {"handler": handler, "in_flight": in_flight}


def calls() -> Iterator[Made]:
    for subject, (handler, us) in product(("sqlite", "file", "http"), CALLS_US.items()):
        if (subject, handler) != ("file", "async-def-awaiting"):
            load = {"handler": handler, "in_flight": 10}
            yield subject, "request", us, "free", load
            yield subject, "work", 70.0, "free", load
            yield from bystanders(subject, 5 * us, load)


def switching() -> Iterator[Made]:
    for switch_us in (5000, 1000, 100):
        yield "switching", "request", 1200.0, "free", {"switch_us": switch_us}
        for us in (1000, 10000):
            load = {"switch_us": switch_us, "work_us": us}
            yield from bystanders("switching", 300.0 + 2 * min(us, switch_us), load)


def control() -> Iterator[Made]:
    for handler in ("async-def", "async-def-again"):
        load = {"handler": handler, "in_flight": 100, "work_us": 100}
        yield "control", "request", BASE + 100, "free", load
