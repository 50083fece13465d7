"""An observation: from a benchmark that makes its own load to a pyperf suite of its numbers."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import pyperf

from bench.benchmark import Benchmark, Fact, Metric, Surroundings
from bench.correctness import WrongAnswerError
from bench.noise import Noise


def observed(
    benchmark: Benchmark, surroundings: Surroundings, about: Mapping[str, Fact]
) -> pyperf.BenchmarkSuite:
    """Has the benchmark observe; a suite of its numbers, one run each.

    Raises:
        WrongAnswerError: what is measured did not do what it says.
    """
    assert benchmark.observe is not None
    noise = Noise()
    start = time.perf_counter()
    observation = benchmark.observe(surroundings)
    duration = time.perf_counter() - start
    machine = pyperf.Run([1.0]).get_metadata()
    told = {**machine, **about, "duration": duration, **noise.told()}
    facts = {**observation.facts, **benchmark.named_facts}

    return pyperf.BenchmarkSuite(
        [
            pyperf.Benchmark([run_of(benchmark, metric, values, told, facts)])
            for metric, values in observation.values.items()
        ]
    )


def run_of(
    benchmark: Benchmark,
    metric: Metric,
    values: tuple[float, ...],
    told: Mapping[str, Fact],
    facts: Mapping[str, Fact],
) -> pyperf.Run:
    """One of the numbers of a visit; which of its metadata are facts, it says itself.

    Raises:
        WrongAnswerError: a value is none that a result file can hold.
    """
    name = benchmark.name_of(metric)
    if not values or not all(0 < value < math.inf for value in values):
        raise WrongAnswerError(f"{name} must have values above 0, it has {values}")

    known = {**facts, **dict(metric.facts)}
    names = {"facts": " ".join(known)} if known else {}
    metadata = {**told, **known, **names, **benchmark.metadata_of(metric), "name": name}
    return pyperf.Run(values, metadata=metadata, collect_metadata=False)
