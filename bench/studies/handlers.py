"""What does each handler kind cost? Every kind of the catalogue, to be compared with its twin."""

from __future__ import annotations

from bench.benchmark import FREE, ONE_CPU, Benchmark, Fact
from bench.handlers import CATALOGUE, FAMILIES, HandlerKind
from bench.timing import requests

ON_FREE_TOO = ("def", "async-def", "def-model", "async-def-model")
HEADLINES = (*ON_FREE_TOO, "def-deps-1", "async-deps-1", "def-deps-4", "async-deps-4")

POSITIONS = {name: position for position, name in enumerate(CATALOGUE, 1)}


def benchmark(family: str, kind: HandlerKind, placement: str) -> Benchmark:
    """Requests to one kind, through the exchange."""
    facts: dict[str, Fact] = {"family": family, "catalogue_position": POSITIONS[kind.name]}
    if kind.twin:
        facts["twin"] = kind.twin

    return Benchmark(
        study="handlers",
        subject=kind.name,
        title=kind.title,
        placement=placement,
        prepare=requests(kind),
        facts=facts,
        headline=kind.name in HEADLINES,
    )


BENCHMARKS = tuple(
    benchmark(family, kind, placement)
    for placement in (ONE_CPU, FREE)
    for family, kinds in FAMILIES.items()
    for kind in kinds
    if placement == ONE_CPU or kind.name in ON_FREE_TOO
)
