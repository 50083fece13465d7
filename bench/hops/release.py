"""What the installed FastAPI does: asked of its own code, not of its version number.

Releases differ in what they take for a coroutine function or a generator, in how they remember a
dependency they have solved, and in whether a generator endpoint is a stream. Each question is put
to the function, or to the object, that the release itself asks.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from bench.errors import UsageError

Question = Callable[[Any], bool]


def is_coroutine(call: Any) -> bool:
    """Whether this release awaits a dependency."""
    return question("is_coroutine_callable")(call)


def is_generator(call: Any) -> bool:
    """Whether this release takes `call` for a generator function: a `def` with `yield`."""
    return question("is_gen_callable")(call)


def is_async_generator(call: Any) -> bool:
    """Whether this release takes `call` for an `async def` with `yield`."""
    return question("is_async_gen_callable")(call)


@lru_cache(None)
def question(name: str) -> Question:
    """Who answers `name`: a property of Dependant, or a function beside or above it.

    Raises:
        UsageError: nobody does; this release is newer than this tool.
    """
    from fastapi.dependencies import models, utils

    if hasattr(models.Dependant, name):
        return lambda call: bool(getattr(models.Dependant(call=call), name))

    for module in (models, utils):
        for spelling in (f"_{name}", name):
            if hasattr(module, spelling):
                return getattr(module, spelling)  # type: ignore[no-any-return]

    raise UsageError(
        f"this release of FastAPI must tell `{name}`, it does not: use a newer hopcost"
    )


def endpoint_is_awaited(dependant: Any) -> bool:
    """Whether this release awaits an endpoint: its own request handler keeps the answer."""
    from fastapi.routing import get_request_handler

    handler = get_request_handler(dependant)
    names = dict(zip(handler.__code__.co_freevars, handler.__closure__ or (), strict=False))
    if "is_coroutine" in names:
        return bool(names["is_coroutine"].cell_contents)

    return inspect.iscoroutinefunction(dependant.call)


def streams(route: Any) -> bool:
    """Whether this release sends what a generator endpoint yields as it comes."""
    if not hasattr(route, "is_json_stream"):
        return False

    call = route.dependant.call
    return is_generator(call) or is_async_generator(call)


def key_of(dependant: Any, scopes: dict[Any, Any]) -> Hashable:
    """Under which key this release remembers a solved dependency; `scopes` is its own memory."""
    if hasattr(dependant, "cache_key"):
        key: Hashable = dependant.cache_key
        return key

    from fastapi.dependencies import models

    return models._get_cache_key(dependant=dependant, uses_scopes_cache=scopes)  # noqa: SLF001 the one who knows


def overridden(dependant: Any, call: Any) -> Any:
    """The dependant this release builds for the function that overrides `dependant.call`."""
    from fastapi.dependencies.utils import get_dependant

    offered = {
        "path": dependant.path or "",
        "call": call,
        "name": dependant.name,
        "scope": getattr(dependant, "scope", None),
        "security_scopes": getattr(dependant, "security_scopes", None),
        "parent_oauth_scopes": oauth_scopes(dependant),
    }
    accepted = inspect.signature(get_dependant).parameters
    given = {name: value for name, value in offered.items() if name in accepted}
    return get_dependant(**given)


def oauth_scopes(dependant: Any) -> Any:
    """The scopes a dependency inherits, where the release has such."""
    if hasattr(dependant, "oauth_scopes"):
        return dependant.oauth_scopes

    from fastapi.dependencies import models

    ask = getattr(models, "_get_oauth_scopes", None)
    return ask(dependant=dependant) if ask else None


def plain(response_class: Any) -> Any:
    """A response class without the mark that it is a default."""
    return getattr(response_class, "value", response_class)
