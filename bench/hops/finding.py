"""From `yourpkg.main:app` to the application: imported, unwrapped, or why that is impossible.

Importing runs the module. Nothing else of it runs, but a factory that is asked for, or one whose
annotation says that it takes nothing and returns an application.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from starlette.routing import Router

from bench.errors import UsageError
from bench.hops.calling import EXAMPLE, article, complaint, is_asgi, is_safe_factory
from bench.hops.importing import imported, run_for
from bench.hops.wrapped import has_routes, innermost, wrappers


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
    if not all(part.isidentifier() for part in module_name.split(".")):
        raise UsageError(
            f"an application is named as it is imported, like {EXAMPLE}, not {name!r}: "
            "give its module, a dot between its packages"
        )

    called = attribute.endswith("()")
    module = imported(module_name)
    if not attribute:
        attribute = the_only_one(module, module_name)

    value = held(module, attribute.removesuffix("()"), name)
    return application(value, name, factory=factory or called)


def application(value: Any, name: str, *, factory: bool = False) -> Application:
    """The application in `value`, which is called first if it is a factory."""
    if factory or is_safe_factory(value):
        value = made(value, name)
    elif not is_asgi(value):
        raise UsageError(f"{name} must be an ASGI application, {complaint(value)}")

    return Application(value, innermost(value), wrappers(value))


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


def made(factory: Any, name: str) -> Any:
    """What a factory makes."""
    if not callable(factory):
        raise UsageError(f"{name} must be a factory, it is {article(factory)}: leave out --factory")

    if inspect.iscoroutinefunction(factory):
        raise UsageError(f"the factory {name} must be a `def`, it is async: name one that is not")

    rule = f"the factory {name} must make an application without arguments"
    value = run_for(factory, rule, name)
    if not is_asgi(value):
        raise UsageError(f"{rule}, it returned {article(value)}: give the name of one that does")

    return value
