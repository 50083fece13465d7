"""From a request to the route that answers it, and to the hops that were to be expected."""

from __future__ import annotations

import re

from starlette.routing import compile_path

from bench.hops.application import GZIPPED, HANDLER, MIDDLEWARE, Part
from bench.hops.contents import FILE
from bench.hops.prediction import Prediction, Route
from bench.hops.reasons import Hops, Reason, either, total
from bench.hops.routes import ANY, FASTAPI

FIRST_ERROR = 400
HEAD = "HEAD"
TEMPLATE = re.compile(r"{[^{}:]*(:path)?[^{}]*}")


def expected(
    prediction: Prediction, route: Route | None, status: int, method: str, *, gzipped: bool
) -> Hops:
    """The hops of the route and of all that stands around it; after an error, up to as many."""
    met = [part for part in prediction.parts if stands_around(part, route)]
    passed = [part for part in met if part.kind == MIDDLEWARE and (gzipped or part.when != GZIPPED)]
    own = [asked_for(reason, method) for reason in route.reasons] if route else []
    hops = total([*own, *(reason.hops for part in passed for reason in part.reasons)])
    if status < FIRST_ERROR:
        return hops

    handlers = [part for part in met if part.kind == HANDLER]
    handled = either(total(reason.hops for reason in part.reasons) for part in handlers)
    return total([Hops(0, hops.most), Hops(0, handled.most)])


def stands_around(part: Part, route: Route | None) -> bool:
    """Whether a part belongs to the application of a route, or to one in which that is mounted."""
    prefix = route.prefix if route else ""
    return not part.prefix or f"{prefix}/".startswith(f"{part.prefix}/")


def asked_for(reason: Reason, method: str) -> Hops:
    """The hops of a reason; HEAD does not read the file whose size it answers."""
    return Hops(0, reason.hops.most) if (reason.kind, method) == (FILE, HEAD) else reason.hops


def matching(prediction: Prediction, method: str, path: str, host: str = "") -> Route | None:
    """The route that answers, as the application would look for it."""
    for route in prediction.routes:
        if answers(route, method) and stands_at(route, path, host):
            return route

    return None


def nearest(prediction: Prediction, path: str, host: str) -> str:
    """What would be answered instead, where no route matches: other methods, or a path."""
    slash = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    for tried in (path, slash):
        found = [route.title for route in prediction.routes if stands_at(route, tried, host)]
        if found:
            return f"no route answers it, {found[0]} would: nothing was predicted"

    return "no route answers it: nothing was predicted, --min-hops 0 names every route"


def answers(route: Route, method: str) -> bool:
    """Whether a route answers this method; Starlette answers HEAD as it does GET."""
    if method == HEAD and route.kind != FASTAPI:
        method = "GET"

    return method in route.methods or ANY in route.methods


def stands_at(route: Route, path: str, host: str) -> bool:
    """Whether a route stands at this path, and at this host if it names one."""
    start = max(route.path.find("/"), 0)
    if start and not pattern(route.path[:start]).match(host):
        return False

    return pattern(route.path[start:]).match(path) is not None


def pattern(template: str) -> re.Pattern[str]:
    """A template of paths or hosts as the pattern of those it answers."""
    try:
        return compile_path(template)[0]
    except (AssertionError, ValueError):  # a convertor or a name that only its mount knows
        return re.compile(TEMPLATE.sub(lambda one: ".*" if one[1] else "[^/]+", template) + "$")
