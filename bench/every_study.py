"""All studies and their benchmarks, imported at once: what the bench plans from."""

from __future__ import annotations

from bench.benchmark import Benchmark
from bench.studies import NAMES, benchmarks_of

STUDIES: dict[str, tuple[Benchmark, ...]] = {study: benchmarks_of(study) for study in NAMES}

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark for benchmarks in STUDIES.values() for benchmark in benchmarks
}
