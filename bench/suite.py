"""A pyperf suite and its file: saved in one step, read back whole or refused with a sentence."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import zlib
from pathlib import Path

import pyperf

from bench.benchmark import Fact
from bench.errors import UsageError
from bench.provenance import OF_INTERPRETER

FORMAT = 1
SUFFIX = ".json.gz"


def save(suite: pyperf.BenchmarkSuite, path: Path) -> None:
    """Replaces the file in one step: a reader sees the old one or the new one, whole."""
    partial = path.with_name(f".{path.name.removesuffix(SUFFIX)}.partial{SUFFIX}")
    try:
        suite.dump(str(partial), replace=True)
        with partial.open("rb") as written:
            os.fsync(written.fileno())

        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)  # it takes room where there is none

        raise


def load(path: Path) -> pyperf.BenchmarkSuite:
    """Reads a result file.

    Raises:
        UsageError: it is not there, not readable, cut short, or not one of ours.
    """
    try:
        if path.is_dir():
            raise UsageError(f"a result file is needed, {path} is a directory: name the file in it")

        suite = pyperf.BenchmarkSuite.load(str(path))
        formats = {
            benchmark.get_metadata().get("hopcost_format") for benchmark in suite.get_benchmarks()
        }
    except FileNotFoundError:
        raise UsageError(f"there is no result file {path}: check the name") from None
    except PermissionError:
        raise UsageError(f"the result file {path} may not be read: check its permissions") from None
    except (
        *(OSError, EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, RecursionError),
        *(json.JSONDecodeError, ValueError, KeyError, TypeError, AttributeError, IndexError),
    ) as error:
        raise UsageError(
            f"{path} is not a whole pyperf result file ({type(error).__name__}): "
            "use one that a finished or interrupted run has written"
        ) from None

    if formats != {FORMAT}:
        found = ", ".join(map(str, formats))
        raise UsageError(
            f"{path} must be of hopcost's format {FORMAT}, its format is {found}: "
            "measure again, or use the hopcost that wrote it"
        )

    return suite


def facts_in(suite: pyperf.BenchmarkSuite) -> dict[str, Fact]:
    """All metadata that the suite's benchmarks have in common, or any of them has alone.

    Runs that failed lack what a worker tells of its machine, so no single one has all. What a run
    of another environment says of its Python is no fact of the suite.
    """
    facts: dict[str, Fact] = {}
    for benchmark in suite.get_benchmarks():
        found = benchmark.get_metadata()
        other = OF_INTERPRETER if "environment" in found else ()
        facts = {**{name: fact for name, fact in found.items() if name not in other}, **facts}

    return facts


def refuse_unwritable(path: Path) -> None:
    """Raises UsageError unless a new result file can be made at `path`."""
    if not path.name.endswith(SUFFIX) or path.name == SUFFIX:
        raise UsageError(
            f"a result file's name ends in {SUFFIX}, {path.name!r} does not: rename it"
        )

    try:
        if path.exists():
            raise UsageError(f"{path} exists, and results are never overwritten: name another file")

        path.parent.mkdir(parents=True, exist_ok=True)
        trial = path.with_name(f".{path.name}.trial")
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise UsageError(
            f"{path.parent} must be a directory that can be written to ({error.strerror}): "
            "choose another with --output"
        ) from None
