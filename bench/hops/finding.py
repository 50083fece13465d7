"""From `yourpkg.main:app` to the application: imported, unwrapped, or why that is impossible.

Importing runs the module. Nothing else of it runs, but a factory that is asked for, or one whose
annotation says that it takes nothing and returns an application.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from starlette.routing import Router

from bench.errors import UsageError
from bench.hops.meaning import Instance, result
from bench.hops.meaning import Known as This
from bench.hops.wrapped import has_routes, innermost, wrappers

EXAMPLE = "yourpkg.main:app"
ARGUMENTS = 3
"""Of an ASGI application: scope, receive, send."""


@dataclass(frozen=True)
class Application:
    """What was asked for.

    Attributes:
        outer: what a server would call.
        app: the application inside that has the routes; `outer` itself if none has.
        around: what stands between the two, outermost first.
    """

    outer: Any
    app: Any
    around: tuple[Any, ...]


def find(name: str, *, factory: bool = False) -> Application:
    """Imports and unwraps.

    Raises:
        UsageError: there is no such module or attribute, or it is no ASGI application.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name:
        raise UsageError(f"an application is named like {EXAMPLE}, not {name!r}: give its module")

    called = attribute.endswith("()")
    module = imported(module_name)
    if not attribute:
        attribute = the_only_one(module, name)

    value = held(module, attribute.removesuffix("()"), name)
    return application(value, name, factory=factory or called)


def application(value: Any, name: str, *, factory: bool = False) -> Application:
    """The application in `value`, which is called first if it is a factory."""
    if factory or is_safe_factory(value):
        value = made(value, name)

    if not is_asgi(value):
        raise UsageError(f"{name} must be an ASGI application, {complaint(value)}")

    return Application(value, innermost(value), wrappers(value))


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


def the_only_one(module: ModuleType, name: str) -> str:
    """The attribute of a module that is an application, if there is just one."""
    found = applications_of(module)
    if len(found) == 1:
        return found[0]

    several = f"it has {', '.join(found)}" if found else "it has none at its top"
    raise UsageError(f"{name} must say which application it means, {several}: {name}:ATTRIBUTE")


def applications_of(module: ModuleType) -> list[str]:
    """The attributes of a module that are applications; routers, if none is."""
    held = {name: value for name, value in vars(module).items() if has_routes(value)}
    whole = [name for name, value in held.items() if not isinstance(value, Router)]
    return whole or list(held)


def held(module: ModuleType, attribute: str, name: str) -> Any:
    """An attribute, or an attribute of an attribute."""
    value: Any = module
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            known = applications_of(module)
            there = f"it has {', '.join(known)}" if known else "it has no application at its top"
            raise UsageError(f"{name} must exist, there is no {part!r}: {there}") from None

    return value


def is_safe_factory(value: Any) -> bool:
    """Whether a function takes nothing and says that it returns an application."""
    if not inspect.isfunction(value) or inspect.iscoroutinefunction(value):
        return False

    returns = result(This(value))
    required = [one for one in parameters(value) if one.default is one.empty]
    return not required and isinstance(returns, Instance) and has_routes_class(returns.cls)


def has_routes_class(cls: type) -> bool:
    """Whether objects of a class are applications."""
    return hasattr(cls, "add_middleware") or hasattr(cls, "add_route")


def made(factory: Any, name: str) -> Any:
    """What a factory makes."""
    if not callable(factory):
        raise UsageError(f"{name} must be a factory, it is {article(factory)}: leave out --factory")

    try:
        return factory()
    except Exception as error:
        raise UsageError(
            f"the factory {name} must make an application without arguments, it raised "
            f"{type(error).__name__}: {error} ({where(error)})"
        ) from error


def is_asgi(value: Any) -> bool:
    """Whether a server could call it: with scope, receive and send."""
    if has_routes(value):
        return True

    if not callable(value) or inspect.isclass(value):
        return False

    names = [one.name for one in parameters(value) if one.default is one.empty]
    return len(names) == ARGUMENTS or has_routes(innermost(value))


def parameters(value: Any) -> list[inspect.Parameter]:
    """The parameters a call would have to give; none where Python cannot tell."""
    try:
        return [
            one
            for one in inspect.signature(value).parameters.values()
            if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        ]
    except (TypeError, ValueError):
        return []


def complaint(value: Any) -> str:
    """What was found instead, and what to do."""
    if inspect.isclass(value):
        return f"it is the class {value.__name__}: give an object of it, or pass --factory"

    if inspect.isfunction(value):
        return "it is a function: if it makes the application, pass --factory"

    if inspect.ismodule(value):
        return f"it is a module: add the name of the application, as in {EXAMPLE}"

    return f"it is {article(value)}: give the name of the application, as in {EXAMPLE}"


def article(value: Any) -> str:
    """`a dict`, `an int`."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
