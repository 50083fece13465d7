"""From a module's name to the module, or to the sentence that says why not."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from bench.errors import UsageError
from bench.hops.judging import library

Made = TypeVar("Made")


def imported(name: str) -> ModuleType:
    """A module, looked for as `python -m` would: where the command runs comes first."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)

    return run_for(lambda: importlib.import_module(name), f"{name} must be importable", name)


def run_for(made: Callable[[], Made], rule: str, module: str) -> Made:
    """What the application's own code makes; whatever it raises is the reason, in one sentence."""
    try:
        return made()
    except ModuleNotFoundError as error:
        raise UsageError(missing(error, rule, module)) from error
    except SystemExit as error:
        raise UsageError(f"{rule}, it left with {error.code!r}{where(error)}") from error
    except Exception as error:
        raise UsageError(
            f"{rule}, it raised {type(error).__name__}: {on_one_line(error)}{where(error)}"
        ) from error


def missing(error: ModuleNotFoundError, rule: str, module: str) -> str:
    """A module that is not there: the one asked for, or one that it imports."""
    if not error.name:
        return f"{rule}, it raised {type(error).__name__}: {error}{where(error)}"

    if f"{module}.".startswith(f"{error.name}."):
        return (
            f"there must be a module {module}, {error.name} is not found: "
            "run from its directory, or put that on PYTHONPATH"
        )

    return (
        f"{module} imports {error.name}, which is missing: "
        "run this in the environment of the application"
    )


def on_one_line(error: BaseException) -> str:
    """What an error says; settings that are missing say it in many lines."""
    return " ".join(str(error).split())


def where(error: BaseException) -> str:
    """The last place of a traceback in the application, in brackets; nothing if it has none."""
    files = [frame for frame in traceback.extract_tb(error.__traceback__) if written(frame)]
    own = [frame for frame in files if not library(frame.filename)] or files
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""


def written(frame: traceback.FrameSummary) -> bool:
    """Whether it stands in a file, and not in this one."""
    return frame.filename != __file__ and not frame.filename.startswith("<")
