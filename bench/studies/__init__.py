"""The studies, one question a module, in the order of the report."""

from __future__ import annotations

from bench.benchmark import Benchmark
from bench.studies import handlers, harness, hop

STUDIES: dict[str, tuple[Benchmark, ...]] = {
    "harness": harness.BENCHMARKS,
    "handlers": handlers.BENCHMARKS,
    "hop": hop.BENCHMARKS,
}

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark for benchmarks in STUDIES.values() for benchmark in benchmarks
}
