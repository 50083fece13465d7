"""The studies, one question a module, in the order of the report."""

from __future__ import annotations

from bench.benchmark import Benchmark
from bench.studies import concurrency, factors, handlers, harness, hop, remedies, server, work

STUDIES: dict[str, tuple[Benchmark, ...]] = {
    "harness": harness.BENCHMARKS,
    "handlers": handlers.BENCHMARKS,
    "hop": hop.BENCHMARKS,
    "factors": factors.BENCHMARKS,
    "concurrency": concurrency.BENCHMARKS,
    "work": work.BENCHMARKS,
    "server": server.BENCHMARKS,
    "remedies": remedies.BENCHMARKS,
}

DEFAULT = ("harness", "handlers", "hop")
"""Measured where no study is named: one request at a time, in minutes, with nothing installed."""
BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark for benchmarks in STUDIES.values() for benchmark in benchmarks
}
