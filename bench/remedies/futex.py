"""The floor in C: from a compiler to the time of two threads that wake each other."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.benchmark import Metric, Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.remedies.turns import TURN_SECONDS, TURNS

COMPILERS = ("cc", "gcc", "clang")
PROGRAM = Path(__file__).with_suffix(".c")
LIMIT_SECONDS = 30.0


def futex(
    surroundings: Surroundings, turns: int = TURNS, seconds: float = TURN_SECONDS
) -> Observation:
    """Compiles the program into a directory that is gone afterwards, and runs it.

    Raises:
        WrongAnswerError: it could not be compiled or run.
    """
    with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
        program = Path(directory) / "futex"
        output_of(compiler(), "-O2", "-pthread", str(PROGRAM), "-o", str(program))
        lines = output_of(str(program), str(turns), f"{seconds * 1e3:g}").split()

    return Observation({Metric("request"): tuple(map(float, lines))})


def compiler() -> str:
    """The first compiler there is.

    Raises:
        WrongAnswerError: there is none.
    """
    found = next(filter(None, map(shutil.which, COMPILERS)), None)
    if found is None:
        raise WrongAnswerError(
            f"a C compiler is needed, and none of {', '.join(COMPILERS)} is here: install gcc"
        )

    return found


def output_of(*command: str) -> str:
    """What a command prints.

    Raises:
        WrongAnswerError: it failed, or took too long.
    """
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or [f"exit status {error.returncode}"])[0]
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = type(error).__name__
    else:
        return done.stdout

    raise WrongAnswerError(f"{Path(command[0]).name} must succeed, it did not: {reason}")
