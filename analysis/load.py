"""Turns a result file into frozen rows, and trusts nothing in it: what breaks a rule is refused."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyperf

from analysis.benchmark import SECOND, Benchmark, Key
from analysis.metadata import InputError
from analysis.provenance import provenance
from analysis.pyperf_runs import benchmark_row, is_visit, runs_with_metadata
from analysis.pyperf_warnings import warnings_of
from analysis.rows import Rows
from analysis.rules import (
    own,
    require_format,
    require_one_origin,
    require_single_rounds,
    require_unique_positions,
)
from analysis.suite import parse, read_bytes, unpack


def load(path: Path) -> Rows:
    """Read one result file.

    Raises:
        InputError: the file cannot be read or breaks the format; one sentence says how.
    """
    content = read_bytes(path)
    suite = parse(path, unpack(path, content))
    runs_of = [runs_with_metadata(path, benchmark) for benchmark in suite.get_benchmarks()]
    metadata = [found for runs in runs_of for found, _ in runs]
    require_format(path, metadata[0])
    timed = [found for runs in runs_of for found, run in runs if is_visit(found, run)]

    if not timed:
        raise InputError(f"{path} holds no rounds, as not one visit succeeded: measure again")

    require_one_origin(path, timed, metadata)
    pairs = zip(suite.get_benchmarks(), runs_of, strict=True)
    benchmarks = joined(path, [checked(one, benchmark_row(runs)) for one, runs in pairs])
    require_unique_positions(path, benchmarks)

    return Rows(provenance(own(timed), hashlib.sha256(content).hexdigest()), benchmarks)


def checked(benchmark: pyperf.Benchmark, row: Benchmark) -> Benchmark:
    """Add what pyperf says of a benchmark that it has timed: one without a metric."""
    if not row.visits or row.unit != SECOND or row.metric is not None:
        return row

    try:
        return replace(row, warnings=warnings_of(benchmark))
    except Exception as error:  # pyperf trusts what it reads, so any type may come out of it
        raise InputError(
            f"{row.name!r} must be such that pyperf can check it, but it cannot "
            f"({type(error).__name__}): measure again"
        ) from None


def joined(path: Path, found: Sequence[Benchmark]) -> tuple[Benchmark, ...]:
    """Give failures, which may stand in a benchmark of their own, to the benchmark they are of."""
    rows: dict[Key, Benchmark] = {}
    bases: dict[str, Key] = {}

    for row in sorted(found, key=lambda row: not row.visits):
        key = row.key if row.visits else bases.get(failed_base(row), row.key)
        known = rows.setdefault(key, row)
        bases.setdefault(row.visited, key)

        if known is not row and row.visits:
            raise InputError(
                f"{path} must have one benchmark per study, subject and factors, but {row.name!r} "
                f"and {known.name!r} are the same: measure again"
            )

        if known is not row:
            failures = tuple(replace(one, benchmark=known.visited) for one in row.failures)
            rows[key] = replace(known, failures=known.failures + failures)

    for row in rows.values():
        require_single_rounds(path, row)

    return tuple(rows.values())


def failed_base(row: Benchmark) -> str:
    """Name what was visited in vain."""
    return row.name.removeprefix("failures/")
