"""The suites that are run, and under which variants: from the names of steps to tests of others."""

from __future__ import annotations

from dataclasses import dataclass

from bench.errors import UsageError
from bench.remedies.lean_worker import CHECKPOINT, IDLE, LIMITER, QUEUE, SCOPE
from bench.remedies.variants import COPY, SECOND_HOP, VARIANTS, Variant

STEPS_OF_ANYIO = frozenset({CHECKPOINT, LIMITER, SCOPE, QUEUE, IDLE})


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests that come with a package.

    Attributes:
        package: its name in the index, and in the lock.
        steps: a variant that leaves out one of these could make a test fail.
        paths: what is run of its tests, from their directory; all, unless it says otherwise.
        ignored: what of that is not run all the same.
    """

    package: str
    title: str
    steps: frozenset[str]
    paths: tuple[str, ...] = (".",)
    ignored: tuple[str, ...] = ()


SUITES = (
    Suite(
        "anyio",
        "AnyIO",
        STEPS_OF_ANYIO,
        (
            *("test_to_thread.py", "test_from_thread.py", "test_to_process.py"),
            *("test_to_interpreter.py", "test_synchronization.py", "test_fileio.py"),
            *("test_tempfile.py", "streams/test_file.py"),
        ),
    ),
    Suite("starlette", "Starlette", STEPS_OF_ANYIO),
    Suite("fastapi", "FastAPI", frozenset({SECOND_HOP}), ignored=("test_telemetry",)),
)
"""Of AnyIO's tests, those of threads, of limiters and of files, which hop for all they do; the few
hops of others are left out, to keep a run short. Of FastAPI's, all but those of telemetry: they
run in processes of their own, which no variant reaches."""


def chosen(names: list[str]) -> tuple[Variant, ...]:
    """The variants of these names, in their order; without a name, all.

    Raises:
        UsageError: there is none of that name.
    """
    for name in names:
        if name not in VARIANTS:
            known = ", ".join(VARIANTS)
            raise UsageError(f"a variant must be one of {known}, but {name!r} was given")

    return tuple(one for one in VARIANTS.values() if not names or one.name in names)


def concerned(suite: Suite, variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """The variants that a suite is run under, the copy first; none if none of them concerns it."""
    found = tuple(one for one in variants if one.leaves_out & suite.steps)
    return (COPY, *found) if found or variants == (COPY,) else ()
