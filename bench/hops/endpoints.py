"""From one endpoint to its own hops: being `def`, a checked answer, a stream, an upload."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from starlette._utils import is_async_callable

from bench.hops import dependencies, release
from bench.hops.advice import AS_RESPONSE, FOREIGN, NONE, ON_LOOP, SPOOLED, advised
from bench.hops.callables import OBJECT, Callee, callee
from bench.hops.contents import ITEM, Returned, reasons_of, returned
from bench.hops.judging import root
from bench.hops.reasons import FREE, UNSURE, UNTOLD, Advice, Hops, Reason, exactly
from bench.hops.source import annotations_of, source_of
from bench.hops.wrapped import is_wsgi
from bench.hops.written import FRAMEWORKS, written, written_in

ENDPOINT = "endpoint"
ANNOTATION = "return annotation"
STREAM = "stream"
UPLOAD = "upload"
WSGI = "wsgi"
DISK = "time it is written, sought, read or closed on disk"
UNREAD = Advice(UNTOLD, "cannot be told: an ASGI application without a source", UNSURE)


def of_fastapi(route: Any, provider: Any) -> Iterator[Reason]:
    """A path operation: its dependencies, then its endpoint, then what it answers."""
    yield from dependencies.reasons_of(route.dependant, provider)
    yield from uploads(route)
    if release.streams(route):
        yield from generated(route)
        return

    call = route.dependant.call
    called = callee(call)
    every = answers(called)
    if release.endpoint_is_awaited(route.dependant):
        yield from written_in(called)
    else:
        yield endpoint(called)
        yield from written_in(called)
        yield from validated(route, called, every)

    yield from reasons_of(every, release.plain(route.response_class))


def endpoint(called: Callee) -> Reason:
    """The hop of an endpoint that is `def`."""
    way = "an object with a `def __call__`" if called.sort == OBJECT else "`def`"
    text = f"endpoint `{called.name}` is {way}"
    return Reason(ENDPOINT, called.name, text, exactly(1), advised(called), called.place)


def validated(route: Any, called: Callee, every: tuple[Returned, ...]) -> Iterator[Reason]:
    """The second hop of a `def` endpoint: its answer is validated in a worker thread too."""
    if not route.response_field or all(one.response for one in every):
        return

    hops = Hops(0, 1) if any(one.response for one in every) else exactly(1)
    what = ON_LOOP if advised(called).verdict == FREE else AS_RESPONSE
    text = f"return annotation or response model on `def` endpoint `{called.name}`"
    yield Reason(ANNOTATION, called.name, text, hops, what, called.place)


def generated(route: Any) -> Iterator[Reason]:
    """A generator endpoint, called on the loop and iterated: in a worker thread if it is `def`."""
    call = route.dependant.call
    called = callee(call)
    yield from written_in(called)
    if release.is_async_generator(call):
        return

    text = f"endpoint `{called.name}` is a `def` with `yield`"
    yield Reason(STREAM, called.name, text, Hops(1, None, ITEM), advised(called), called.place)


def uploads(route: Any) -> Iterator[Reason]:
    """Files the route asks for: no hop in memory, some for each that is spooled to disk."""
    from fastapi.params import File

    for name in dict.fromkeys(files(route.dependant, File)):
        text = f"upload `{name}`, where it does not fit in memory"
        yield Reason(UPLOAD, name, text, Hops(0, None, DISK), SPOOLED)


def files(dependant: Any, file: type) -> Iterator[str]:
    """The names of the file parameters of a route and of its dependencies."""
    for field in dependant.body_params:
        if isinstance(field.field_info, file):
            yield field.name

    for sub in dependant.dependencies:
        yield from files(sub, file)


def of_websocket(route: Any, provider: Any) -> Iterator[Reason]:
    """A WebSocket session: its endpoint runs on the loop, its dependencies as anywhere."""
    if hasattr(route, "dependant"):
        yield from dependencies.reasons_of(route.dependant, provider)

    endpoint = route.endpoint
    methods = ("on_connect", "on_receive", "on_disconnect")
    names = [name for name in methods if inspect.isclass(endpoint) and hasattr(endpoint, name)]
    for call in [getattr(endpoint, name) for name in names] or [endpoint]:
        yield from written(call)


def of_starlette(call: Any) -> Iterator[Reason]:
    """A Starlette endpoint: a function, or one method of an `HTTPEndpoint`."""
    called = callee(call)
    if not is_async_callable(call):
        yield endpoint(called)

    yield from written_in(called)
    yield from reasons_of(answers(called), None)


def of_asgi(app: Any) -> Iterator[Reason]:
    """Any other ASGI application: what is written into it, or that it cannot be read."""
    if hops_through(app):
        text = f"`{type(app).__name__}` runs the whole WSGI application"
        yield Reason(WSGI, type(app).__name__, text, exactly(1), FOREIGN)
        return

    called = callee(app)
    read = source_of(called.function) is not None
    text = f"ASGI application `{called.name}`" + (", as far as its source shows" if read else "")
    yield Reason("asgi", called.name, text, exactly(0), NONE if read else UNREAD, called.place)
    yield from written(app)


def hops_through(app: Any) -> bool:
    """Whether it is Starlette's own bridge; others have thread pools of their own, and no hop."""
    return is_wsgi(app) and type(app).__module__.startswith("starlette.")


def answers(called: Callee) -> tuple[Returned, ...]:
    """What an endpoint returns, as far as source or annotation show."""
    function = called.function
    own = function is not None and root(function) not in FRAMEWORKS
    annotation = annotations_of(function).get("return")
    return returned(source_of(function) if own else None, annotation)
