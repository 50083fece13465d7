"""A selection: from what was asked for to the benchmarks that a run visits."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bench import beside
from bench.benchmark import Benchmark
from bench.errors import UsageError
from bench.every_study import BENCHMARKS, STUDIES
from bench.programs import absent, left_out
from bench.studies import DEFAULT

ALL = "all"

COMPANIONS = ("twin", "minus")
"""Facts that name another subject of the study, without which a benchmark says nothing."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for.

    Attributes:
        studies: the default ones, if none.
        pattern: that names hold.
        fast: headlines only.
        versions: with which everything is visited once more, beside the locked ones; may be empty.
        calm: only moments count in which no other guest of the host slows the CPU down.
    """

    studies: tuple[str, ...] = ()
    pattern: str = ""
    fast: bool = False
    versions: str = ""
    calm: bool = False


def wanted(selection: Selection, placements: Collection[str]) -> list[Benchmark]:
    """The benchmarks asked for, whether or not this machine has the programs they need.

    Raises:
        UsageError: a study is unknown, or nothing matches.
    """
    for study in selection.studies:
        if study not in (*STUDIES, ALL):
            raise UsageError(f"a study is one of {', '.join(STUDIES)}, or {ALL}, not {study!r}")

    studies = tuple(STUDIES) if ALL in selection.studies else selection.studies or DEFAULT
    chosen = [
        benchmark
        for benchmark in BENCHMARKS.values()
        if benchmark.study in studies
        and benchmark.placement in placements
        and (benchmark.headline or not selection.fast)
        and (selection.pattern or not benchmark.on_request)
        and matches(selection.pattern, benchmark.name)
    ]
    if not chosen:
        raise UsageError(
            f"no benchmark of {', '.join(studies)} matches {selection.pattern!r}: see --list"
        )

    return chosen


def selected(selection: Selection, placements: Collection[str]) -> tuple[Benchmark, ...]:
    """Those of the benchmarks asked for that this machine has the programs for.

    Those they are compared with are added; all are in catalogue order, and then all of them once
    more with other versions, if such are asked for.

    Raises:
        UsageError: a study is unknown, or nothing is left.
    """
    chosen = wanted(selection, placements)
    present = [benchmark for benchmark in chosen if not absent(benchmark)]
    if not present:
        raise UsageError(" ".join(left_out(chosen)))

    if selection.calm:
        require_pausable(present)

    return beside.doubled(with_companions(present), selection.versions)


def require_pausable(chosen: Sequence[Benchmark]) -> None:
    """Raises UsageError if one makes a load of its own, which cannot wait for a calm moment."""
    loads = [benchmark.name for benchmark in chosen if benchmark.observe]
    if loads:
        raise UsageError(
            f"--calm takes what is timed loop by loop and can wait, {loads[0]} makes a load of its "
            "own: leave out --calm, or select others (see --list)"
        )


def matches(pattern: str, name: str) -> bool:
    """Whether `name` contains `pattern`, which may hold the wildcards `*` and `?`."""
    return fnmatch.fnmatchcase(name, f"*{pattern}*")


def with_companions(chosen: Sequence[Benchmark]) -> tuple[Benchmark, ...]:
    """Adds the twins and subtrahends of `chosen`."""
    wanted = {
        (benchmark.study, benchmark.placement, benchmark.facts[fact])
        for benchmark in chosen
        for fact in COMPANIONS
        if fact in benchmark.facts
    }
    names = {benchmark.name for benchmark in chosen}
    return tuple(
        benchmark
        for benchmark in BENCHMARKS.values()
        if benchmark.name in names
        or (benchmark.study, benchmark.placement, benchmark.subject) in wanted
    )
