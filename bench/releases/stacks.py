"""The stacks: what `pip install fastapi` gave on a day, each in a lock of its own.

`requirements/releases/DAY.txt` has FastAPI and all it needs, Starlette and AnyIO among it, as they
were when that month ended; the tools that measure are today's. `tox -e lock-releases` makes them.
"""

from __future__ import annotations

STACK = "stack"
PYTHON = "3.11"
"""The interpreter of all stacks: the oldest has no wheels for later ones, the newest needs it."""

LOCKED = "locked"
"""The stack of all other studies, under that interpreter."""

MONTHS = ("2023-07", "2024-01", "2024-07", "2025-01", "2025-07", "2026-01", "2026-07")
STACKS = (*MONTHS, LOCKED)
PACKAGES = ("anyio", "starlette", "fastapi", "pydantic", "sniffio")
"""What a visit tells the version of; AnyIO once needed the last, to ask it which backend runs."""


def environment_of(stack: str) -> str:
    """Where a stack is visited, as `bench.environments` names it."""
    return PYTHON if stack == LOCKED else f"{STACK} {stack}"
