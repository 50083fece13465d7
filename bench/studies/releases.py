"""Has the hop become cheaper? The pairs and the hop alone under the releases of other years.

All stacks run under one Python and are timed by one visit, in turns.
"""

from __future__ import annotations

from bench.benchmark import FREE, ONE_CPU, Benchmark
from bench.releases.stacks import PYTHON, STACKS, SUBJECTS, environment_of
from bench.releases.visit import observing

BENCHMARKS = tuple(
    Benchmark(
        study="releases",
        subject="hop",
        title=f"the pairs and the hop under the releases since {STACKS[0]}",
        placement=placement,
        observe=observing,
        headline=True,
        observes=SUBJECTS,
        environment=PYTHON,
        drives=tuple(map(environment_of, STACKS)),
        time_limit_seconds=180.0,
    )
    for placement in (ONE_CPU, FREE)
)
