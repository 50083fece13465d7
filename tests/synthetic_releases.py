"""Turns a made-up past into the rows of the study `releases`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.benchmark import Benchmark
from analysis.visit import Fact
from tests.synthetic_loads import around, benchmark

ROUNDS = 8
BASE = 45.0
HOP = {"one-cpu": 66.0, "free": 160.0}
BARE = 0.7  # of a hop in a request
PASSES = 4

# What a hop costs with the packages of a month, as a share of what it costs with the locked ones.
SHARES: Mapping[str, float] = {"2023-07": 1.5, "2025-01": 1.2, "locked": 1.0}
VERSIONS = {
    "2023-07": {"anyio": "3.7.1", "fastapi": "0.100.1", "sniffio": "1.3.0"},
    "2025-01": {"anyio": "4.8.0", "fastapi": "0.115.8", "sniffio": "1.3.1"},
    "locked": {"anyio": "4.16.0", "fastapi": "0.165.0", "sniffio": "absent"},
}


def study(
    shares: Mapping[str, float] = SHARES, again: float = 1.0, rounds: int = ROUNDS
) -> tuple[Benchmark, ...]:
    """The whole study.

    Args:
        shares: by stack.
        again: the share of the control, which is the locked stack under another name.
        rounds: of all.
    """
    return tuple(
        row
        for placement in HOP
        for levels, share in (
            *(({"stack": name}, share) for name, share in shares.items()),
            ({"stack": "locked", "control": "again"}, again),
        )
        for row in visited(placement, levels, share * HOP[placement], rounds)
    )


def visited(
    placement: str, levels: Mapping[str, Any], hop: float, rounds: int
) -> Iterator[Benchmark]:
    """All numbers of one stack, in which a hop of a request costs so many us."""
    times = {
        "async-def": BASE,
        "def": BASE + hop,
        "async-def-model": BASE,
        "def-model": BASE + 2 * hop,
        "anyio-run-sync": BARE * hop,
        "run-in-threadpool": BARE * hop + 1,
    }
    facts: dict[str, Fact] = {
        **VERSIONS[str(levels["stack"])],
        "starlette": "1.0.0",
        "pydantic": "2.0.0",
        "python": "3.11.7",
        "loop_passes": PASSES,
    }
    calls = {"calls_all": 60, "calls_fastapi": 20, "calls_python": 40}
    for subject, us in times.items():
        seed = f"{placement} {subject} {levels}"
        told = {**facts, **(calls if subject == "async-def" else {})}
        values = around(us * 1e-6, seed, rounds, 0.002)
        yield benchmark("releases", subject, placement, "request", values, facts=told, **levels)
