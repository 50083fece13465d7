"""Environments beside the bench's own, made on demand: other Pythons, or other versions.

By name: `3.12` is that Python with the locked packages; `trio` is the Python that runs the bench,
with Trio as well; `stack 2024-01` has what could be installed then; `with anyio==4.9.0` has the
locked packages, and then that one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from bench.benchmark import WITH, Benchmark
from bench.provenance import ROOT
from bench.releases.stacks import PYTHON, STACK

LOCKS = ROOT / "requirements"
TRIO = "trio"
ENVIRONMENTS = ROOT / "out" / "environments"
WHEELS = "wheels"
COMPLETE = "complete"
"""A file that is there once all packages are."""

SAY_VERSION = """
import sys, sysconfig
print(sys.executable)
print("%d.%d" % sys.version_info[:2] + "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
"""
START_SECONDS = 20.0
INSTALL_SECONDS = 300.0
INSTALL = (
    *("-m", "pip", "install"),
    *("--quiet", "--disable-pip-version-check", "--retries", "1"),
)

Say = Callable[[str], None]


class NotMadeError(Exception):
    """An environment could not be made; the message is the last words of what failed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an environment is made of.

    Attributes:
        title: for people.
        python: the version of its interpreter; empty: the one that runs this.
        lock: of its packages, in `requirements/`.
        more: what is installed last, over the locked packages.
    """

    title: str
    python: str
    lock: str
    more: str = ""


def described(name: str) -> Environment:
    """The environment of that name."""
    kind, _, rest = name.partition(" ")
    if kind == WITH:
        return Environment(f"this Python with {rest}", "", "bench.txt", rest)

    if kind == STACK:
        return Environment(f"the releases of {rest}", PYTHON, f"releases/{rest}.txt")

    if name == TRIO:
        return Environment("Trio", "", "trio.txt")

    return Environment(f"Python {name}", name, "bench.txt")


@functools.cache
def found(name: str) -> Path | None:
    """The interpreter of an environment: this one, or one on the PATH.

    A name alone is no proof: what pyenv puts there may refuse to start.
    """
    version = described(name).python
    program = shutil.which(f"python{version}") if version else sys.executable
    if program is None:
        return None

    try:
        said = output_of(program, "-c", SAY_VERSION, seconds=START_SECONDS).splitlines()
    except NotMadeError:
        return None

    return Path(said[0]) if not version or said[1:] == [version] else None


def lock_of(name: str) -> Path:
    """The lock of an environment's packages."""
    return LOCKS / described(name).lock


def directory(name: str) -> Path:
    """Where an environment is: another lock, another Python of the bench's, another place."""
    own = "" if described(name).python else sys.version
    digest = hashlib.sha256(lock_of(name).read_bytes() + own.encode()).hexdigest()[:8]
    return ENVIRONMENTS / f"{name.replace(' ', '-')}-{digest}"


def python_in(place: Path) -> str:
    """The interpreter in the place of an environment."""
    return str(place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def python_of(benchmark: Benchmark) -> str:
    """What visits a benchmark: the Python of its environment, or the one that runs this."""
    environment = benchmark.environment
    return python_in(directory(environment)) if environment else sys.executable


def make(name: str) -> None:
    """Makes an environment: venv, then pip, which checks every hash of the lock.

    Raises:
        NotMadeError: there is no such interpreter, or not all packages for it.
    """
    interpreter, place = found(name), directory(name)
    if interpreter is None:
        raise NotMadeError("there is no such interpreter")

    shutil.rmtree(place, ignore_errors=True)
    output_of(str(interpreter), "-m", "venv", str(place))
    python = python_in(place)
    output_of(python, *INSTALL, "--require-hashes", "--requirement", str(lock_of(name)))
    if more := described(name).more:
        output_of(python, *INSTALL, "--force-reinstall", "--no-deps", *installable(more))
        output_of(python, *INSTALL, *installable(more))

    (place / COMPLETE).touch()


def installable(more: str) -> list[str]:
    """What pip is told to install: a version, or a wheel that was built here."""
    _, at, digest = more.partition("@")
    if not at:
        return [more]

    wheels = [*(ENVIRONMENTS / WHEELS / digest).glob("*.whl")]
    if not wheels:
        raise NotMadeError(f"the wheel of {more} is no longer under {WHEELS}: begin a new run")

    return [str(wheels[0])]


def equipped(benchmarks: Collection[Benchmark], say: Say) -> tuple[Benchmark, ...]:
    """The benchmarks whose environment is there, or is now made; says what it does."""
    failed = set()
    for environment in dict.fromkeys(name for one in benchmarks for name in one.environments):
        if (directory(environment) / COMPLETE).exists():
            continue

        name = described(environment).title
        say(f"making an environment for {name}, once")
        try:
            make(environment)
        except NotMadeError as error:
            failed.add(environment)
            say(f"what needs {name} is left out, as its environment has failed: {error}")

    return tuple(one for one in benchmarks if not failed.intersection(one.environments))


def distributions_in(name: str) -> str:
    """Every distribution of an environment, as `bench.provenance` writes them.

    Raises:
        NotMadeError: its interpreter does not start.
    """
    said = output_of(python_in(directory(name)), "-m", "pip", "list", "--format", "json")
    every = {(one["name"].lower(), one["version"]) for one in json.loads(said)}
    return " ".join(f"{package}=={version}" for package, version in sorted(every))


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
