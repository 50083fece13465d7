"""From a router that newer releases join to an application on demand to its routes as they answer.

FastAPI would build each of them whole, models included, at the first request: seconds, for a large
application. What decides about hops is what the inclusion adds: a prefix, dependencies, a response
class. Where a release keeps these differently, it is left to build its routes itself.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class Joined:
    """A path operation of an included router, with the names that a route has."""

    path: str
    methods: Any
    endpoint: Any
    dependant: Any
    response_class: Any
    response_field: Any
    dependency_overrides_provider: Any
    is_json_stream: bool


def effective(route: Any) -> Iterator[Any]:
    """The routes that answer for `route`: itself, or all of an included router."""
    if not hasattr(route, "effective_route_contexts"):
        yield route
    elif is_known(route):
        yield from joined(route, route.include_context)
    else:
        for context in route.effective_route_contexts():
            yield context.starlette_route or context


def is_known(route: Any) -> bool:
    """Whether this release keeps an inclusion as it is read below."""
    context = getattr(route, "include_context", None)
    names = ("combine", "path_for", "dependencies", "default_response_class")
    return all(hasattr(context, name) for name in names) and all(
        hasattr(route, name) for name in ("original_router", "_build_effective_context")
    )


def joined(included: Any, context: Any) -> Iterator[Any]:
    """The routes of an included router, and of those it includes itself."""
    from fastapi.routing import APIRoute

    added = [partial(dependant_of, depends) for depends in context.dependencies]
    for route in included.original_router.routes:
        if hasattr(route, "include_context"):
            yield from joined(route, context.combine(route.include_context))
        elif isinstance(route, APIRoute):
            yield path_operation(route, context, added)
        else:
            here = type(included)(included.original_router, context)
            built = here._build_effective_context(route)  # noqa: SLF001 no public way builds one
            if built is not None:
                yield built.starlette_route or built


def path_operation(route: Any, context: Any, added: list[Any]) -> Joined:
    """What the release makes of a path operation, as far as it decides about hops."""
    from fastapi.utils import get_value_or_default

    dependant = copy.copy(route.dependant)
    dependant.dependencies = [make(route.path_format) for make in added] + dependant.dependencies
    return Joined(
        context.path_for(route),
        route.methods,
        route.endpoint,
        dependant,
        get_value_or_default(
            route.response_class,
            context.included_router.default_response_class,
            context.default_response_class,
        ),
        route.response_field,
        context.dependency_overrides_provider,
        route.is_json_stream,
    )


def dependant_of(depends: Any, path: str) -> Any:
    """A dependency that an inclusion adds; it has no parameter to stand for."""
    from fastapi.dependencies.utils import get_parameterless_sub_dependant

    return get_parameterless_sub_dependant(depends=depends, path=path)
