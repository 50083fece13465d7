"""The result file: visits in, runs of a pyperf suite out, whole on the disk after every visit.

A failed visit is a run of a benchmark of its own, `failures/...`, whose value counts one failure:
so every benchmark has values, and every tool of pyperf reads the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyperf

from bench.benchmark import Fact
from bench.errors import UsageError
from bench.plan import Plan, Visit
from bench.provenance import scrubbed
from bench.suite import FORMAT, save

FAILURES = "failures/"
CALM = "calm_stretch_seconds"
"""The fact of a run that is timed in calm moments only."""

NOISE = frozenset(
    {"date", "duration", "steal_seconds", "load_avg_1min", "mem_max_rss", "command_max_rss",
     "runnable_threads", "cpu_freq", "cpu_temp", "cpu_affinity", "others_seconds", "visit_seconds",
     "stretch_seconds", "stretch_seconds_least"}
)  # fmt: skip
"""What differs between visits and is the same for all numbers of one."""


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

    if plan.calm_stretch_seconds:
        facts[CALM] = plan.calm_stretch_seconds

    return facts
