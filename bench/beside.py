"""Other versions beside the locked ones: from `--with` to benchmarks that are visited with them.

A version is written as pip writes it, `anyio==4.9.0`. Of a directory a wheel is built, and known by
its name and its content from then on: `anyio@1f0e9d8c`. So the result file holds no path, and a run
that is resumed goes on with what it began with, whatever the directory holds by then.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bench import environments
from bench.benchmark import WITH, Benchmark, Fact
from bench.environments import NotMadeError, Say, output_of
from bench.errors import UsageError

VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+_-]+")
BUILT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*@[0-9a-f]{8}")
DIGITS = 8
NOT_COPIED = ("build", "dist", "*.egg-info", "__pycache__", ".venv", "venv", ".tox", "out")
"""Of the directory itself; a package inside it may well be called so."""


def named(text: str, say: Say) -> str:
    """What `--with` asks for, as it is called from here on; a directory is built first.

    Raises:
        UsageError: it is neither a version nor a directory that pip can build.
    """
    if VERSION.fullmatch(text) or BUILT.fullmatch(text):
        return text

    source = Path(text)
    if not source.is_dir():
        raise UsageError(
            "--with takes NAME==VERSION, or the directory of a project, "
            f"{text!r} is neither: give one of them"
        )

    say(f"building a wheel of {source.name or 'the directory'}")
    try:
        with tempfile.TemporaryDirectory(prefix="hopcost-wheel-") as place:
            return kept(wheel_of(source, Path(place)))
    except (NotMadeError, OSError, shutil.Error, ValueError) as error:
        raise UsageError(
            f"--with takes a directory that pip can build, {text!r} is none ({error}): mend it, "
            "`pip wheel` on it says more"
        ) from None


def wheel_of(source: Path, place: Path) -> Path:
    """The wheel of a project, made in `place` from a copy that has no trace of earlier builds.

    Raises:
        NotMadeError: pip cannot build one.
        OSError: the project cannot be copied.
    """
    copy = place / (source.resolve().name or "project")
    earlier = shutil.ignore_patterns(*NOT_COPIED)

    def left_out(directory: str, names: list[str]) -> set[str]:
        return earlier(directory, names) if Path(directory) == source else set()

    shutil.copytree(source, copy, symlinks=True, ignore=left_out)
    output_of(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--wheel-dir", str(place), str(copy)),
    )
    return next(place.glob("*.whl"))


def kept(wheel: Path) -> str:
    """Moves a wheel to where environments are made from it; what it is called from here on."""
    digest = digest_of(wheel)
    place = environments.ENVIRONMENTS / environments.WHEELS / digest
    place.mkdir(parents=True, exist_ok=True)
    shutil.move(wheel, place / wheel.name)
    return f"{wheel.name.partition('-')[0].replace('_', '-').lower()}@{digest}"


def digest_of(wheel: Path) -> str:
    """Hexadecimal digits that change with what a wheel holds, and not with when it was built."""
    with zipfile.ZipFile(wheel) as archive:
        (record,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        return hashlib.sha256(archive.read(record)).hexdigest()[:DIGITS]


def doubled(benchmarks: Sequence[Benchmark], versions: str) -> tuple[Benchmark, ...]:
    """The benchmarks, and each once more with other versions; without any, as they are.

    What is visited in an environment of its own stays alone: its versions are its own.
    """
    more = [one.with_versions(versions) for one in benchmarks if versions and not one.environment]
    return (*benchmarks, *more)


def require_doubled(benchmarks: Sequence[Benchmark], versions: str) -> None:
    """Raises UsageError if other versions were asked for, and nothing could be visited with them.

    Before any environment is made, which takes time.
    """
    if versions and not any(one.versions for one in benchmarks):
        studies = ", ".join(dict.fromkeys(one.study for one in benchmarks))
        raise UsageError(
            f"--with measures what runs on the locked packages, and {studies} has environments of "
            "its own: name another study"
        )


def importable(benchmarks: Sequence[Benchmark], say: Say) -> tuple[Benchmark, ...]:
    """Those whose study holds for the versions they are visited with; says what is left out."""
    fails = {}
    for environment, study in dict.fromkeys(
        (one.environment, one.study) for one in benchmarks if one.versions
    ):
        python = environments.python_in(environments.directory(environment))
        try:
            output_of(python, "-c", f"import bench.studies.{study}, bench.visit")
        except NotMadeError as error:
            fails[environment, study] = error
            say(f"{study} is left out with {environment.partition(' ')[2]}, which lacks: {error}")

    return tuple(one for one in benchmarks if (one.environment, one.study) not in fails)


def require_any(benchmarks: Sequence[Benchmark], versions: str) -> None:
    """Raises UsageError if other versions were asked for, and nothing is visited with them."""
    if versions and not any(one.versions for one in benchmarks):
        raise UsageError(
            f"nothing can be measured with {versions}, for the reason above: mend that, or begin "
            "a new run with other versions or studies"
        )


def facts_of(versions: str) -> dict[str, Fact]:
    """What the result file says of the other versions: all that is installed there.

    Raises:
        UsageError: their environment does not start.
    """
    if not versions:
        return {}

    try:
        return {"distributions_with": environments.distributions_in(f"{WITH} {versions}")}
    except NotMadeError as error:
        raise UsageError(
            f"the environment with {versions} must start, it does not ({error}): remove it from "
            "out/environments, and begin a new run"
        ) from None
