"""Has the hop become cheaper? The pairs and the bare hop under the releases of other years.

All stacks run under one Python, and in one run: a visit times all subjects of a stack in turns.
"""

from __future__ import annotations

from bench.benchmark import FREE, ONE_CPU, Benchmark, Fact
from bench.releases.stacks import LOCKED, STACKS, environment_of
from bench.releases.visit import SUBJECTS, observing

AGAIN: dict[str, Fact] = {"stack": LOCKED, "control": "again"}


def benchmark(levels: dict[str, Fact], placement: str) -> Benchmark:
    """All subjects, in turns, under the releases of one stack."""
    stack = str(levels["stack"])
    again = ", once more" if "control" in levels else ""
    title = "the locked releases" if stack == LOCKED else f"the releases of {stack}"

    return Benchmark(
        study="releases",
        subject="hop",
        title=f"the pairs and the hop under {title}{again}",
        placement=placement,
        observe=observing,
        facts=levels,
        factors=tuple(levels),
        headline=stack in (STACKS[0], LOCKED),
        observes=SUBJECTS,
        environment=environment_of(stack),
    )


UNDER: tuple[dict[str, Fact], ...] = tuple({"stack": stack} for stack in STACKS)
LEVELS = (*UNDER, AGAIN)
BENCHMARKS = tuple(
    benchmark(levels, placement) for placement in (ONE_CPU, FREE) for levels in LEVELS
)
