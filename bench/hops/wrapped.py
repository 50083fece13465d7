"""From an application inside others, as middleware leaves it, to the one that has the routes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Router
from starlette.staticfiles import StaticFiles

DEEPEST = 32
USUAL = ("app", "asgi_app", "application", "asgi", "inner", "wrapped", "other_asgi_app")


def innermost(value: Any) -> Any:
    """What answers at the bottom of `value`: an application with routes, files, any other."""
    return list(layers(value))[-1]


def wrappers(value: Any) -> tuple[Any, ...]:
    """What stands around it, outermost first."""
    return tuple(layers(value))[:-1]


def has_routes(value: Any) -> bool:
    """Whether it is an application or a router."""
    return isinstance(value, Starlette | Router)


def layers(value: Any) -> Iterator[Any]:
    """`value`, what is inside it, what is inside that; only attributes and closures are read."""
    for _ in range(DEEPEST):
        yield value
        value = None if ends(value) else inside(value)
        if value is None:
            return


def ends(value: Any) -> bool:
    """Whether it answers itself, so that what it holds is no ASGI application."""
    return has_routes(value) or isinstance(value, StaticFiles) or is_wsgi(value)


def is_wsgi(value: Any) -> bool:
    """Whether it is a bridge to a WSGI application, of Starlette or of a2wsgi."""
    return type(value).__name__ == "WSGIMiddleware"


def inside(value: Any) -> Any:
    """The application one layer holds: by the usual names, else the only one it holds at all."""
    held = held_by(value)
    for name in USUAL:
        if callable(held.get(name)):
            return held[name]

    found = [inner for inner in held.values() if has_routes(inner)]
    return found[0] if len(found) == 1 else None


def held_by(value: Any) -> dict[str, Any]:
    """The attributes of an object, the closure of a function, the arguments of a partial."""
    if isinstance(value, partial):
        return {"app": value.func, **{str(n): one for n, one in enumerate(value.args)}}

    if isinstance(value, type):
        return {}

    code, cells = getattr(value, "__code__", None), getattr(value, "__closure__", None)
    if code is not None and cells:
        return {name: contents(cell) for name, cell in zip(code.co_freevars, cells, strict=False)}

    return dict(getattr(value, "__dict__", {}))


def contents(cell: Any) -> Any:
    """What a closure's cell holds; None if it is still empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return None
