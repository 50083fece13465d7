"""From a request to the route that answers it, and to the hops that were to be expected."""

from __future__ import annotations

import re

from starlette.routing import compile_path

from bench.hops.application import HANDLER, MIDDLEWARE
from bench.hops.prediction import Prediction, Route
from bench.hops.reasons import Hops, either, exactly, total
from bench.hops.routes import ANY, FASTAPI

FIRST_ERROR = 400
TEMPLATE = re.compile(r"{[^{}]*}")


def expected(prediction: Prediction, route: Route | None, status: int) -> Hops:
    """The hops of the route and of all that stands around it; after an error, up to as many."""
    if route is None:
        return exactly(0)

    met = [part for part in prediction.parts if route.path.startswith(part.prefix)]
    passed = [part for part in met if part.kind == MIDDLEWARE]
    hops = total([route.hops, *(reason.hops for part in passed for reason in part.reasons)])
    if status < FIRST_ERROR:
        return hops

    handlers = [part for part in met if part.kind == HANDLER]
    handled = either(total(reason.hops for reason in part.reasons) for part in handlers)
    return total([Hops(0, hops.most), Hops(0, handled.most)])


def matching(prediction: Prediction, method: str, path: str) -> Route | None:
    """The route that answers, as the application would look for it."""
    for route in prediction.routes:
        if answers(route, method) and pattern(route.path).match(path):
            return route

    return None


def answers(route: Route, method: str) -> bool:
    """Whether a route answers this method; Starlette answers HEAD as it does GET."""
    if method == "HEAD" and route.kind != FASTAPI:
        method = "GET"

    return method in route.methods or ANY in route.methods


def pattern(template: str) -> re.Pattern[str]:
    """A path template, after its host, as the pattern of the paths it answers."""
    path = template[max(template.find("/"), 0) :]
    try:
        return compile_path(path)[0]
    except (AssertionError, ValueError):  # a convertor or a name that only its mount knows
        return re.compile(TEMPLATE.sub("[^/]+", path) + "$")
