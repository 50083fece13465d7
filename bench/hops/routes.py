"""From an application to every route of it, in the order in which it matches them.

Included routers, mounted applications, hosts, classes with a method for each verb, static files.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from starlette.endpoints import HTTPEndpoint
from starlette.routing import BaseRoute, Host, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bench.hops.included import effective
from bench.hops.wrapped import has_routes, innermost, is_wsgi, wrappers

FASTAPI = "fastapi"
STARLETTE = "starlette"
WEBSOCKET = "websocket"
STATIC = "static"
WSGI = "wsgi"
ASGI = "asgi"
ANY = "*"
VERBS = ("get", "head", "post", "put", "patch", "delete", "options", "query", "trace")


@dataclass(frozen=True)
class Found:
    """One route.

    Attributes:
        kind: one of the words above.
        path: as a template, from the application's root, a host before it.
        route: the route, or what the release makes of it where a router was included.
        endpoint: what answers: a function, a method, an application.
        provider: who holds the `dependency_overrides` that apply.
        around: middleware of this route alone, outermost first.
        prefix: where the application it belongs to is mounted; "" is the outermost one.
    """

    kind: str
    methods: tuple[str, ...]
    path: str
    route: Any
    endpoint: Any
    provider: Any = None
    around: tuple[Any, ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Mounted:
    """An application with routes, and where it is mounted; the outermost one at ""."""

    prefix: str
    app: Any
    around: tuple[Any, ...] = ()


def applications(app: Any, around: tuple[Any, ...] = ()) -> Iterator[Mounted]:
    """The application and all that are mounted in it: each has middleware of its own."""
    waiting = [Mounted("", app, around)]
    while waiting:
        mounted = waiting.pop(0)
        yield mounted
        waiting.extend(inner for inner in mounted_in(mounted) if has_routes(inner.app))


def mounted_in(mounted: Mounted) -> Iterator[Mounted]:
    """What is mounted directly in an application, through middleware."""
    for route in every(mounted.app.routes if has_routes(mounted.app) else ()):
        if isinstance(route, Mount | Host):
            yield under(route, mounted.prefix)


def under(route: Mount | Host, prefix: str) -> Mounted:
    """What is mounted by a route, without the middleware around it."""
    here = prefix + (route.path if isinstance(route, Mount) else route.host)
    return Mounted(here, innermost(route.app), wrappers(route.app))


def routes(app: Any) -> Iterator[Found]:
    """Every route of an application and of all that are mounted in it."""
    if not has_routes(app):
        yield leaf(Mounted("", app))
        return

    yield from own_routes(Mounted("", app))


def own_routes(mounted: Mounted) -> Iterator[Found]:
    """The routes of one application; what is mounted in it stands where it is matched."""
    for found in all_routes(mounted):
        yield replace(found, prefix=found.prefix or mounted.prefix) if mounted.prefix else found


def all_routes(mounted: Mounted) -> Iterator[Found]:
    """The same, before they are told to which application they belong."""
    router = getattr(mounted.app, "router", mounted.app)
    provider = getattr(router, "dependency_overrides_provider", None)
    for route in every(router.routes):
        own = getattr(route, "dependency_overrides_provider", provider)
        yield from of_route(route, mounted.prefix, own)

    yield from frontends(router, mounted.prefix, provider)


def every(routes: Iterable[Any]) -> Iterator[Any]:
    """Routes as they answer: those of an included router in its place."""
    for route in routes:
        yield from effective(route)


def of_route(route: Any, prefix: str, provider: Any) -> Iterator[Found]:
    """One route, or all that are mounted under it."""
    if isinstance(route, Mount | Host):
        yield from mounted_routes(under(route, prefix))
    elif isinstance(route, WebSocketRoute):
        yield Found(WEBSOCKET, ("WS",), prefix + route.path, route, route.endpoint, provider)
    elif hasattr(route, "dependant") and hasattr(route, "response_class"):
        yield Found(FASTAPI, verbs(route), prefix + route.path, route, route.endpoint, provider)
    elif isinstance(route, Route):
        yield from of_plain_route(route, prefix)
    elif isinstance(route, BaseRoute):
        path = prefix + str(getattr(route, "path", ""))
        yield Found(ASGI, (ANY,), path, route, getattr(route, "app", route))


def mounted_routes(inner: Mounted) -> Iterator[Found]:
    """What is mounted: an application with routes and middleware of its own, or one without."""
    if has_routes(inner.app):
        yield from own_routes(inner)
    else:
        yield replace(leaf(inner), around=inner.around)


def leaf(mounted: Mounted) -> Found:
    """An application that has no routes."""
    app = mounted.app
    path = f"{mounted.prefix}/{{path:path}}"
    if isinstance(app, StaticFiles):
        return Found(STATIC, ("GET",), path, None, app)

    kind = WSGI if is_wsgi(app) else ASGI
    return Found(kind, (ANY,), path, None, app)


def of_plain_route(route: Route, prefix: str) -> Iterator[Found]:
    """A Starlette route: a function, a class with methods, or an ASGI application."""
    path, endpoint = prefix + route.path, route.endpoint
    if inspect.isclass(endpoint) and issubclass(endpoint, HTTPEndpoint):
        for verb in VERBS:
            if hasattr(endpoint, verb) and (not route.methods or verb.upper() in route.methods):
                method = getattr(endpoint, verb)
                yield Found(STARLETTE, (verb.upper(),), path, route, method, around=around(route))
    elif inspect.isroutine(endpoint) or hasattr(endpoint, "func"):
        yield Found(STARLETTE, verbs(route), path, route, endpoint, around=around(route))
    else:
        yield Found(ASGI, verbs(route), path, route, endpoint)


def around(route: Any) -> tuple[Any, ...]:
    """The middleware a single route was given."""
    app = getattr(route, "app", None)
    return tuple(layer for layer in wrappers(app) if layer is not route.endpoint)


def verbs(route: Any) -> tuple[str, ...]:
    """The methods of a route; the HEAD that Starlette adds to each GET is not told apart."""
    methods = sorted(route.methods or (ANY,))
    added = isinstance(route, Route) and not hasattr(route, "dependant") and "GET" in methods
    return tuple(method for method in methods if method != "HEAD" or not added)


def frontends(router: Any, prefix: str, provider: Any) -> Iterator[Found]:
    """The built pages that newer releases serve where no route matches."""
    low_priority = getattr(router, "_iter_low_priority_routes", None)
    for candidate in low_priority() if low_priority else ():
        group = getattr(candidate, "original_route", candidate)
        before = prefix + getattr(candidate, "frontend_prefix", "")
        for route in getattr(group, "routes", ()):
            path = f"{before}{route.path}".rstrip("/") + "/{path:path}"
            yield Found(STATIC, ("GET",), path, candidate, route.app, provider)
