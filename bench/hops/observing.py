"""From a request to the hops that happen: sent once, in-process, between start-up and shutdown."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.asgi import Answer, Exchange, Http, WebSocket
from bench.counting import Counts, counting_hops
from bench.errors import UsageError
from bench.hops.application import HANDLER, MIDDLEWARE
from bench.hops.callables import name_of, without_partial
from bench.hops.prediction import Prediction, Route
from bench.hops.reasons import Hops, either, exactly, total
from bench.hops.routes import ANY, FASTAPI

SESSION = "WS"
FIRST_ERROR = 400
TEMPLATE = re.compile(r"{[^{}]*}")

Around = Callable[[], AbstractContextManager[Any]]
"""Made to stand around the request while it is sent: a trace."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one request did.

    Attributes:
        hops: that happened; `expected`, those of the route and of what is there for all.
        sent: the name of what each sent to a worker thread, in order.
        route: the predicted one; None if no route matches.
        error: what the application raised, if it did.
    """

    method: str
    path: str
    status: int
    hops: int
    expected: Hops
    sent: tuple[str, ...]
    route: Route | None
    error: str = ""

    @property
    def agrees(self) -> bool:
        """Whether so many hops were predicted."""
        return self.route is not None and self.expected.holds(self.hops)


def request_of(
    method: str, target: str, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> Http | WebSocket:
    """The request asked for; `WS` opens a WebSocket session and sends the body as its text."""
    parts = urlsplit(target)
    if not parts.path.startswith("/") or not target.isascii():
        raise UsageError(f"a path must begin with / and be ASCII, {target!r} is not: quote it")

    if method.upper() == SESSION:
        return WebSocket(body.decode(), parts.path)

    if body:
        headers = (*headers, (b"content-length", str(len(body)).encode()))

    return Http(method.upper(), parts.path, parts.query.encode(), headers, (body,))


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
    route = matching(prediction, method, request.path)
    return Observation(
        method,
        request.path,
        status,
        counts.hops,
        expected(prediction, route, status),
        tuple(sent_name(one) for one in counts.sent),
        route,
        error,
    )


async def counted(exchange: Exchange, counts: Counts, around: Around) -> tuple[int, str]:
    """The status of one exchange, whose hops are counted; what it raises is told, not thrown."""
    try:
        with counting_hops(counts), around():
            answer: Answer = await exchange()
    except Exception as error:  # whatever an application raises is an observation
        return 500, f"{type(error).__name__}: {error}"

    return answer.status, ""


class Running:
    """Start-up and shutdown of an ASGI application, in a task of their own as in a server."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self.state: dict[str, Any] = {}

    async def __aenter__(self) -> ASGIApp:
        self.task = asyncio.create_task(self.lifespan())
        await self.step("startup")
        return self.request

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, given the state that its lifespan has left."""
        await self.app({**scope, "state": {**self.state}}, receive, send)

    async def __aexit__(self, *raised: object) -> None:
        if not self.task.done():
            await self.step("shutdown")

        await self.end()

    async def end(self) -> None:
        """What the lifespan raised at its end has been told by its message."""
        await asyncio.wait({self.task})
        if not self.task.cancelled():
            self.task.exception()

    async def lifespan(self) -> None:
        asgi = {"version": "3.0", "spec_version": "2.0"}
        scope = {"type": "lifespan", "asgi": asgi, "state": self.state}
        await self.app(scope, self.incoming.get, self.outgoing.put)

    async def step(self, name: str) -> None:
        """One message there and back; an application may do without a lifespan."""
        self.incoming.put_nowait({"type": f"lifespan.{name}"})
        answer = asyncio.ensure_future(self.outgoing.get())
        await asyncio.wait({self.task, answer}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            return

        message = answer.result()
        if message["type"].endswith(".failed"):
            await self.end()
            said = str(message.get("message", "")).strip().splitlines() or ["no reason given"]
            raise UsageError(f"the application must start and stop, its {name} failed: {said[-1]}")


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


def sent_name(function: Any) -> str:
    """What was sent to a worker thread, by name."""
    return name_of(without_partial(function))
