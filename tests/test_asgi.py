"""The exchange behaves as the locked uvicorn: a real one is asked, and what it sends compared."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from websockets.sync.client import connect

from bench.asgi import (
    HEADERS,
    Answer,
    Http,
    Lifespan,
    Request,
    WebSocket,
    http_scope,
    websocket_scope,
)

BODY = b"0123456789"
GET = Http(path="/items/7", query=b"limit=1&q=a%20b")
POST = Http(
    method="POST",
    path="/items",
    headers=((b"content-type", b"text/plain"), (b"content-length", b"10")),
    chunks=(BODY,),
)
QUOTED = Http(path="/a%20b/%C3%A4")
REQUESTS = {"get": GET, "post": POST, "quoted": QUOTED}

Seen = tuple[Scope, list[Message]]


class Keeper:
    """An application that answers anything, and keeps the scope and the messages it received."""

    def __init__(self) -> None:
        self.lifespans: queue.SimpleQueue[Seen] = queue.SimpleQueue()
        self.others: queue.SimpleQueue[Seen] = queue.SimpleQueue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []
        kept = self.lifespans if scope["type"] == "lifespan" else self.others
        answer: dict[str, Callable[..., Any]] = {
            "http": self.http,
            "websocket": self.websocket,
            "lifespan": self.lifespan,
        }
        await answer[scope["type"]](messages, receive, send)
        kept.put((scope, messages))

    async def http(self, messages: list[Message], receive: Receive, send: Send) -> None:
        messages.append(await receive())
        while messages[-1]["more_body"]:
            messages.append(await receive())

        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        messages.append(await receive())

    async def websocket(self, messages: list[Message], receive: Receive, send: Send) -> None:
        messages.append(await receive())
        await send({"type": "websocket.accept"})
        while messages[-1]["type"] != "websocket.disconnect":
            messages.append(await receive())

    async def lifespan(self, messages: list[Message], receive: Receive, send: Send) -> None:
        for event in ("startup", "shutdown"):
            messages.append(await receive())
            await send({"type": f"lifespan.{event}.complete"})


class RealServer:
    """A uvicorn in a thread of its own, in front of a Keeper."""

    def __init__(self, http: str) -> None:
        self.app = Keeper()
        config = uvicorn.Config(
            self.app, port=0, http=http, loop="asyncio", lifespan="on", log_level="critical"
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()

    def connected(self) -> socket.socket:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return socket.create_connection(("127.0.0.1", port), timeout=30)

    def sent(self, request: Http) -> Seen:
        """What the application sees of `request`, sent with exactly its headers."""
        lines = [f"{request.method} {request.path}?{request.query.decode()} HTTP/1.1".encode()]
        lines += [name + b": " + value for name, value in (*HEADERS, *request.headers)]
        with self.connected() as client:
            client.sendall(b"\r\n".join([*lines, b"", b"".join(request.chunks)]))
            assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")

        return self.app.others.get(timeout=30)

    def spoken_to(self, session: WebSocket) -> Seen:
        """What the application sees of a client of `websockets` that sends a text and leaves."""
        client = connect(
            f"ws://127.0.0.1:8000{session.path}?{session.query.decode()}",
            sock=self.connected(),
            user_agent_header="hopcost",
            additional_headers={"accept": "*/*"},
            compression=None,
        )
        with client:
            client.send(session.text)

        return self.app.others.get(timeout=30)


@pytest.fixture(scope="module", params=["h11", "httptools"])
def real(request: pytest.FixtureRequest) -> Iterator[RealServer]:
    pytest.importorskip(request.param)
    server = RealServer(request.param)
    yield server
    server.stop()


def without_ports(scope: Scope) -> Scope:
    """The scope with the type of a port in its place."""
    addresses = {end: (scope[end][0], type(scope[end][1])) for end in ("server", "client")}
    return {**scope, **addresses}


def without_headers(scope: Scope) -> Scope:
    return {key: value for key, value in scope.items() if key != "headers"}


def seen_in_process(request: Request) -> Seen:
    keeper = Keeper()
    asyncio.run(answered(keeper, request))
    return (keeper.lifespans if isinstance(request, Lifespan) else keeper.others).get_nowait()


async def answered(app: ASGIApp, request: Request) -> Answer:
    return await request.exchange(app)()


@pytest.mark.parametrize("name", REQUESTS)
def test_the_http_scope_equals_that_of_uvicorn_key_by_key(real: RealServer, name: str) -> None:
    scope, _ = real.sent(REQUESTS[name])

    assert without_ports(scope) == without_ports(http_scope(REQUESTS[name]))


@pytest.mark.parametrize("request_", [*REQUESTS.values(), WebSocket("hello", "/talk"), Lifespan()])
def test_an_exchange_sends_a_scope_with_the_types_of_a_real_one(request_: Request) -> None:
    scope, _ = seen_in_process(request_)

    assert {type(value) for value in scope.values()} <= {str, bytes, tuple, list, dict}
    assert scope["state"] == {}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_exchange_sends_the_scope_it_declares(name: str) -> None:
    scope, _ = seen_in_process(REQUESTS[name])

    assert scope == http_scope(REQUESTS[name])


@pytest.mark.parametrize("name", REQUESTS)
def test_the_http_messages_equal_those_of_uvicorn(real: RealServer, name: str) -> None:
    _, messages = real.sent(REQUESTS[name])

    assert seen_in_process(REQUESTS[name])[1] == messages


def test_the_websocket_scope_equals_that_of_uvicorn_key_by_key(real: RealServer) -> None:
    session = WebSocket("hello", "/talk%20more", b"token=1")

    scope, _ = real.spoken_to(session)

    assert without_headers(without_ports(scope)) == without_headers(
        without_ports(websocket_scope(session))
    )


def test_the_websocket_scope_has_the_headers_of_a_handshake(real: RealServer) -> None:
    scope, _ = real.spoken_to(WebSocket("hello"))

    sent = sorted(name for name, _ in scope["headers"])
    assert sorted(name for name, _ in websocket_scope(WebSocket("hello"))["headers"]) == sent


def test_a_websocket_exchange_sends_the_scope_it_declares() -> None:
    session = WebSocket("hello", "/talk")

    scope, _ = seen_in_process(session)

    assert scope == websocket_scope(session)


def test_the_websocket_messages_equal_those_of_uvicorn(real: RealServer) -> None:
    session = WebSocket("hello")

    _, messages = real.spoken_to(session)

    assert seen_in_process(session)[1] == messages


def test_the_lifespan_equals_that_of_uvicorn() -> None:
    server = RealServer("h11")
    server.stop()

    assert seen_in_process(Lifespan()) == server.app.lifespans.get(timeout=30)


def test_a_post_delivers_its_body() -> None:
    _, messages = seen_in_process(POST)

    assert messages[0] == {"type": "http.request", "body": BODY, "more_body": False}


def test_an_upload_arrives_in_the_declared_chunks() -> None:
    _, messages = seen_in_process(Http(method="POST", chunks=(b"a", b"", b"bc")))

    bodies = [(message["body"], message["more_body"]) for message in messages[:-1]]
    assert bodies == [(b"a", True), (b"", True), (b"bc", False)]


def test_a_streamed_answer_is_collected() -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 201})
        for chunk in (b"a", b"bc"):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        await send({"type": "http.response.body"})

    answer = asyncio.run(answered(stream, Http()))

    assert (answer.status, answer.body) == (201, b"abc")


def test_receive_after_the_body_waits_for_the_end_of_the_answer() -> None:
    events: list[str] = []

    async def listen(receive: Receive) -> None:
        events.append((await receive())["type"])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        listener = asyncio.ensure_future(listen(receive))
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await asyncio.sleep(0)
        events.append("last chunk")
        await send({"type": "http.response.body", "body": b"b"})
        await listener

    asyncio.run(answered(app, Http()))

    assert events == ["last chunk", "http.disconnect"]


def test_a_body_that_was_not_read_is_gone_once_the_answer_is_complete() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})
        assert await receive() == {"type": "http.disconnect"}

    asyncio.run(answered(app, POST))


@pytest.mark.parametrize("type_", ["http.response.start", "http.response.body"])
def test_send_raises_once_the_answer_is_complete(type_: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})
        await send({"type": type_, "status": 200})

    with pytest.raises(RuntimeError, match=f"the answer is complete, but '{type_}' was sent"):
        asyncio.run(answered(app, Http()))


def test_a_websocket_session_echoes() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        text = (await receive())["text"]
        await send({"type": "websocket.send", "text": f"{text} yourself"})

    answer = asyncio.run(answered(echo, WebSocket("hello")))

    assert (answer.status, answer.body) == (101, b"hello yourself")


def test_a_lifespan_that_fails_has_another_status() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})

    answer = asyncio.run(answered(fail, Lifespan()))

    assert (answer.status, answer.body) == (500, b"lifespan.startup.failed")


@pytest.mark.parametrize("request_", [GET, WebSocket("hello"), Lifespan()])
def test_two_exchanges_share_no_scope(request_: Request) -> None:
    seen: list[Scope] = []

    async def spoil(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append({key: value.copy() for key, value in scope.items() if hasattr(value, "copy")})
        for value in scope.values():
            if isinstance(value, list):
                value.append((b"x", b"y"))

        scope["state"]["x"] = "y"
        scope["path_params"] = {}

    async def twice() -> None:
        exchange = request_.exchange(spoil)
        await exchange()
        await exchange()

    asyncio.run(twice())

    assert seen[0] == seen[1]


@pytest.mark.parametrize("scope_of", [http_scope, websocket_scope])
def test_a_header_of_its_own_replaces_the_usual_one(scope_of: Callable[[Any], Scope]) -> None:
    own = ((b"host", b"example.org"), (b"x-a", b"b"))
    request = Http(headers=own) if scope_of is http_scope else WebSocket("", headers=own)
    headers = scope_of(request)["headers"]

    assert [value for name, value in headers if name in (b"host", b"x-a")] == [b"example.org", b"b"]
    assert (b"accept", b"*/*") in headers


@pytest.mark.parametrize(
    ("messages", "status", "body"),
    [
        ([{"type": "websocket.accept"}, {"type": "websocket.send", "bytes": b"a"}], 101, b"a"),
        ([{"type": "websocket.close"}], 403, b""),
        ([{"type": "websocket.accept"}, {"type": "websocket.close"}], 101, b""),
        ([{"type": "websocket.http.response.start", "status": 401}], 401, b""),
    ],
)
def test_what_a_session_answers_is_kept(messages: list[Message], status: int, body: bytes) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    answer = asyncio.run(answered(app, WebSocket("")))

    assert (answer.status, answer.body) == (status, body)
