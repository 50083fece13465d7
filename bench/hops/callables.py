"""From something callable to the function that runs when it is called, and where it is written."""

from __future__ import annotations

import functools
import inspect
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from bench.hops.reasons import Place

FUNCTION = "function"
CLASS = "class"
OBJECT = "object"
CACHED = "cached"
DECORATED = "decorated"


@dataclass(frozen=True, slots=True)
class Callee:
    """What runs.

    Attributes:
        sort: how it is written, one of the words above: it decides how it becomes `async def`.
        function: the Python function behind it, None where it has none.
        cls: the class, where it is one.
    """

    name: str
    sort: str
    function: FunctionType | None
    cls: type | None = None

    @property
    def place(self) -> Place | None:
        """Where its code begins."""
        if self.function is None:
            return None

        code = self.function.__code__
        return Place(shortened(code.co_filename), code.co_firstlineno)


def callee(call: Any) -> Callee:
    """Looks behind partials, bound methods, decorators, classes and objects; runs none of them."""
    name = name_of(call)
    call = without_partial(call)
    if inspect.isclass(call):
        return Callee(name, CLASS, python_function(static(call, "__init__")), call)

    if isinstance(call, MethodType | BuiltinFunctionType | FunctionType):
        function = python_function(call)
        inner = python_function(unwrapped(call))
        return Callee(name, FUNCTION if inner is function else DECORATED, inner or function)

    if callable(getattr(call, "cache_info", None)):
        return Callee(name, CACHED, python_function(unwrapped(call)))

    if isinstance(getattr(call, "__wrapped__", None), FunctionType):
        return Callee(name, DECORATED, python_function(unwrapped(call)))

    return Callee(name, OBJECT, python_function(static(type(call), "__call__")))


def name_of(call: Any) -> str:
    """The name a reader would look for."""
    call = without_partial(call)
    own = getattr(call, "__qualname__", "") or getattr(call, "__name__", "")
    return own.rpartition("<locals>.")[2] if own else type(call).__name__


def without_partial(call: Any) -> Any:
    """What stands inside `functools.partial`."""
    while isinstance(call, functools.partial):
        call = call.func

    return call


def unwrapped(call: Any) -> Any:
    """What decorators have wrapped; a circle of them is left as it is."""
    try:
        return inspect.unwrap(call)
    except ValueError:
        return call


def static(owner: type, name: str) -> Any:
    """An attribute of a class as it stands there, no descriptor asked."""
    return inspect.getattr_static(owner, name, None)


def python_function(call: Any) -> FunctionType | None:
    """The Python function of a method, static method or class method; None for any other."""
    while isinstance(call, MethodType | staticmethod | classmethod):
        call = call.__func__

    return call if isinstance(call, FunctionType) else None


@lru_cache(None)
def shortened(file: str) -> str:
    """A file relative to where packages are, or to where the command runs, if it lies there."""
    path, paths = Path(file), sysconfig.get_paths()
    for place in (paths["purelib"], paths["platlib"], Path.cwd()):
        if path.is_relative_to(place):
            return path.relative_to(place).as_posix()

    return file
