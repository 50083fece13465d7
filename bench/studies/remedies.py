"""What could you do instead? Other ways to run the same sync code, and the hop with steps left out.

All that is compared is measured within one visit, in turns. A user's remedies are apps of their
own; a maintainer's are patches of AnyIO and FastAPI that hold only during the turns of their own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.benchmark import AGAIN, FREE, ONE_CPU, Benchmark, Fact, Observe
from bench.handlers import CATALOGUE
from bench.remedies.futex import futex
from bench.remedies.groups import GROUPS
from bench.remedies.variants import FUSED, VARIANTS
from bench.remedies.visits import FLOOR, HOP, floor, remedies, variants

IN_FLIGHT = (1, 100)
PLACEMENTS = (ONE_CPU, FREE)
TARGETS = (HOP, "def", "def-model")
MODEL = "def-model"


def benchmark(
    subject: str,
    title: str,
    placement: str,
    observe: Observe,
    *,
    observes: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    headline: bool = False,
    **factors: Fact,
) -> Benchmark:
    """One visit of the study."""
    return Benchmark(
        study="remedies",
        subject=subject,
        title=title,
        placement=placement,
        observe=observe,
        facts=factors,
        factors=tuple(factors),
        headline=headline,
        observes=observes,
        needs=needs,
    )


def of_users(placement: str, in_flight: int) -> Iterator[Benchmark]:
    """The groups of remedies for those who write endpoints."""
    for name, group in GROUPS.items():
        default = group[0]
        title = f"{default.title}, and what can be done instead, {in_flight} in flight"
        observe = remedies(group, in_flight)
        names = (*(remedy.name for remedy in group), default.name + AGAIN)
        headline = name == "endpoint" and in_flight == 1
        yield benchmark(
            name, title, placement, observe, observes=names, headline=headline, in_flight=in_flight
        )


def of_maintainers(placement: str, in_flight: int) -> Iterator[Benchmark]:
    """The variants of the hop, alone and inside an endpoint."""
    for target in TARGETS:
        if (target, placement) == (MODEL, FREE) and in_flight > 1:
            continue  # it is the longest visit, and says what `def` says

        found = [one for one in VARIANTS.values() if target == MODEL or one is not FUSED]
        what = "the hop alone" if target == HOP else CATALOGUE[target].title
        title = f"{what}, as installed and with steps left out, {in_flight} in flight"
        observe = variants(target, found, in_flight)
        headline = target != MODEL and in_flight == 1
        subject = f"patched-{target}"
        yield benchmark(subject, title, placement, observe, headline=headline, in_flight=in_flight)


def floors(placement: str) -> Iterator[Benchmark]:
    """The least that CPython, and C, can do."""
    title = "the leanest ways to a thread and back"
    yield benchmark("floor", title, placement, floor(), observes=FLOOR, headline=True)
    if sys.platform == "linux":
        title = "two threads and a pair of futexes, in C"
        yield benchmark("futex-pair", title, placement, futex, needs=("cc",), headline=True)


BENCHMARKS = tuple(
    one
    for placement in PLACEMENTS
    for found in (
        *(of_users(placement, in_flight) for in_flight in IN_FLIGHT),
        *(of_maintainers(placement, in_flight) for in_flight in IN_FLIGHT),
        floors(placement),
    )
    for one in found
)
