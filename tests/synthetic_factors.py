"""Turns a made-up machine into the rows of the study `factors`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.benchmark import Benchmark
from analysis.visit import Fact
from tests.synthetic_loads import around, benchmark

ROUNDS = 6  # too few to resample, so that the tests are fast
BASE = 45.0
HOP = {"one-cpu": 66.0, "free": 160.0}
PARTS = {"before": 0.3, "there": 0.3, "back": 0.4}
BARE = 0.7  # of a hop in a request

Levels = Mapping[tuple[tuple[str, Fact], ...], float]

# What each level adds to a hop, in us.
LEVELS: Levels = {
    (): 0.0,
    (("control", "again"),): 0.0,
    (("loop", "uvloop"),): -20.0,
    (("loop", "trio"),): 25.0,
    (("python", "py312"),): 8.0,
    (("python", "py313"),): 0.0,
    (("switch_us", 1000),): 0.0,
    (("switch_us", 100),): 0.0,
    (("depth", 40),): 2.0,
    (("busy", "python"),): 9000.0,
    (("switch_us", 1000), ("busy", "python")): 1800.0,
    (("switch_us", 100), ("busy", "python")): 250.0,
}
ACROSS_CPUS: Levels = {(("neighbour", "awake"),): -80.0, (("threads", "apart"),): 100.0}


def study(
    levels: Levels = LEVELS, placements: Sequence[str] = ("one-cpu", "free"), spread: float = 0.002
) -> tuple[Benchmark, ...]:
    """The whole study.

    Args:
        spread: relative, of one visit.
    """
    return tuple(
        row
        for placement in placements
        for changed, more in {**levels, **(ACROSS_CPUS if placement == "free" else {})}.items()
        for row in visited(placement, dict(changed), HOP[placement] + more, spread)
    )


def visited(
    placement: str, changed: dict[str, Fact], hop: float, spread: float
) -> Iterator[Benchmark]:
    """All numbers of one level, whose hop costs so many us."""
    bare = BARE * hop
    requests = {
        "async-def": BASE,
        "def": BASE + hop,
        "async-def-model": BASE,
        "def-model": BASE + 2 * hop,
        "anyio-run-sync": bare,
        "run-in-threadpool": bare + 1,
        "beside-request": BASE + hop,
    }
    facts: dict[str, Fact] = {
        "voluntary_per_hop": 2.0 if "busy" in changed else 3.0,
        "involuntary_per_hop": 0.0,
        "threads_taken": 1,
        "switch_us": changed.get("switch_us", 5000),
    }
    for subject, us in requests.items():
        yield row(subject, placement, "request", us, changed, facts, spread)

    metrics = {name: share * bare for name, share in PARTS.items()}
    timer = 8.0 if "switch_us" in changed else 3.0
    for name, us in {**metrics, "cpu-loop": 36.0, "cpu-worker": 14.0, "timer": timer}.items():
        yield row("anyio-run-sync", placement, name, us, changed, facts, spread)


def row(
    subject: str,
    placement: str,
    metric: str,
    us: float,
    changed: dict[str, Any],
    facts: dict[str, Fact],
    spread: float,
) -> Benchmark:
    values = around(us * 1e-6, f"{subject}{metric}{placement}{changed}", ROUNDS, spread)

    return benchmark("factors", subject, placement, metric, values, facts=facts, **changed)


def without(rows: Sequence[Benchmark], **named: object) -> tuple[Benchmark, ...]:
    """The rows that do not have all of these factors, or this subject, metric or placement."""

    def own(row: Benchmark) -> dict[str, object]:
        found = {"subject": row.subject, "metric": row.metric, "placement": row.placement}

        return {**found, **dict(row.factors)}

    return tuple(row for row in rows if not named.items() <= own(row).items())
