"""From an application to what hops once for all its routes: middleware, exception handlers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette._utils import is_async_callable
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware

from bench.hops.advice import COMPRESSED, NONE, advice
from bench.hops.callables import callee, name_of
from bench.hops.reasons import KEEP, SURE, UNSURE, UNTOLD, Advice, Hops, Place, Reason, exactly
from bench.hops.routes import applications
from bench.hops.source import source_of
from bench.hops.wrapped import wrappers
from bench.hops.written import written

MIDDLEWARE = "middleware"
HANDLER = "exception handler"
LIFESPAN = "lifespan"
THRESHOLD = "thread_minimum_size"
GZIPPED = "every request that accepts gzip"
LIBRARIES = ("starlette.", "fastapi.", "uvicorn.")
UNREAD = Advice(UNTOLD, "cannot be told: its source is not there", UNSURE)
DEBUG = Advice(KEEP, "goes with `debug=True`", SURE)


@dataclass(frozen=True, slots=True)
class Part:
    """Something of an application that is there for all its routes.

    Attributes:
        prefix: where the application is mounted; "" is the outermost one.
        when: which requests meet it, as a phrase.
    """

    kind: str
    name: str
    prefix: str
    when: str
    reasons: tuple[Reason, ...]


def parts(app: Any, around: tuple[Any, ...]) -> Iterator[Part]:
    """Every part of an application, of what stands around it, and of all that are mounted in it."""
    for mounted in applications(app, around):
        for layer in mounted.around:
            yield of_layer(layer, mounted.prefix)

        if isinstance(mounted.app, Starlette):
            yield from of_application(mounted.app, mounted.prefix)
        else:
            stack = getattr(mounted.app, "middleware_stack", None)
            for layer in wrappers(stack) if stack else ():
                yield of_layer(layer, mounted.prefix)


def of_application(app: Any, prefix: str) -> Iterator[Part]:
    """The middleware, exception handlers and lifespan of one application."""
    for middleware in app.user_middleware:
        cls, *_, options = middleware  # older releases have no arguments between the two
        yield of_middleware(cls, options, prefix)

    for error, handler in app.exception_handlers.items():
        if not str(getattr(handler, "__module__", "")).startswith(LIBRARIES):
            yield of_handler(error, handler, prefix)

    if app.debug:
        text = "the page with the traceback is written in a worker thread"
        reason = Reason(HANDLER, "debug", text, exactly(1), DEBUG)
        yield Part(HANDLER, "debug", prefix, "an error nobody handles", (reason,))

    lifespan = app.router.lifespan_context
    name = name_of(getattr(lifespan, "__wrapped__", lifespan))
    text = "start-up and shutdown run on the event loop"
    yield Part(
        LIFESPAN,
        name,
        prefix,
        "start-up and shutdown",
        (Reason(LIFESPAN, name, text, exactly(0), NONE),),
    )


def of_middleware(cls: Any, options: dict[str, Any], prefix: str) -> Part:
    """Middleware as it was added: a class and its options."""
    if cls is BaseHTTPMiddleware and "dispatch" in options:
        return read(options["dispatch"], prefix)

    if cls is GZipMiddleware:
        return compressing(options.get(THRESHOLD, default_threshold()), prefix)

    if inspect.isclass(cls):
        return of_class(cls, prefix)

    return read(cls, prefix)


def of_layer(layer: Any, prefix: str) -> Part:
    """Middleware as it stands around an application: an object, or a function."""
    if isinstance(layer, GZipMiddleware):
        return compressing(getattr(layer, THRESHOLD, None), prefix)

    if isinstance(layer, BaseHTTPMiddleware):
        return read(layer.dispatch_func, prefix, name=type(layer).__name__)

    return read(layer, prefix) if inspect.isroutine(layer) else of_class(type(layer), prefix)


def of_class(cls: type, prefix: str) -> Part:
    """Middleware known by its class: a `dispatch`, or an ASGI `__call__`."""
    method = getattr(cls, "dispatch" if issubclass(cls, BaseHTTPMiddleware) else "__call__")
    if cls.__module__.startswith(LIBRARIES):  # none of them hops but the one above
        return part(cls.__name__, prefix, NONE, (), None)

    return read(method, prefix, name=cls.__name__)


def read(call: Any, prefix: str, name: str = "") -> Part:
    """Middleware of the application's own: the hops written into it."""
    called = callee(call)
    readable = source_of(called.function) is not None
    advised = NONE if readable else UNREAD
    return part(name or called.name, prefix, advised, tuple(written(call)), called.place)


def part(
    name: str, prefix: str, advised: Advice, found: tuple[Reason, ...], place: Place | None
) -> Part:
    """A middleware and its hops; none is a reason too."""
    text = f"middleware `{name}` itself"
    own = Reason(MIDDLEWARE, name, text, exactly(0), advised, place)
    return Part(MIDDLEWARE, name, prefix, "every request", (own, *found))


def compressing(threshold: int | None, prefix: str) -> Part:
    """Gzip: newer releases compress what is long in a worker thread."""
    name = GZipMiddleware.__name__
    if threshold is None:
        return part(name, prefix, NONE, (), None)

    text = f"middleware `{name}`, an answer or a piece of it from {threshold} bytes on"
    hops = Hops(0, None, "such piece")
    reason = Reason(MIDDLEWARE, name, text, hops, COMPRESSED)
    return Part(MIDDLEWARE, name, prefix, GZIPPED, (reason,))


def default_threshold() -> int | None:
    """From how many bytes on the installed release compresses elsewhere; None if it never does."""
    parameter = inspect.signature(GZipMiddleware).parameters.get(THRESHOLD)
    return None if parameter is None else parameter.default


def of_handler(error: Any, handler: Any, prefix: str) -> Part:
    """An exception handler: a hop if it is `def`."""
    called = callee(handler)
    name = getattr(error, "__name__", str(error))
    if is_async_callable(handler):
        text, hops, advised = "is async", exactly(0), NONE
    else:
        text, hops, advised = "is `def`", exactly(1), advice(handler)

    text = f"exception handler `{called.name}` {text}"
    reason = Reason(HANDLER, called.name, text, hops, advised, called.place)
    return Part(HANDLER, called.name, prefix, f"`{name}` raised", (reason, *written(handler)))
