"""From a request to the hops that happen: sent once, in-process, between start-up and shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from bench.asgi import Exchange, Headers, Http, WebSocket
from bench.counting import Counts, counting_hops
from bench.errors import UsageError
from bench.hops.callables import name_of, without_partial
from bench.hops.matching import expected, matching, nearest
from bench.hops.prediction import Prediction, Route
from bench.hops.reasons import Hops
from bench.hops.running import Running

SESSION = "WS"
LIMIT_SECONDS = 20.0
"""After which an answer that has not ended is cancelled: a stream may be endless."""

Around = Callable[[], AbstractContextManager[Any]]
"""Made to stand around the request while it is sent: a trace."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one request did.

    Attributes:
        hops: that happened; `expected`, those of the route and of what is there for all.
        sent: the name of what each sent to a worker thread, in order.
        route: the predicted one; None if no route matches.
        missed: why none does.
        status: 0 if the answer did not end.
        error: what the application raised, or that it did not end; empty if neither.
    """

    method: str
    path: str
    status: int
    hops: int
    expected: Hops
    sent: tuple[str, ...]
    route: Route | None
    missed: str = ""
    error: str = ""

    @property
    def agrees(self) -> bool:
        """Whether so many hops were predicted."""
        return self.route is not None and self.expected.holds(self.hops)


def request_of(method: str, target: str, headers: Headers, body: bytes) -> Http | WebSocket:
    """The request asked for; `WS` opens a WebSocket session and sends the body as its text."""
    if not target.startswith("/") or not target.isascii():
        raise UsageError(f"a path must begin with / and be ASCII, {target!r} is not: quote it")

    if not method.isalpha() or not method.isascii():
        raise UsageError(f"a method must be a word, as GET or {SESSION}, {method!r} is none")

    path, _, query = target.partition("#")[0].partition("?")
    if method.upper() == SESSION:
        return WebSocket(body.decode(), path, query.encode(), headers)

    if body:
        headers = (*headers, (b"content-length", str(len(body)).encode()))

    return Http(method.upper(), path, query.encode(), headers, (body,))


def observe(
    app: Any,
    prediction: Prediction,
    request: Http | WebSocket,
    around: Around = nullcontext,
) -> Observation:
    """Sends the request once, after the application has started; then shuts it down."""
    counts = Counts()

    async def session() -> tuple[int, str]:
        async with Running(app) as started:
            return await counted(request.exchange(started), counts, around)

    status, error = asyncio.run(session())
    method = SESSION if isinstance(request, WebSocket) else request.method
    path, host = unquote(request.path), header(request, b"host").partition(":")[0]
    route = matching(prediction, method, path, host)
    gzipped = "gzip" in header(request, b"accept-encoding")
    return Observation(
        method,
        request.path,
        status,
        counts.hops,
        expected(prediction, route, status, method, gzipped=gzipped),
        tuple(sent_name(one) for one in counts.sent),
        route,
        "" if route else nearest(prediction, path, host),
        error,
    )


def header(request: Http | WebSocket, name: bytes) -> str:
    """A header of a request; "" if it has none."""
    return dict(request.headers).get(name, b"").decode("latin-1")


async def counted(exchange: Exchange, counts: Counts, around: Around) -> tuple[int, str]:
    """The status of one exchange, whose hops are counted; what it raises is told, not thrown."""
    with around(), counting_hops(counts):
        answer = asyncio.ensure_future(exchange())
        ended, _ = await asyncio.wait({answer}, timeout=LIMIT_SECONDS)
        if not ended:
            answer.cancel()
            await asyncio.wait({answer})
            return 0, f"it did not end within {LIMIT_SECONDS:g} s, and was cancelled"

    error = answer.exception()  # whatever an application raises is an observation
    if isinstance(error, Exception):
        return 500, f"it raised {type(error).__name__}: {error}"

    return answer.result().status, ""


def sent_name(function: Any) -> str:
    """What was sent to a worker thread, by name; newer releases send an endpoint inside another."""
    inner = getattr(function, "keywords", {}).get("function", function)
    return name_of(without_partial(inner))
