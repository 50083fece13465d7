"""From an application to the hops of every route, with the reason of each; nothing of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bench.hops import application, endpoints, routes, serving
from bench.hops.application import Part
from bench.hops.callables import callee
from bench.hops.dependencies import reasons_of
from bench.hops.reasons import Hops, Place, Reason, total
from bench.hops.routes import Found


@dataclass(frozen=True, slots=True)
class Route:
    """One route and why it hops.

    Attributes:
        prefix: where the application it belongs to is mounted.
    """

    kind: str
    methods: tuple[str, ...]
    path: str
    name: str
    place: Place | None
    reasons: tuple[Reason, ...]
    prefix: str

    @property
    def hops(self) -> Hops:
        """Of a request that is valid, is answered by the endpoint and is not the first."""
        return total(reason.hops for reason in self.reasons)

    @property
    def title(self) -> str:
        """`GET /items/{item_id}`."""
        return f"{','.join(self.methods)} {self.path}"


@dataclass(frozen=True, slots=True)
class Prediction:
    """Every route in the order in which it is matched, and what is there for all of them."""

    routes: tuple[Route, ...]
    parts: tuple[Part, ...]

    def worst_first(self, min_hops: int = 0, path: str = "*") -> tuple[Route, ...]:
        """The routes that may hop so often and whose path matches, most hops first."""
        chosen = (route for route in self.routes if reaches(route.hops, min_hops))
        matching = (route for route in chosen if fnmatchcase(route.path, path))
        return tuple(sorted(matching, key=lambda route: route.hops.order, reverse=True))


def reaches(hops: Hops, count: int) -> bool:
    """Whether there may be so many."""
    return hops.most is None or hops.most >= count


def predicted(app: Any, around: tuple[Any, ...] = ()) -> Prediction:
    """The hops of an application; `around` is middleware it is wrapped in, outermost first."""
    return Prediction(
        tuple(of_route(found) for found in routes.routes(app)),
        tuple(application.parts(app, around)),
    )


def of_route(found: Found) -> Route:
    """One route."""
    called = callee(found.endpoint)
    return Route(
        found.kind,
        found.methods,
        found.path,
        called.name,
        called.place,
        tuple(why(found)),
        found.prefix,
    )


def why(found: Found) -> Iterator[Reason]:
    """The reasons of one route, in the order of its request."""
    for layer in found.around:
        for reason in application.of_layer(layer, found.path).reasons:
            if reason.hops.most != 0:
                yield reason

    if found.kind == routes.FASTAPI:
        yield from endpoints.of_fastapi(found.route, found.provider)
    elif found.kind == routes.WEBSOCKET:
        yield from endpoints.of_websocket(found.route, found.provider)
    elif found.kind == routes.STARLETTE:
        yield from endpoints.of_starlette(found.endpoint)
    elif found.kind == routes.STATIC:
        yield from of_static(found)
    else:
        yield from endpoints.of_asgi(found.endpoint)


def of_static(found: Found) -> Iterator[Reason]:
    """Served files; built pages may have dependencies."""
    if found.route is not None:
        yield from reasons_of(found.route.dependant, found.provider)

    yield serving.of_static(found.endpoint)
