"""The beginning of a run: from options to a plan and its result file, new or half full."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bench import beside, provenance
from bench.agreement import refuse_incomparable, refuse_misplaced, refuse_unlike
from bench.alone import alone
from bench.benchmark import Benchmark, Fact
from bench.calm import shortest_stretch
from bench.environments import equipped
from bench.errors import UsageError
from bench.machine import this_machine
from bench.options import as_text, from_text, parser, usual_rounds
from bench.plan import Plan
from bench.result_file import CALM, ResultFile, facts_of
from bench.selection import Selection, selected
from bench.suite import SUFFIX, facts_in, load, refuse_unwritable

OUT = provenance.ROOT / "out"

UNREADABLE_PLAN = (
    *(KeyError, TypeError, ValueError, OverflowError),
    *(argparse.ArgumentError, SystemExit),  # before Python 3.13 a parser may still exit
)


@contextlib.contextmanager
def planned(options: argparse.Namespace) -> Iterator[tuple[Plan, ResultFile]]:
    """The plan, and its result file, which no other run writes meanwhile."""
    if options.resume:
        with alone(options.resume):
            yield resumed(options)
    else:
        plan, results = begun(options)
        with alone(results.path):
            refuse_unwritable(results.path)  # another run may have just begun and ended it
            yield plan, results


def begun(options: argparse.Namespace) -> tuple[Plan, ResultFile]:
    """A new plan and its empty result file."""
    selection = Selection(tuple(options.studies), options.pattern, options.fast, calm=options.calm)
    rounds = usual_rounds(selection) if options.rounds is None else options.rounds
    if rounds < 1:
        raise UsageError(f"--rounds must be 1 or more, not {rounds}: give a larger number")

    if options.seed is not None and options.seed < 0:
        raise UsageError(f"--seed must be 0 or more, not {options.seed}: give a larger number")

    machine = this_machine(options.cpu)
    chosen = selected(selection, machine.placements)
    if options.compare:
        refuse_incomparable(options.compare, chosen, calm=selection.calm)

    seed = int(time.time()) if options.seed is None else options.seed
    path = options.output or OUT / f"{time.strftime('%Y-%m-%dT%H%M%S')}{SUFFIX}"
    refuse_unwritable(path)
    if options.versions:
        selection = replace(selection, versions=beside.named(options.versions, said))
        chosen = selected(selection, machine.placements)
        beside.require_doubled(chosen, selection.versions)

    visited = ready(chosen, selection)
    plan = Plan(visited, rounds, seed, machine, undisturbed() if selection.calm else 0.0)
    return plan, ResultFile(path, facts_of(plan, as_text(selection), of_environments(selection)))


def resumed(options: argparse.Namespace) -> tuple[Plan, ResultFile]:
    """The plan and the runs of an earlier result file, once everything agrees."""
    path = options.resume
    compared = ["--compare", str(options.compare)] if options.compare else []
    if options != parser().parse_args(["--resume", str(path), *compared]):
        raise UsageError(
            "--resume takes everything from its file: leave out all other options but --compare"
        )

    suite = load(path)
    facts = facts_in(suite)
    try:
        plan = plan_of(facts)
    except UNREADABLE_PLAN as error:
        raise UsageError(f"{path} does not hold its plan ({error}): begin a new run") from None

    selection = from_text(str(facts["selection"]))
    if options.compare:
        refuse_incomparable(options.compare, plan.benchmarks, calm=selection.calm)

    here = facts_of(plan, str(facts["selection"]), of_environments(selection))
    refuse_unlike(path, suite, {**here, **provenance.of_this_machine()})
    refuse_misplaced(path, suite, plan)
    benchmarks = {benchmark.get_name(): benchmark for benchmark in suite.get_benchmarks()}
    return plan, ResultFile(path, here, benchmarks)


def plan_of(facts: Mapping[str, Fact]) -> Plan:
    """The plan a result file was begun with."""
    selection = from_text(str(facts["selection"]))
    cpu = facts.get("pinned_cpu")
    machine = this_machine(None if cpu is None else int(cpu))
    benchmarks = ready(selected(selection, machine.placements), selection)
    calm = float(facts.get(CALM, 0.0))
    return Plan(benchmarks, int(facts["rounds"]), int(facts["seed"]), machine, calm)


def ready(chosen: tuple[Benchmark, ...], selection: Selection) -> tuple[Benchmark, ...]:
    """Those of the benchmarks that can be visited, once their environments are made.

    Raises:
        UsageError: none with the versions asked for.
    """
    visited = beside.importable(equipped(chosen, said), said)
    beside.require_any(visited, selection.versions)
    return visited


def undisturbed() -> float:
    """Seconds of a stretch in a calm moment, after a word of why nothing happens yet."""
    said("calm moments only: some seconds to find how fast this CPU is while it is its own")
    return shortest_stretch()


def of_environments(selection: Selection) -> dict[str, Fact]:
    """What the result file says of the versions here, and of those it is measured with too."""
    return {**provenance.of_this_environment(), **beside.facts_of(selection.versions)}


def said(line: str) -> None:
    """Prints a line before there is a run to print of."""
    print(line, file=sys.stderr, flush=True)
