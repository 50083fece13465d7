"""A run of a tiny plan by the real command, and what must hold of it whatever is done to it."""

from __future__ import annotations

import random
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.beginning import resumed
from bench.machine import this_machine
from bench.options import parser
from bench.provenance import ROOT
from bench.result_file import FAILURES
from bench.suite import load
from bench.visit import VALUES
from tests.commands import started, wait_for

# The last placement is pinned only where there is no other: runs of two workers share no CPU then.
TINY = ("harness", "-k", f"no-op*{this_machine().placements[-1]}")
TRIALS: dict[str, Any] = tomllib.loads((ROOT / "analysis" / "trials.toml").read_text("utf-8"))
UNUSABLE = 2

Saved = dict[tuple[int, int], tuple[float, ...]]


def going(path: Path, rounds: int, prepare: Callable[[], object] = tuple) -> subprocess.Popen[str]:
    """The run, begun, or resumed if its file is there."""
    begin = [*TINY, "--rounds", str(rounds), "--seed", "1", "--output", str(path)]
    arguments = ["--resume", str(path)] if path.exists() else begin

    return started("bench", *arguments, prepare=prepare)


def saved(path: Path) -> Saved:
    """The values in a result file, by round and position; no visit is in it twice, none failed."""
    found: Saved = {}
    for benchmark in load(path).get_benchmarks() if path.exists() else ():
        assert not benchmark.get_name().startswith(FAILURES)
        for run in benchmark.get_runs():
            place = (run.get_metadata()["round"], run.get_metadata()["position"])
            assert place not in found
            found[place] = run.values

    return found


def ends_well(path: Path, rounds: int) -> Saved:
    """Resumes the run undisturbed: it has every visit then, and a report, and leaves no litter."""
    kept = saved(path)
    process = going(path, rounds)
    _, error = process.communicate()

    assert (process.returncode, error) == (0, "")
    whole = saved(path)
    assert sorted(whole) == [(number, 1) for number in range(1, rounds + 1)]
    assert kept.items() <= whole.items()
    report = path.with_name(path.name.removesuffix(".json.gz"))
    assert (report / "REPORT.md").is_file()
    assert sorted(path.parent.iterdir()) == sorted([path, report])
    return whole


def ends_in_a_sentence(process: subprocess.Popen[str]) -> str:
    """Waits for a run that cannot go on; what it says."""
    _, error = process.communicate()

    assert (process.returncode, error.count("\n")) == (UNUSABLE, 1), error
    assert error.startswith("bench: ")
    return error


def lengthened(path: Path, rounds: int) -> None:
    """Begins a run, and makes up its visits but for the last, so that its file is a large one."""
    process = going(path, rounds)
    wait_for(path, process)
    process.kill()
    process.communicate()
    plan, results = resumed(parser().parse_args(["--resume", str(path)]))
    facts = results.benchmarks[plan.benchmarks[0].name].get_runs()[0].get_metadata()
    chance = random.Random(1)
    for visit in list(plan.visits())[len(results.visited()) : -1]:
        values = tuple(chance.uniform(1e-6, 2e-6) for _ in range(VALUES))
        results._add(visit, values, (), facts)

    results.save()
