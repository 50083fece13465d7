"""What moves the hop? The pairs and the upper rungs, one factor at a time around the default."""

from __future__ import annotations

from collections.abc import Iterator

from bench.benchmark import FREE, ONE_CPU, Benchmark, Fact
from bench.factors.loops import TRIO
from bench.factors.meters import MEASURABLE
from bench.factors.setting import Setting
from bench.factors.subjects import SUBJECTS
from bench.factors.turns import Turns
from bench.factors.visit import observing

AGAIN: dict[str, Fact] = {"control": "again"}
LEVELS: dict[str, tuple[Fact, ...]] = {
    "loop": ("uvloop", "trio"),
    "switch_us": (1000, 100),
    "gc": ("off", "frozen"),
    "sniffio": ("present",),
    "variables": (10, 100),
    "depth": (10, 40),
    "idle": (10, 40),
    "busy": ("python", "hashing"),
}
"""Beside the default; everywhere."""

OF_LINUX: dict[str, tuple[Fact, ...]] = {"slack_ns": (1,)}
ACROSS_CPUS: dict[str, tuple[Fact, ...]] = {
    "threads": ("together", "apart"),
    "neighbour": ("spinning", "awake"),
}
"""What Linux can be asked for, and what says something only where there are several CPUs."""

PRODUCTS: tuple[dict[str, Fact], ...] = tuple(
    {"switch_us": switch_us, "busy": "python"} for switch_us in LEVELS["switch_us"]
)
PYTHONS = {"py311": "3.11", "py312": "3.12", "py313": "3.13", "py314": "3.14", "py314t": "3.14t"}
HANGS_SECONDS = 30.0
"""Of one visit: uvloop without the GIL has been seen to hang."""

FEWER = Turns(number=5, seconds=0.05)
"""Where a single hop may last as long as a turn."""


def benchmark(changed: dict[str, Fact], placement: str) -> Benchmark:
    """All subjects, in turns, under the default setting with these levels in it."""
    setting = Setting.of(changed)
    slow = setting.busy == "python"
    named = [f"{name.removesuffix('_us').removesuffix('_ns')}: {changed[name]}" for name in changed]

    return Benchmark(
        study="factors",
        subject="hop",
        title=f"the pairs and the hop ({', '.join(named) or 'the default'})",
        placement=placement,
        observe=observing(setting, FEWER if slow else None),
        facts=setting.changed,
        factors=tuple(setting.changed),
        headline=not changed,
        observes=SUBJECTS,
        environment=environment_of(setting),
        time_limit_seconds=HANGS_SECONDS,
    )


def environment_of(setting: Setting) -> str:
    """Where it is visited: Trio is in no lock but its own, as `sniffio` comes with it."""
    if setting.loop == TRIO or setting.sniffio == "present":
        return TRIO

    return PYTHONS.get(setting.python, "")


def one_at_a_time(placement: str) -> Iterator[dict[str, Fact]]:
    """The default, the default again, and every level of one factor."""
    yield {}
    yield AGAIN
    across = ACROSS_CPUS if placement == FREE else {}
    for factors in (
        LEVELS,
        {"python": tuple(PYTHONS)},
        *((OF_LINUX, across) if MEASURABLE else ()),
    ):
        for factor, levels in factors.items():
            yield from ({factor: level} for level in levels)


def products() -> Iterator[dict[str, Fact]]:
    """Levels of two factors at once; the product with placement is in every level."""
    yield from PRODUCTS
    yield {"loop": "uvloop", "python": "py314t"}


BENCHMARKS = tuple(
    benchmark(changed, placement)
    for placement in (ONE_CPU, FREE)
    for changed in (*one_at_a_time(placement), *products())
)
