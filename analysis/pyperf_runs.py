"""Turns the pyperf runs of one benchmark into its row: visits and failures, round by round."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyperf

from analysis.benchmark import SECOND, STUDIES, Benchmark, Counts
from analysis.metadata import LARGEST_COUNT, LARGEST_SECONDS, InputError, Metadata, seconds
from analysis.placement import PLACEMENTS
from analysis.rules import require_parts, require_same
from analysis.visit import Failure, Visit

UNITS = (SECOND, "integer", "byte")
FAILURE_KINDS = ("crash", "timeout", "wrong-answer")
SHORTEST_VALUE = 1e-12

SAME_IN_BENCHMARK = (
    "unit", "study", "subject", "title", "placement", "instrument", "family", "catalogue_position",
    "twin", "ladder", "rung", "above", "minus", "adds", "benchmark", "metric", "factors",
)  # fmt: skip
EXACT_COUNTS = ("hops", "tasks_created", "threads_started")

Run = tuple[Metadata, pyperf.Run]


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
        batches_tried=metadata.optional_integer("batches_tried", least=1),
        batches_counted=metadata.optional_integer("batches_counted", least=1),
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
