"""Rounds: from a plan to a result file, one fresh worker process a visit.

Machines drift, so each round visits every benchmark once, in an order of its own, and what is
compared is compared inside a round. Loops are calibrated by a benchmark's first visit and kept.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyperf

from bench.environments import python_of
from bench.noise import seconds_of_others
from bench.plan import Plan, Visit
from bench.provenance import ROOT, scrubbed
from bench.result_file import FAILURES, ResultFile
from bench.visit import NO_ROOM, WRONG_ANSWER

GRACE_SECONDS = 5.0
INHERITED = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
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
        start, others = time.perf_counter(), seconds_of_others()
        outcome = make(visit, plan, loops.get(name, 0))
        noise = {
            "others_seconds": max(0.0, round(seconds_of_others() - others, 6)),
            "visit_seconds": time.perf_counter() - start,
        }
        if isinstance(outcome, Failure):
            results.add_failure(visit, outcome.kind, outcome.reason)
            report(visit, outcome)
        else:
            results.add(visit, outcome, noise)
            loops.update((run.get_metadata()["name"], run.get_loops()) for run in outcome)
            report(visit, None)

    return sum(name.startswith(FAILURES) for name in results.benchmarks)


def make(visit: Visit, plan: Plan, loops: int) -> tuple[pyperf.Run, ...] | Failure:
    """Runs one visit in a process of its own; `loops` 0 has it calibrate.

    Raises:
        OSError: the disk of temporary files has no room, which is no fault of the benchmark.
    """
    limit = visit.benchmark.time_limit_seconds
    with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
        output = Path(directory) / "visit.json"
        benchmark = visit.benchmark
        command = [
            *(python_of(benchmark), "-m", "bench.visit", benchmark.with_versions("").name),
            *("--output", str(output), "--loops", str(loops), f"--with={benchmark.versions}"),
            f"--cpus={listed(plan.machine.cpus_of(benchmark.placement))}",
            f"--all-cpus={listed(plan.machine.cpus)}",
            *("--seed", str(plan.seed_of(visit.round)), "--time-limit", str(limit)),
            f"--calm={plan.calm_stretch_seconds!r}",
            f"--parent={os.getpid()}",
        ]
        status, complaint = run(command, limit + GRACE_SECONDS, directory)
        if status == 0:
            return read(output)

        if status == NO_ROOM:
            raise OSError(errno.ENOSPC, complaint.strip() or os.strerror(errno.ENOSPC), directory)

        return failure(status, complaint, limit)


def run(command: list[str], seconds: float, directory: str) -> tuple[int | None, str]:
    """Runs a worker, and ends whatever it has started; its status (None: too late) and stderr."""
    complaint = Path(directory) / "stderr"
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with complaint.open("wb") as stderr:
        worker = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, "TMPDIR": directory},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )

    status: int | None = None
    try:
        status = worker.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end_group(worker)

    return status, complaint.read_text(errors="replace")


def end_group(worker: subprocess.Popen[bytes]) -> None:
    """Ends a worker and all processes it has started, which are of its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)

    worker.wait()


def listed(cpus: tuple[int, ...]) -> str:
    """CPUs as an argument."""
    return ",".join(map(str, cpus))


def read(output: Path) -> tuple[pyperf.Run, ...] | Failure:
    """The runs that a worker has written, one a number."""
    try:
        suite = pyperf.BenchmarkSuite.load(str(output))
        return tuple(run for benchmark in suite for run in benchmark.get_runs())
    except (OSError, ValueError) as error:
        return Failure("crash", f"it left no result ({type(error).__name__})")


def failure(status: int | None, complaint: str, limit: float) -> Failure:
    """What the exit status and the last line on stderr say."""
    lines = complaint.strip().splitlines() or [f"exit status {status}"]
    if status is None or "Timeout (" in complaint:
        return Failure("timeout", f"it took longer than {limit:g} s")

    kind = "wrong-answer" if status == WRONG_ANSWER else "crash"
    reason = "".join(letter if letter.isprintable() else " " for letter in lines[-1])
    return Failure(kind, str(scrubbed({"reason": reason})["reason"]))
