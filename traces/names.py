"""Names: from VizTracer's function names to package-relative ones."""

from __future__ import annotations

import re
import sysconfig
from functools import cache
from pathlib import Path

from bench.provenance import ROOT

BUILT_IN = re.compile(r"[\w.]+")
LOCATED = re.compile(r"^(?P<function>.*) \((?P<file>[^()]*):(?P<line>\d+)\)$")


class UnknownPlaceError(Exception):
    """A function has no public name: it lies outside project, packages and standard library."""


def located(name: str) -> tuple[str, str]:
    """A function's name, and its file where it has one, as in `anyio/to_thread.py`; else ""."""
    match = LOCATED.match(name)
    return (match["function"], relative(match["file"])) if match else (name, "")


def scrubbed(name: str) -> str:
    """`run_sync (anyio/to_thread.py:65)`, `Queue.get (queue.py:180)`, or a C function as it is.

    Raises:
        UnknownPlaceError: its file has no public name, or it says more than names.
    """
    match = LOCATED.match(name)
    if match is None:
        return built_in(name)

    return f"{match['function']} ({relative(match['file'])}:{match['line']})"


def built_in(name: str) -> str:
    """The name of a C function, as in `select.epoll.poll`: no address, no path."""
    if BUILT_IN.fullmatch(name):
        return name

    raise UnknownPlaceError(f"a traced C function must have a plain name, {name!r} is none")


@cache
def relative(file: str) -> str:
    """`file` relative to project, packages or standard library; made-up files as they are."""
    if file.startswith("<"):
        return file

    for place in places():
        if Path(file).is_relative_to(place):
            return Path(file).relative_to(place).as_posix()

    raise UnknownPlaceError(
        f"a traced function must be of the project, a package or Python, {Path(file).name} is not"
    )


@cache
def places() -> tuple[Path, ...]:
    """Where functions come from; packages first, as they may lie inside the others."""
    paths = sysconfig.get_paths()
    packages = (Path(paths[name]) for name in ("purelib", "platlib"))
    python = (Path(paths[name]) for name in ("stdlib", "platstdlib"))
    return (*packages, *python, ROOT)
