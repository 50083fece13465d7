"""From a module's name to the module, or to the sentence that says why not."""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType

from bench.errors import UsageError


def imported(name: str) -> ModuleType:
    """A module, looked for as `python -m` would: where the command runs comes first."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(
                f"there must be a module {name}, {error.name} is not found: "
                f"run from its directory, or put that on PYTHONPATH"
            ) from None

        raise UsageError(
            f"{name} imports {error.name}, which is missing: "
            "run this in the environment of the application"
        ) from None
    except Exception as error:
        raise UsageError(
            f"{name} must be importable, it raised {type(error).__name__}: {error} ({where(error)})"
        ) from error


def where(error: BaseException) -> str:
    """The last place of a traceback, in words."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}, line {last.lineno}"
