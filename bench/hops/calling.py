"""Whether a value is an ASGI application, a factory of one, or something else, and what then."""

from __future__ import annotations

import inspect
from typing import Any

from bench.hops.meaning import Instance, Known, result
from bench.hops.wrapped import has_routes, innermost

EXAMPLE = "yourpkg.main:app"
ARGUMENTS = 3
"""Of an ASGI application: scope, receive, send."""


def is_safe_factory(value: Any) -> bool:
    """Whether a function takes nothing and says that it returns an application."""
    if not inspect.isfunction(value) or inspect.iscoroutinefunction(value):
        return False

    returns = result(Known(value))
    required = [one for one in parameters(value) if one.default is one.empty]
    return not required and isinstance(returns, Instance) and has_routes_class(returns.cls)


def has_routes_class(cls: type) -> bool:
    """Whether objects of a class are applications."""
    return hasattr(cls, "add_middleware") or hasattr(cls, "add_route")


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
