"""The stacks: what `pip install fastapi` gave on a day, each in a lock of its own.

`requirements/releases/MONTH.txt` has FastAPI and all it needs, Starlette and AnyIO among it, as
they were when that month ended; the tools that measure are the bench's. `tox -e lock` makes them.
"""

from __future__ import annotations

STACK = "stack"
PYTHON = "3.11"
"""The interpreter of all stacks: the oldest has no wheels for later ones, the newest needs it."""

LOCKED = "locked"
"""The stack of all other studies, under that interpreter."""

AGAIN = "again"
"""The control: the locked stack a second time."""

MONTHS = ("2023-07", "2024-01", "2024-07", "2025-01", "2025-07", "2026-01", "2026-07")
STACKS = (*MONTHS, LOCKED)

PACKAGES = ("anyio", "starlette", "fastapi", "pydantic", "sniffio")
"""What a worker tells the version of; AnyIO once needed the last, to ask it which backend runs."""

ABSENT = "absent"
KINDS = ("async-def", "def", "async-def-model", "def-model")
SUBJECTS = (*KINDS, "anyio-run-sync", "run-in-threadpool")
"""Handler kinds, and the hop alone as AnyIO and as Starlette make it."""


def environment_of(stack: str) -> str:
    """Where a stack is, as `bench.environments` names it."""
    return PYTHON if stack == LOCKED else f"{STACK} {stack}"
