"""One visit: a fresh process that prepares one benchmark, checks it, times it with pyperf.

`python -m bench.visit NAME --output FILE [--loops N] [--cpus 0,1]`: a pyperf worker.
Without --loops it calibrates first. A benchmark that observes makes its own load instead, and
gives all its numbers at once. Exit status, with the reason on stderr: 3 a wrong answer, 4 no room
for the file.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import faulthandler
import os
import signal
import sys
import warnings
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NoReturn

import psutil
import pyperf

from bench.benchmark import TIME_LIMIT_SECONDS, Benchmark, Fact, Surroundings
from bench.calm import Calm
from bench.correctness import WrongAnswerError
from bench.noise import Noise
from bench.observed import observed
from bench.pace import at_once
from bench.provenance import of_this_process
from bench.studies import benchmark_of
from bench.timing import calibrate

VALUES = 3
WARM_UPS = 1
WRONG_ANSWER = 3
NO_ROOM = 4
PR_SET_PDEATHSIG = 1
"""Of Linux: the signal that a process gets when its parent ends."""


def main(arguments: list[str]) -> int:
    """Makes the visit; its exit status."""
    options = parsed(arguments)
    faulthandler.dump_traceback_later(options.time_limit, exit=True)
    warnings.simplefilter("ignore")
    if options.parent and sys.platform == "linux":
        end_with(options.parent)

    if options.cpus:
        psutil.Process().cpu_affinity(list(numbers(options.cpus)))

    benchmark = benchmark_of(options.name).with_versions(options.versions)
    loop = asyncio.new_event_loop()
    about = of_this_process(loop)
    try:
        refuse_debugging(loop)
        if benchmark.observe is None:
            result = timed(benchmark, loop, options, about)
        else:
            surroundings = Surroundings(
                options.seed, numbers(options.cpus), numbers(options.all_cpus)
            )
            result = observed(benchmark, surroundings, about)
    except WrongAnswerError as error:
        print(error, file=sys.stderr)
        return WRONG_ANSWER

    try:
        result.dump(str(options.output))
    except OSError as error:
        with contextlib.suppress(OSError):
            print(error.strerror, file=sys.stderr)

        leave(NO_ROOM)

    return leave()


def parsed(arguments: list[str]) -> argparse.Namespace:
    """What `bench.rounds` asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.visit", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--loops", type=int, default=0)
    parser.add_argument("--with", dest="versions", default="", help="that it is visited with")
    parser.add_argument("--cpus", default="", help="comma-separated; empty: as the system decides")
    parser.add_argument("--all-cpus", default="", help="those of the run, likewise")
    parser.add_argument("--calm", type=float, default=0.0, help="seconds of the shortest stretch")
    parser.add_argument("--seed", type=int, default=1, help="the same for all visits of a round")
    parser.add_argument("--time-limit", type=float, default=TIME_LIMIT_SECONDS, help="seconds")
    parser.add_argument("--parent", type=int, help="the process that it must not outlive")
    return parser.parse_args(arguments)


def end_with(parent: int) -> None:
    """Ends when `parent` does: else its load would go on beside what the resumed run measures."""
    signal.signal(signal.SIGHUP, end_all)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGHUP))
    if os.getppid() != parent:
        end_all()  # it was too late to be told


def end_all(*_: object) -> None:
    """Ends this process and all it has started, which are of its group."""
    os.killpg(0, signal.SIGKILL)


def refuse_debugging(loop: asyncio.AbstractEventLoop) -> None:
    """Raises WrongAnswerError where the process would measure something else than users run."""
    found = [
        reason
        for reason, holds in (
            ("asyncio's debug mode", loop.get_debug()),
            ("Python's development mode", sys.flags.dev_mode),
            ("a tracing or profiling function", bool(sys.gettrace() or sys.getprofile())),
            ("OpenTelemetry variables", any(name.startswith("OTEL_") for name in os.environ)),
        )
        if holds
    ]
    if found:
        raise WrongAnswerError(f"nothing is timed under {' or '.join(found)}: turn it off")


def numbers(text: str) -> tuple[int, ...]:
    """The whole numbers in a text, separated by commas."""
    return tuple(int(number) for number in text.split(",") if number)


def timed(
    benchmark: Benchmark,
    loop: asyncio.AbstractEventLoop,
    options: argparse.Namespace,
    about: Mapping[str, Fact],
) -> pyperf.Benchmark:
    """Runs as a pyperf worker, and adds what disturbed it."""
    assert benchmark.prepare is not None
    prepared = benchmark.prepare(loop)
    loops = options.loops or calibrate(prepared.time)
    affinity = ["--affinity", options.cpus] if options.cpus else []
    runner = pyperf.Runner()
    runner.parse_args(
        [
            *("--worker", "--loops", str(loops)),
            *("--warmups", str(WARM_UPS), "--values", str(VALUES)),
            *affinity,
        ]
    )
    noise = Noise()
    calm = Calm(options.calm) if options.calm else None
    result = runner.bench_time_func(
        benchmark.name,
        partial(prepared.time, pace=calm or at_once),
        metadata={**benchmark.metadata, **prepared.counts},
    )
    assert isinstance(result, pyperf.Benchmark)
    result.update_metadata({**noise.told(), **(calm.told() if calm else {}), **about})
    return result


def leave(status: int = 0) -> NoReturn:
    """Ends the process at once: threads and clients kept warm need no orderly end."""
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
