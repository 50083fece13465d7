"""One ASGI exchange in-process: from an application and a request to its answer, with no socket.

The scope equals, key by key, what the locked uvicorn sends (a test captures a real one and
compares), `asgi.spec_version` included: from "2.4" on Starlette streams and sends files by
another path. Incoming messages never suspend, as in uvicorn when the bytes have arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

HEADERS = ((b"host", b"127.0.0.1:8000"), (b"user-agent", b"hopcost"), (b"accept", b"*/*"))
HANDSHAKE = (
    (b"connection", b"Upgrade"),
    (b"upgrade", b"websocket"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"aG9wY29zdC1ob3Bjb3N0IQ=="),
)


class Answer(Protocol):
    """What came back: a status and a body; for a lifespan, the last message's type as the body."""

    @property
    def status(self) -> int: ...

    @property
    def body(self) -> bytes: ...


Headers = tuple[tuple[bytes, bytes], ...]

Exchange = Callable[[], Awaitable[Answer]]
"""One whole exchange, each time it is called and awaited."""


class Request(Protocol):
    """Something an application can be sent."""

    def exchange(self, app: ASGIApp) -> Exchange: ...


@dataclass(frozen=True, slots=True)
class Http:
    """An HTTP request; `chunks` are the bodies of its `http.request` messages, in order.

    `path` is quoted, as it is sent; of `headers` those that are always sent are replaced.
    """

    method: str = "GET"
    path: str = "/"
    query: bytes = b""
    headers: Headers = ()
    chunks: tuple[bytes, ...] = (b"",)

    def exchange(self, app: ASGIApp) -> Exchange:
        scope = http_scope(self)
        headers = scope["headers"]

        async def exchange() -> Answer:
            cycle = HttpCycle(self.chunks)
            own_scope = {**scope, "headers": [*headers], "state": {}}
            await app(own_scope, cycle.receive, cycle.send)
            return cycle

        return exchange


@dataclass(frozen=True, slots=True)
class WebSocket:
    """A WebSocket session in which the client sends `text`, then leaves."""

    text: str
    path: str = "/"
    query: bytes = b""
    headers: Headers = ()

    def exchange(self, app: ASGIApp) -> Exchange:
        scope = websocket_scope(self)
        headers = scope["headers"]

        async def exchange() -> Answer:
            session = WebSocketSession(self.text)
            own_scope = {**scope, "headers": [*headers], "subprotocols": [], "state": {}}
            await app(own_scope, session.receive, session.send)
            return session

        return exchange


@dataclass(frozen=True, slots=True)
class Lifespan:
    """One start-up and shutdown."""

    def exchange(self, app: ASGIApp) -> Exchange:
        async def exchange() -> Answer:
            lifespan = LifespanCycle()
            scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}
            await app({**scope, "state": {}}, lifespan.receive, lifespan.send)
            return lifespan

        return exchange


def http_scope(request: Http) -> Scope:
    """The scope uvicorn makes of `request` (uvicorn/protocols/http/h11_impl.py)."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "scheme": "http",
        "method": request.method,
        "root_path": "",
        "path": unquote(request.path),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query,
        "headers": sent(HEADERS, request.headers),
        "state": {},
    }


def websocket_scope(request: WebSocket) -> Scope:
    """The scope uvicorn makes of `request` (uvicorn/protocols/websockets)."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": unquote(request.path),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query,
        "headers": sent((*HEADERS, *HANDSHAKE), request.headers),
        "subprotocols": [],
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }


def sent(usual: Headers, own: Headers) -> list[tuple[bytes, bytes]]:
    """The headers of a request: the usual ones, but for those it names itself."""
    named = {name for name, _ in own}
    return [*(header for header in usual if header[0] not in named), *own]


class HttpCycle:
    """One request and its answer; `receive` and `send` behave as uvicorn's."""

    __slots__ = ("_chunks", "_complete", "_received", "_waiting", "chunks", "status")

    def __init__(self, chunks: tuple[bytes, ...]) -> None:
        self._chunks = chunks
        self._received = 0
        self._complete = False
        self._waiting: asyncio.Event | None = None
        self.status = 0
        self.chunks: list[bytes] = []

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    async def receive(self) -> Message:
        index = self._received
        if index < len(self._chunks) and not self._complete:
            self._received = index + 1
            more_body = self._received < len(self._chunks)
            return {"type": "http.request", "body": self._chunks[index], "more_body": more_body}

        if not self._complete:
            self._waiting = self._waiting or asyncio.Event()
            await self._waiting.wait()

        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self._complete:
            raise RuntimeError(f"the answer is complete, but {message['type']!r} was sent")

        if message["type"] == "http.response.start":
            self.status = message["status"]
            return

        self.chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            self._complete = True
            if self._waiting is not None:
                self._waiting.set()


class WebSocketSession:
    """One WebSocket session; the status is 101 once the application has accepted.

    If it closes instead, that is 403, as in uvicorn, unless it sends an answer of its own.
    """

    __slots__ = ("_incoming", "chunks", "status")

    def __init__(self, text: str) -> None:
        self._incoming: list[Message] = [
            {"type": "websocket.disconnect", "code": 1000, "reason": ""},
            {"type": "websocket.receive", "text": text},
            {"type": "websocket.connect"},
        ]
        self.status = 0
        self.chunks: list[bytes] = []

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    async def receive(self) -> Message:
        return self._incoming.pop() if len(self._incoming) > 1 else self._incoming[0]

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self.status = 101
        elif message["type"] == "websocket.send":
            text = message.get("text")
            self.chunks.append(message["bytes"] if text is None else text.encode())
        elif message["type"] == "websocket.http.response.start":
            self.status = message["status"]
        elif message["type"] == "websocket.close" and not self.status:
            self.status = 403


class LifespanCycle:
    """One start-up and shutdown; the status is 200 when both were completed."""

    __slots__ = ("_incoming", "_sent")

    def __init__(self) -> None:
        self._incoming: list[Message] = [
            {"type": "lifespan.shutdown"},
            {"type": "lifespan.startup"},
        ]
        self._sent: list[str] = []

    @property
    def status(self) -> int:
        completed = ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        return 200 if self._sent == completed else 500

    @property
    def body(self) -> bytes:
        return " ".join(self._sent).encode()

    async def receive(self) -> Message:
        return self._incoming.pop()

    async def send(self, message: Message) -> None:
        self._sent.append(message["type"])
