"""Environments beside the bench's own, made on demand: other Pythons, or Trio, from the locks."""

from __future__ import annotations

import functools
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from bench.benchmark import Benchmark
from bench.provenance import ROOT

LOCKS = ROOT / "requirements"
TRIO = "trio"
ENVIRONMENTS = ROOT / "out" / "environments"
COMPLETE = "complete"
"""A file that is there once all packages are."""

SAY_VERSION = """
import sys, sysconfig
print(sys.executable)
print("%d.%d" % sys.version_info[:2] + "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
"""
START_SECONDS = 20.0
INSTALL_SECONDS = 300.0

Say = Callable[[str], None]


class NotMadeError(Exception):
    """An environment could not be made; the message is the last words of what failed."""


@functools.cache
def found(environment: str) -> Path | None:
    """The interpreter of an environment: this one for Trio, else one on the PATH.

    A name alone is no proof: what pyenv puts there may refuse to start.
    """
    program = sys.executable if environment == TRIO else shutil.which(f"python{environment}")
    if program is None:
        return None

    try:
        said = output_of(program, "-c", SAY_VERSION, seconds=START_SECONDS).splitlines()
    except NotMadeError:
        return None

    return Path(said[0]) if environment == TRIO or said[1:] == [environment] else None


def lock_of(environment: str) -> Path:
    """The lock of an environment's packages."""
    return LOCKS / ("trio.txt" if environment == TRIO else "bench.txt")


def directory(environment: str) -> Path:
    """Where an environment is: another lock or another Python for Trio, another place."""
    own = sys.version if environment == TRIO else ""
    digest = hashlib.sha256(lock_of(environment).read_bytes() + own.encode()).hexdigest()[:8]
    return ENVIRONMENTS / f"{environment}-{digest}"


def python_in(place: Path) -> str:
    """The interpreter in the place of an environment."""
    return str(place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def python_of(benchmark: Benchmark) -> str:
    """What visits a benchmark: the Python of its environment, or the one that runs this."""
    environment = benchmark.environment
    return python_in(directory(environment)) if environment else sys.executable


def make(environment: str) -> None:
    """Makes an environment: venv, then pip, which checks every hash of the lock.

    Raises:
        NotMadeError: there is no such interpreter, or not all packages for it.
    """
    interpreter, place = found(environment), directory(environment)
    if interpreter is None:
        raise NotMadeError("there is no such interpreter")

    shutil.rmtree(place, ignore_errors=True)
    output_of(str(interpreter), "-m", "venv", str(place))
    options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--retries", "1")
    lock = ("--requirement", str(lock_of(environment)))
    output_of(python_in(place), "-m", "pip", "install", *options, *lock)
    (place / COMPLETE).touch()


def equipped(benchmarks: Collection[Benchmark], say: Say) -> tuple[Benchmark, ...]:
    """The benchmarks whose environment is there, or is now made; says what it does."""
    failed = set()
    for environment in dict.fromkeys(one.environment for one in benchmarks if one.environment):
        if (directory(environment) / COMPLETE).exists():
            continue

        name = title(environment)
        say(f"making an environment for {name}, once")
        try:
            make(environment)
        except NotMadeError as error:
            failed.add(environment)
            say(f"what needs {name} is left out, as its environment has failed: {error}")

    return tuple(one for one in benchmarks if one.environment not in failed)


def title(environment: str) -> str:
    """An environment for people."""
    return "Trio" if environment == TRIO else f"Python {environment}"


def output_of(*command: str, seconds: float = INSTALL_SECONDS) -> str:
    """What a command prints.

    Raises:
        NotMadeError: it failed, or took too long.
    """
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=seconds, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMadeError(type(error).__name__) from None

    if done.returncode:
        raise NotMadeError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])

    return done.stdout
