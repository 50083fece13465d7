"""The studies, one question a module, in the order of the report; `bench.every_study` has all.

A visit imports the one that it visits, and no other: each holds for other versions than the next.
"""

from __future__ import annotations

import importlib

from bench.benchmark import Benchmark

NAMES = (
    "harness",
    "handlers",
    "hop",
    "factors",
    "releases",
    "concurrency",
    "work",
    "server",
    "remedies",
)

DEFAULT = ("harness", "handlers", "hop")
"""Measured where no study is named: one request at a time, in minutes, with nothing installed."""


def benchmarks_of(study: str) -> tuple[Benchmark, ...]:
    """The benchmarks of a study, in its own order."""
    found: tuple[Benchmark, ...] = importlib.import_module(f"bench.studies.{study}").BENCHMARKS
    return found


def benchmark_of(name: str) -> Benchmark:
    """The benchmark of that name; KeyError if its study has none."""
    study = name.partition("/")[0]
    return {benchmark.name: benchmark for benchmark in benchmarks_of(study)}[name]
