"""Turns a made-up machine into the rows of the study `remedies`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from analysis.benchmark import Benchmark, Counts
from analysis.visit import Fact
from tests.synthetic_loads import around, benchmark

ROUNDS = 6  # too few to resample, so that the tests are fast
BASE = 45.0
HOP = {"one-cpu": 66.0, "free": 160.0}
PLACEMENTS = ("one-cpu", "free")
LOADS = (1, 100)

GROUPS: dict[str, dict[str, float]] = {
    "def": {
        "def": 1.0,
        "async-def": 0.0,
        "to-thread": 0.75,
        "run-in-executor": 0.7,
        "one-worker": 0.7,
        "own-worker": 0.5,
        "more-tokens": 1.0,
    },
    "def-model": {"def-model": 2.0, "async-def-model": 0.0, "threadpool-model": 1.0},
    "def-deps-4": {"def-deps-4": 4.0, "one-def-dep": 1.0, "async-deps-4": 0.0},
    "class-dep": {"class-dep": 1.0, "async-class-dep": 0.0},
    "def-stream": {"def-stream": 11.0, "batched-stream": 3.0, "async-stream": 0.0},
}
"""Hops' worth of time of each remedy, by the default it is in a group with."""

SAVED = {
    "no-checkpoint": 0.05,
    "quick-limiter": 0.1,
    "no-scope": 0.03,
    "simple-queue": 0.02,
    "early-idle": 0.0,
    "all": 0.25,
}
"""What each variant saves of the copy, as a share of a hop."""

COPYING = 0.02
"""What the copy takes more than the installed hop, as a share of a hop."""

INSTALLED = ("unpatched", "before", "after")

PASSES = {"no-checkpoint": 1, "quick-limiter": 1, "all": 2}
FLOOR = {"futex-pair": 2.0, "lock-pair": 6.0, "bare-hop": 16.0, "lean-hop": 35.0, "anyio-hop": 46.0}


def study(leak: float = 1.0, again: float = 1.0, spread: float = 0.002) -> list[Benchmark]:
    """The whole study.

    Args:
        leak: how much longer the installed hop takes after all patches.
        again: how much longer a default takes under its second name.
        spread: relative, of one visit.
    """
    return [*remedies(again, spread), *variants(leak, spread), *floor(spread)]


def remedies(again: float, spread: float) -> Iterator[Benchmark]:
    for placement, in_flight, (default, ways) in product(PLACEMENTS, LOADS, GROUPS.items()):
        for name, hops in {**ways, f"{default}-again": ways[default]}.items():
            us = BASE + hops * HOP[placement]
            us *= again if name.endswith("-again") else 1.0
            found = made(name, placement, us, spread, facts_of(name, default), in_flight=in_flight)
            yield replace(found, counts=Counts(int(hops), None, 0, 0))


def facts_of(name: str, default: str) -> dict[str, Fact]:
    """What the file says of a remedy."""
    inline = name.startswith("async-")
    facts: dict[str, Fact] = {
        "way": f"the way `{name}`",
        "cancellation": "cannot" if inline else "waits",
        "context": "shared" if inline else "copied",
        "limiter": "loop" if inline else "tokens",
        "at_once": 1 if inline else 5 if name == "to-thread" else 40,
        "blocks_loop": int(inline),
    }
    if name.removesuffix("-again") == default:
        return facts

    return {**facts, "instead_of": default, "loses": f"what {name} loses"}


def variants(leak: float, spread: float) -> Iterator[Benchmark]:
    targets = {"patched-hop": (0.0, 1), "patched-def": (BASE, 1), "patched-def-model": (BASE, 2)}
    for placement, in_flight, (target, (base, hops)) in product(PLACEMENTS, LOADS, targets.items()):
        saved = {"copy": 0.0, **SAVED, **({"fused": 0.5} if hops == 2 else {})}
        shares = {**dict.fromkeys(INSTALLED, COPYING), **saved}
        for name, share in shares.items():
            copied = 1 if name in ("fused", "all") else hops
            us = base + HOP[placement] * (hops * (1 - share) + copied * COPYING)
            us *= leak if name == "after" else 1.0
            told: dict[str, Fact] = {
                "way": f"variant `{name}`",
                "changes": f"what {name} changes",
                "upstream": "AnyIO 4.16.0",
            }
            facts = {} if name in INSTALLED else told
            found = made(target, placement, us, spread, facts, in_flight=in_flight, variant=name)
            passes = 4 * hops - PASSES.get(name, 0) * hops
            yield replace(found, counts=Counts(hops, passes, 0, 0))


def floor(spread: float) -> Iterator[Benchmark]:
    for placement, (name, us) in product(PLACEMENTS, FLOOR.items()):
        yield made(name, placement, us, spread, {})


def made(
    subject: str,
    placement: str,
    us: float,
    spread: float,
    facts: dict[str, Fact],
    **factors: Fact,
) -> Benchmark:
    seed = f"{subject} {placement} {factors}"
    values = around(us * 1e-6, seed, ROUNDS, spread)

    return benchmark(
        "remedies", subject, placement, "request", values, "second",
        facts=facts, facts_by_round=None, failures=(), **factors,
    )  # fmt: skip
