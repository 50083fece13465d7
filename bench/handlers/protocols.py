"""Beside plain HTTP: WebSocket sessions, WSGI applications, the lifespan."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI, WebSocket
from starlette.types import ASGIApp, Receive, Scope, Send

from bench import asgi
from bench.handlers.dependencies import async_dependency, def_dependency
from bench.handlers.kind import HandlerKind

STARTED_AND_STOPPED = b"lifespan.startup.complete lifespan.shutdown.complete"


def websocket(dependency: Callable[[], Any]) -> ASGIApp:
    app = FastAPI()

    @app.websocket("/")
    async def echo(socket: WebSocket, value: Annotated[int, Depends(dependency)]) -> None:
        await socket.accept()
        text = await socket.receive_text()
        await socket.send_text(f"{text} {value}")

    return app


def greet(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application."""
    start_response("200 OK", [("content-type", "text/plain")])
    return [b"hello"]


def wsgi() -> ASGIApp:
    from starlette.middleware.wsgi import WSGIMiddleware  # deprecated: warns when imported

    return WSGIMiddleware(greet)


def inline_wsgi() -> ASGIApp:
    """Calls the WSGI application on the event loop."""
    from starlette.middleware.wsgi import build_environ  # as above

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        request = await receive()
        environ = build_environ(scope, request["body"])
        chunks = greet(environ, lambda status, headers: started.append((status, headers)))
        status, headers = started[0]
        await send(
            {
                "type": "http.response.start",
                "status": int(status.split(" ", 1)[0]),
                "headers": [(name.encode(), value.encode()) for name, value in headers],
            }
        )
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        await send({"type": "http.response.body", "body": b""})

    return app


def def_lifespan() -> ASGIApp:
    def lifespan(app: FastAPI) -> Iterator[None]:
        yield

    return FastAPI(lifespan=lifespan)  # type: ignore[arg-type]  # accepted, though not announced


def async_lifespan() -> ASGIApp:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield

    return FastAPI(lifespan=lifespan)


SOCKET = asgi.WebSocket("hello")

KINDS = (
    HandlerKind(
        "websocket-def-dep",
        "WebSocket session with a `def` dependency",
        lambda: websocket(def_dependency()),
        1,
        b"hello 1",
        "websocket-async-dep",
        status=101,
        request=SOCKET,
    ),
    HandlerKind(
        "websocket-async-dep",
        "WebSocket session with an `async def` dependency",
        lambda: websocket(async_dependency()),
        0,
        b"hello 1",
        status=101,
        request=SOCKET,
    ),
    HandlerKind("wsgi", "`WSGIMiddleware`", wsgi, 1, b"hello", "inline-wsgi"),
    HandlerKind("inline-wsgi", "the WSGI app called on the event loop", inline_wsgi, 0, b"hello"),
    HandlerKind(
        "def-lifespan",
        "start-up and shutdown in a `def` generator",
        def_lifespan,
        0,
        STARTED_AND_STOPPED,
        request=asgi.Lifespan(),
    ),
    HandlerKind(
        "async-lifespan",
        "start-up and shutdown in an `async def` generator",
        async_lifespan,
        0,
        STARTED_AND_STOPPED,
        request=asgi.Lifespan(),
    ),
)
