"""Turns a result file into frozen rows; all knowledge of the format is here, and no trust."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyperf

from analysis.benchmark import SECOND, Benchmark, Counts, Key
from analysis.metadata import LARGEST_COUNT, LARGEST_SECONDS, InputError, Metadata, seconds
from analysis.placement import PLACEMENTS
from analysis.pyperf_warnings import warnings_of
from analysis.rows import Provenance, Rows
from analysis.rules import (
    MACHINE_FACTS,
    own,
    require_format,
    require_one_origin,
    require_parts,
    require_same,
    require_single_rounds,
    require_unique_positions,
)
from analysis.suite import parse, read_bytes, unpack
from analysis.visit import Failure, Visit

UNITS = (SECOND, "integer", "byte")
STUDIES = (
    "harness",
    "handlers",
    "hop",
    "factors",
    "releases",
    "concurrency",
    "work",
    "server",
    "remedies",
)
FAILURE_KINDS = ("crash", "timeout", "wrong-answer")
SHORTEST_VALUE = 1e-12
DISTRIBUTIONS_WITH = "distributions_with"

SAME_IN_BENCHMARK = (
    "unit", "study", "subject", "title", "placement", "instrument", "family", "catalogue_position",
    "twin", "ladder", "rung", "above", "minus", "adds", "benchmark", "metric", "factors",
)  # fmt: skip
EXACT_COUNTS = ("hops", "tasks_created", "threads_started")

Run = tuple[Metadata, pyperf.Run]


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


def runs_with_metadata(path: Path, benchmark: pyperf.Benchmark) -> list[Run]:
    """Pair the runs of a benchmark, each with its metadata (what pyperf hoisted included)."""
    place = f"{path}: {benchmark.get_name()!r}"

    return [(Metadata(place, run.get_metadata()), run) for run in benchmark.get_runs()]


def is_visit(metadata: Metadata, run: pyperf.Run) -> bool:
    """Tell a visit that succeeded from a failed one, whose only value may be a count of 1."""
    return bool(run.values) and "failure" not in metadata.values


def benchmark_row(runs: Sequence[Run]) -> Benchmark:
    """Turn runs that agree on what they measured, each in its own round, into one benchmark."""
    every = [metadata for metadata, _ in runs]
    first = every[0]
    require_same(every, SAME_IN_BENCHMARK, f"{first.place} must be one benchmark")
    measured = [(metadata, run) for metadata, run in runs if is_visit(metadata, run)]
    require_same(
        [metadata for metadata, _ in measured],
        EXACT_COUNTS,
        f"{first.place} must have exact counts",
    )
    factors = first.names("factors")
    require_same(every, factors, f"{first.place} must be one benchmark")
    visits = tuple(visit(metadata, run) for metadata, run in measured)
    failures = tuple(filter(None, (failure(metadata, run) for metadata, run in runs)))

    row = Benchmark(
        name=first.text("name"),
        study=first.text("study", STUDIES),
        subject=first.text("subject"),
        title=first.text("title"),
        placement=first.text("placement", PLACEMENTS),
        unit=first.text("unit", UNITS),
        counts=counts(measured[0][0] if measured else first, visits),
        instrument=first.optional_text("instrument"),
        family=first.optional_text("family"),
        catalogue_position=first.optional_integer("catalogue_position", least=0),
        twin=first.optional_text("twin"),
        ladder=first.optional_text("ladder"),
        rung=first.optional_integer("rung", least=0),
        above=first.optional_text("above"),
        minus=first.optional_text("minus"),
        adds=first.optional_text("adds"),
        visits=tuple(sorted(visits, key=lambda one: one.round)),
        failures=failures,
        metric=first.optional_text("metric"),
        factors=tuple((name, first.fact(name)) for name in factors),
        base=first.optional_text("benchmark") or "",
    )
    require_parts(first.place, row)

    return row


def counts(metadata: Metadata, visits: Sequence[Visit]) -> Counts:
    """Give the counts of one visit, with the passes that most visits have."""
    passes = Counter(one.loop_passes for one in visits).most_common(1)

    return Counts(
        hops=metadata.optional_integer("hops", least=0),
        loop_passes=passes[0][0] if passes else None,
        tasks_created=metadata.optional_integer("tasks_created", least=0),
        threads_started=metadata.optional_integer("threads_started", least=0),
    )


def visit(metadata: Metadata, run: pyperf.Run) -> Visit:
    """Turn a run with values into a visit."""
    unit = metadata.text("unit", UNITS)
    most = LARGEST_SECONDS if unit == SECOND else LARGEST_COUNT

    return Visit(
        round=metadata.integer("round", least=1),
        position=metadata.integer("position", least=1),
        loops=metadata.integer("loops", least=1) if "loops" in metadata.values else 1,
        values=tuple(
            seconds(value, f"{metadata.place} has a value", SHORTEST_VALUE, most)
            for value in run.values
        ),
        duration_seconds=metadata.optional_seconds("duration"),
        steal_seconds=metadata.optional_seconds("steal_seconds"),
        loop_passes=metadata.optional_integer("loop_passes", least=0),
        facts={name: metadata.fact(name) for name in metadata.names("facts")},
        others_seconds=metadata.optional_seconds("others_seconds"),
        whole_seconds=metadata.optional_seconds("visit_seconds"),
        load_average=metadata.optional_seconds("load_avg_1min"),
        stretch_seconds=metadata.optional_seconds("stretch_seconds"),
        stretch_seconds_least=metadata.optional_seconds("stretch_seconds_least"),
    )


def failure(metadata: Metadata, run: pyperf.Run) -> Failure | None:
    """Turn a run that says why it failed into a failure; visits and calibrations into None."""
    if is_visit(metadata, run):
        return None

    if "failure" not in metadata.values:
        if "calibrate_loops" in metadata.values:
            return None

        raise InputError(
            f"{metadata.place} has a run without values that is neither a calibration nor a "
            "failure: measure again"
        )

    if run.values not in ((), (1,)):
        raise InputError(f"{metadata.place} has a failed run with values: measure again")

    return Failure(
        benchmark=metadata.text("name").removeprefix("failures/"),
        round=metadata.integer("round", least=1),
        position=metadata.integer("position", least=1),
        kind=metadata.text("failure_kind", FAILURE_KINDS),
        reason=metadata.text("failure"),
    )


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


def provenance(metadata: Sequence[Metadata], data_sha256: str) -> Provenance:
    """Gather machine, versions and dates, the same for every run (`load` has checked that)."""
    first = metadata[0]
    dates = sorted(filter(None, (date(one) for one in metadata)))

    return Provenance(
        version=first.text("hopcost_version"),
        commit=first.text("hopcost_commit"),
        plan=first.text("plan"),
        seed=first.integer("seed", least=0),
        rounds_planned=first.integer("rounds", least=1),
        cpu_count=first.optional_integer("cpu_count", least=1),
        pinned_cpu=first.optional_integer("pinned_cpu", least=0),
        facts=tuple(fact(first, name) for name in MACHINE_FACTS if name in first.values),
        distributions=distributions(first, "distributions"),
        distributions_with=distributions(first, DISTRIBUTIONS_WITH),
        first_date=dates[0] if dates else None,
        last_date=dates[-1] if dates else None,
        data_sha256=data_sha256,
    )


def date(metadata: Metadata) -> str | None:
    """Give the day and minute of a run, as pyperf wrote it."""
    found = metadata.optional_text("date")

    if found is None:
        return None

    try:
        return dt.datetime.fromisoformat(found).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        raise InputError(f"{metadata.place} must have an ISO date, but has {found!r}") from None


def fact(metadata: Metadata, name: str) -> tuple[str, str]:
    """Give one fact as text; numbers are shown as they were written."""
    found = metadata.values[name]

    if isinstance(found, str):
        return name, metadata.text(name)

    return name, f"{seconds(found, f'{metadata.place} has {name!r}', least=0.0):g}"


def distributions(metadata: Metadata, fact: str) -> tuple[tuple[str, str], ...]:
    """Split names and versions of everything installed in a measured environment."""
    if fact == DISTRIBUTIONS_WITH and fact not in metadata.values:
        return ()

    pairs = [item.partition("==") for item in metadata.text(fact).split()]

    if not all(name and version for name, _, version in pairs):
        raise InputError(f"{metadata.place} must have {fact!r} as name==version, not so")

    return tuple((name, version) for name, _, version in pairs)
