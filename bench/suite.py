"""The result file: visits in, a pyperf suite out, whole on the disk after every visit.

A failed visit is a run of a benchmark of its own, `failures/...`, whose value counts one failure:
so every benchmark has values, and every tool of pyperf reads the file.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyperf

from bench.benchmark import Benchmark, Fact
from bench.errors import UsageError
from bench.plan import Plan, Visit
from bench.provenance import MACHINE, OF_INTERPRETER, of_this_machine, scrubbed

FORMAT = 1
SUFFIX = ".json.gz"
FAILURES = "failures/"

NOISE = frozenset(
    {"date", "duration", "steal_seconds", "load_avg_1min", "mem_max_rss", "command_max_rss",
     "runnable_threads", "cpu_freq", "cpu_temp", "cpu_affinity", "others_seconds", "visit_seconds",
     "stretch_seconds", "stretch_seconds_least"}
)  # fmt: skip
"""What differs between visits and is the same for all numbers of one."""

MUST_AGREE = {
    "plan": "another plan",
    "hopcost_commit": "another commit of hopcost",
    "distributions": "other versions",
    "distributions_with": "other versions",
    "python_version": "another Python",
    "kernel": "another machine",
    "cpu_model_name": "another machine",
    "cpu_count": "another machine",
}
"""What a resumed run must share with its file, and what a difference means."""


@dataclass(slots=True)
class ResultFile:
    """The runs of a result file, by the name of their benchmark.

    Attributes:
        facts: what every run carries: the plan, the project, the environment.
    """

    path: Path
    facts: Mapping[str, Fact]
    benchmarks: dict[str, pyperf.Benchmark] = field(default_factory=dict)

    def add(
        self, visit: Visit, runs: Sequence[pyperf.Run], noise: Mapping[str, Fact] | None = None
    ) -> None:
        """Adds the runs of a visit that succeeded, one a number, and saves.

        What the process told of itself, and `noise` of its surroundings, stands in full on the
        first of them.
        """
        told: set[str] = set()
        for run in runs:
            facts = {**run.get_metadata(), **(noise or {})}
            kept = {name: fact for name, fact in facts.items() if name not in told}
            self._add(visit, run.values, run.warmups, kept)
            told = set(NOISE) & facts.keys()

        self.save()

    def add_failure(self, visit: Visit, kind: str, reason: str) -> None:
        """Adds a visit that failed, and saves; `kind` is crash, timeout or wrong-answer."""
        facts: dict[str, Fact] = {
            **visit.benchmark.metadata_of_failure,
            "name": FAILURES + visit.benchmark.name,
            "unit": "integer",
            "failure": reason,
            "failure_kind": kind,
        }
        self._add(visit, (1,), (), facts)
        self.save()

    def _add(
        self,
        visit: Visit,
        values: tuple[float, ...],
        warm_ups: tuple[tuple[int, float], ...],
        facts: Mapping[str, Fact],
    ) -> None:
        metadata = {
            **scrubbed(facts),
            **self.facts,
            "round": visit.round,
            "position": visit.position,
        }
        run = pyperf.Run(values, warmups=warm_ups, metadata=metadata, collect_metadata=False)
        name = str(metadata["name"])
        if name in self.benchmarks:
            self._add_to(self.benchmarks[name], run)
        else:
            self.benchmarks[name] = pyperf.Benchmark([run])

    def _add_to(self, benchmark: pyperf.Benchmark, run: pyperf.Run) -> None:
        try:
            benchmark.add_run(run)
        except ValueError as error:  # pyperf has facts that it never lets differ, such as `aslr`
            raise UsageError(
                f"{self.path} must come from one machine as it was when it began, this visit does "
                f"not ({error}): set it back and go on with --resume, or begin a new run"
            ) from None

    def save(self) -> None:
        """Writes all of it."""
        save(pyperf.BenchmarkSuite(list(self.benchmarks.values())), self.path)

    def visited(self) -> set[tuple[int, int]]:
        """Round and position of every visit the file holds, failed or not."""
        return {
            (run.get_metadata()["round"], run.get_metadata()["position"])
            for benchmark in self.benchmarks.values()
            for run in benchmark.get_runs()
        }

    def loops(self) -> dict[str, int]:
        """The calibrated loops of each benchmark that has values."""
        return {
            name: benchmark.get_runs()[0].get_loops() for name, benchmark in self.benchmarks.items()
        }


def facts_of(plan: Plan, selection: str, environment: Mapping[str, Fact]) -> dict[str, Fact]:
    """What every run of the file carries, beside what pyperf collects in the worker."""
    facts: dict[str, Fact] = {
        "hopcost_format": FORMAT,
        "plan": plan.digest,
        "selection": selection,
        "seed": plan.seed,
        "rounds": plan.rounds,
        "planned_visits": plan.length,
        **scrubbed(environment),
    }
    if plan.machine.pinned_cpu is not None:
        facts["pinned_cpu"] = plan.machine.pinned_cpu

    return facts


def save(suite: pyperf.BenchmarkSuite, path: Path) -> None:
    """Replaces the file in one step: a reader sees the old one or the new one, whole."""
    partial = path.with_name(f".{path.name.removesuffix(SUFFIX)}.partial{SUFFIX}")
    try:
        suite.dump(str(partial), replace=True)
        with partial.open("rb") as written:
            os.fsync(written.fileno())

        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)  # it takes room where there is none

        raise


def load(path: Path) -> pyperf.BenchmarkSuite:
    """Reads a result file.

    Raises:
        UsageError: it is not there, not readable, cut short, or not one of ours.
    """
    try:
        if path.is_dir():
            raise UsageError(f"a result file is needed, {path} is a directory: name the file in it")

        suite = pyperf.BenchmarkSuite.load(str(path))
        formats = {
            benchmark.get_metadata().get("hopcost_format") for benchmark in suite.get_benchmarks()
        }
    except FileNotFoundError:
        raise UsageError(f"there is no result file {path}: check the name") from None
    except PermissionError:
        raise UsageError(f"the result file {path} may not be read: check its permissions") from None
    except (
        *(OSError, EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, RecursionError),
        *(json.JSONDecodeError, ValueError, KeyError, TypeError, AttributeError, IndexError),
    ) as error:
        raise UsageError(
            f"{path} is not a whole pyperf result file ({type(error).__name__}): "
            "use one that a finished or interrupted run has written"
        ) from None

    if formats != {FORMAT}:
        found = ", ".join(map(str, formats))
        raise UsageError(
            f"{path} must be of hopcost's format {FORMAT}, its format is {found}: "
            "measure again, or use the hopcost that wrote it"
        )

    return suite


def refuse_unlike(path: Path, suite: pyperf.BenchmarkSuite, here: Mapping[str, Fact]) -> None:
    """Raises UsageError where `suite` was begun with other facts than those found `here`."""
    facts = facts_in(suite)
    for fact, meaning in MUST_AGREE.items():
        untold = fact in MACHINE and fact not in facts
        if fact in here and not untold and facts.get(fact) != here[fact]:
            raise UsageError(
                f"a run goes on only where it began, {path} comes from {meaning} "
                f"({fact}: {shortened(facts.get(fact))} there, {shortened(here[fact])} here): "
                "begin a new run"
            )


def refuse_incomparable(path: Path, benchmarks: Collection[Benchmark]) -> None:
    """Raises UsageError unless `path` holds some of these, of this machine and this Python."""
    suite = load(path)
    there, here = facts_in(suite), of_this_machine()
    for fact in MACHINE:
        if fact in there and fact in here and there[fact] != here[fact]:
            raise UsageError(
                f"--compare takes a run of this machine and Python, {path} is of another ({fact}: "
                f"{shortened(there[fact])} there, {shortened(here[fact])} here): set them side by "
                "side with tox -e report -- --data A B --out DIR"
            )

    known = {one.get_metadata().get("benchmark", one.get_name()) for one in suite.get_benchmarks()}
    if known.isdisjoint(one.name for one in benchmarks):
        raise UsageError(
            f"--compare takes a run that measured some of the same, {path} has none of these "
            f"{len(benchmarks)} benchmarks: name another run, or other studies"
        )


def refuse_misplaced(path: Path, suite: pyperf.BenchmarkSuite, plan: Plan) -> None:
    """Raises UsageError unless every run stands where `plan` puts it, and only once."""
    places = {(visit.round, visit.position): visit.benchmark.name for visit in plan.visits()}
    found: set[tuple[object, ...]] = set()
    for benchmark in suite.get_benchmarks():
        for run in benchmark.get_runs():
            facts = run.get_metadata()
            place = (facts.get("round"), facts.get("position"))
            name = str(benchmark.get_name()).removeprefix(FAILURES)
            number = (*place, facts.get("metric") and name)
            if number in found or places.get(place) != facts.get("benchmark", name):
                raise UsageError(
                    f"{path} must hold each visit of its plan once, {benchmark.get_name()} at "
                    f"round {place[0]}, position {place[1]} is not one: begin a new run"
                )

            found.add(number)


def facts_in(suite: pyperf.BenchmarkSuite) -> dict[str, Fact]:
    """All metadata that the suite's benchmarks have in common, or any of them has alone.

    Runs that failed lack what a worker tells of its machine, so no single one has all. What a run
    of another environment says of its Python is no fact of the suite.
    """
    facts: dict[str, Fact] = {}
    for benchmark in suite.get_benchmarks():
        found = benchmark.get_metadata()
        other = OF_INTERPRETER if "environment" in found else ()
        facts = {**{name: fact for name, fact in found.items() if name not in other}, **facts}

    return facts


def shortened(fact: object) -> str:
    """A fact short enough for a sentence."""
    text = str(fact)
    return text if len(text) <= 60 else f"{text[:57]}..."


def refuse_unwritable(path: Path) -> None:
    """Raises UsageError unless a new result file can be made at `path`."""
    if not path.name.endswith(SUFFIX) or path.name == SUFFIX:
        raise UsageError(
            f"a result file's name ends in {SUFFIX}, {path.name!r} does not: rename it"
        )

    try:
        if path.exists():
            raise UsageError(f"{path} exists, and results are never overwritten: name another file")

        path.parent.mkdir(parents=True, exist_ok=True)
        trial = path.with_name(f".{path.name}.trial")
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise UsageError(
            f"{path.parent} must be a directory that can be written to ({error.strerror}): "
            "choose another with --output"
        ) from None
