"""Rounds: from a plan to a result file, one fresh worker process a visit.

Machines drift, so each round visits every benchmark once, in an order of its own, and what is
compared is compared inside a round. Loops are calibrated by a benchmark's first visit and kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyperf

from bench.plan import Plan, Visit
from bench.provenance import ROOT, scrubbed
from bench.suite import FAILURES, ResultFile
from bench.visit import WRONG_ANSWER

TIME_LIMIT_SECONDS = 60.0
INHERITED = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH")
"""Variables a worker keeps; asyncio's and OpenTelemetry's switches are among those left out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a visit has no values; `kind` is crash, timeout or wrong-answer."""

    kind: str
    reason: str


Report = Callable[[Visit, Failure | None], None]
"""Told of every visit when it has been saved."""


def measure(plan: Plan, results: ResultFile, report: Report) -> int:
    """Makes the visits of `plan` that `results` does not hold yet.

    Returns:
        The number of benchmarks that failed in a visit, of this run or an earlier one.
    """
    done = results.visited()
    loops = results.loops()
    for visit in plan.visits():
        if (visit.round, visit.position) in done:
            continue

        name = visit.benchmark.name
        outcome = make(visit, plan, loops.get(name, 0))
        if isinstance(outcome, Failure):
            results.add_failure(visit, outcome.kind, outcome.reason)
            report(visit, outcome)
        else:
            results.add(visit, outcome)
            loops[name] = outcome.get_loops()
            report(visit, None)

    return sum(name.startswith(FAILURES) for name in results.benchmarks)


def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run | Failure:
    """Runs one visit in a process of its own; `loops` 0 has it calibrate."""
    cpus = ",".join(map(str, plan.machine.cpus_of(visit.benchmark.placement)))
    with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
        output = Path(directory) / "visit.json"
        command = [
            *(sys.executable, "-m", "bench.visit", visit.benchmark.name),
            *("--output", str(output), "--loops", str(loops), f"--cpus={cpus}"),
            *("--time-limit", str(TIME_LIMIT_SECONDS)),
        ]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={name: os.environ[name] for name in INHERITED if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=TIME_LIMIT_SECONDS + 5,
                check=False,
                text=True,
                errors="replace",
            )
        except subprocess.TimeoutExpired:
            return Failure("timeout", f"it took longer than {TIME_LIMIT_SECONDS:g} s")

        return read(output) if done.returncode == 0 else failure(done)


def read(output: Path) -> pyperf.Run | Failure:
    """The run that a worker has written."""
    try:
        (run,) = pyperf.Benchmark.load(str(output)).get_runs()
    except (OSError, ValueError) as error:
        return Failure("crash", f"it left no result ({type(error).__name__})")

    return run


def failure(done: subprocess.CompletedProcess[str]) -> Failure:
    """What the exit status and the last line on stderr say."""
    lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    if "Timeout (" in done.stderr:
        return Failure("timeout", f"it took longer than {TIME_LIMIT_SECONDS:g} s")

    kind = "wrong-answer" if done.returncode == WRONG_ANSWER else "crash"
    reason = "".join(letter if letter.isprintable() else " " for letter in lines[-1])
    return Failure(kind, str(scrubbed({"reason": reason})["reason"]))
