"""Where does a hop's time go? The ladders from a Python call up to a FastAPI endpoint."""

from __future__ import annotations

from bench.benchmark import FREE, ONE_CPU, Benchmark, Fact
from bench.rungs import LADDERS, Rung


def benchmark(ladder: str, position: int, rung: Rung, above: str, placement: str) -> Benchmark:
    """One rung at its place in its ladder."""
    comparison = {"adds": rung.adds, "minus": rung.minus, "above": above}
    facts: dict[str, Fact] = {
        "ladder": ladder,
        "rung": position,
        **{fact: value for fact, value in comparison.items() if value},
    }

    return Benchmark(
        study="hop",
        subject=rung.name,
        title=rung.title,
        placement=placement,
        prepare=rung.prepare,
        facts=facts,
        headline=rung.headline and (placement == ONE_CPU or rung.crosses_threads),
        unit=rung.unit,
    )


def below(rungs: tuple[Rung, ...], position: int) -> str:
    """The rung that the one at `position` (from 1) is compared with; empty for the lowest."""
    return rungs[position - 1].above or (rungs[position - 2].name if position > 1 else "")


BENCHMARKS = tuple(
    benchmark(ladder, position, rung, below(rungs, position) if rung.adds else "", placement)
    for placement in (ONE_CPU, FREE)
    for ladder, rungs in LADDERS.items()
    for position, rung in enumerate(rungs, 1)
    if placement == ONE_CPU or not rung.one_cpu_only
)
