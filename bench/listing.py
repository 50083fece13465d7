"""What can be measured, as text: every study, every benchmark, every kind with its hops."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.benchmark import Benchmark
from bench.every_study import STUDIES
from bench.handlers import CATALOGUE, FAMILIES, HandlerKind
from bench.rungs import LADDERS


def listing() -> Iterator[str]:
    """The lines of `--list`."""
    for study, benchmarks in STUDIES.items():
        question = (sys.modules[f"bench.studies.{study}"].__doc__ or "").splitlines()[0]
        yield f"{study}: {question} ({len(benchmarks)} benchmarks)"
        yield from details(study, benchmarks)
        yield ""


def details(study: str, benchmarks: tuple[Benchmark, ...]) -> Iterator[str]:
    """What a study holds: kinds with their hops, rungs with what they add, or names."""
    if study == "handlers":
        yield from catalogue()
    elif study == "hop":
        yield from ladders()
    else:
        for benchmark in benchmarks:
            yield f"  {benchmark.name.partition('/')[2]:<55} {plain(benchmark.title)}"


def catalogue() -> Iterator[str]:
    """Every handler kind with its hops, by family."""
    width = max(map(len, CATALOGUE))
    for family, kinds in FAMILIES.items():
        yield f"  {family}"
        for kind in kinds:
            yield f"    {kind.name:<{width}}  {hops(kind):<7}  {plain(kind.title)}"


def ladders() -> Iterator[str]:
    """Every rung, by ladder, from the bottom."""
    width = max(len(rung.name) for rungs in LADDERS.values() for rung in rungs)
    for ladder, rungs in LADDERS.items():
        yield f"  {ladder}"
        for rung in rungs:
            yield f"    {rung.name:<{width}}  {plain(rung.title)}"


def hops(kind: HandlerKind) -> str:
    """Its hops, with the right noun."""
    return "1 hop" if kind.hops == 1 else f"{kind.hops} hops"


def plain(title: str) -> str:
    """A title without Markdown's marks."""
    return title.replace("`", "")
