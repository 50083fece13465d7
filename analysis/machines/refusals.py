"""Turns what cannot stand side by side into one sentence each."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from analysis.benchmark import SECOND, Key
from analysis.machines.headlines import Group
from analysis.metadata import InputError
from analysis.rows import Rows

Timings = Mapping[tuple[Key, int], tuple[float, ...]]


def require_distinct(paths: Sequence[Path], every: Sequence[Rows]) -> None:
    """Refuse a run that is named twice, be it as a copy or as an earlier state of itself."""
    timings = [timings_of(rows) for rows in every]

    for (one, here), (other, there) in combinations(zip(paths, timings, strict=True), 2):
        if is_same_run(here, there):
            raise InputError(f"{one} and {other} hold the same run: name each run once")


def timings_of(rows: Rows) -> Timings:
    """Give the times of every visit, by benchmark and round."""
    return {
        (row.key, visit.round): visit.values
        for row in rows.benchmarks
        if row.unit == SECOND
        for visit in row.visits
    }


def is_same_run(here: Timings, there: Timings) -> bool:
    """Compare to the last digit: a coarse clock may make one visit equal by chance, not most."""
    shared = here.keys() & there.keys()

    return 2 * sum(here[place] == there[place] for place in shared) > len(shared)


def require_comparable(paths: Sequence[Path], groups: Sequence[Group]) -> None:
    """Refuse a file of which nothing can stand beside another one."""
    lines = [line for group in groups for line in group.headlines]

    for at, path in enumerate(paths):
        if all(line.values[at] is None for line in lines):
            raise InputError(
                f"{path} has no headline benchmark in common with another of these files "
                "(`def` and `async-def`, or handler kinds, in one placement): "
                "measure it with `tox -e bench`, or leave it out"
            )
