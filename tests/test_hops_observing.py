"""An observed request is sent once, after start-up, and set beside its prediction."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Header, HTTPException, Request, WebSocket
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Host, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from bench.errors import UsageError
from bench.hops import observing
from bench.hops.application import default_threshold
from bench.hops.finding import application
from bench.hops.lines import observed
from bench.hops.matching import matching
from bench.hops.observing import Observation, observe, request_of
from bench.hops.prediction import predicted
from bench.hops.reasons import Hops

Ran = list[str]


def made(ran: Ran) -> FastAPI:
    """An application that notes what of it runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        ran.append("start")
        yield {"greeting": "hello"}
        ran.append("stop")

    def refused(request: Request, error: Exception) -> Any:
        return JSONResponse({}, 418)

    app = FastAPI(lifespan=lifespan, exception_handlers={KeyError: refused})

    @app.get("/read")
    def read(request: Request) -> str:
        ran.append("read")
        return str(request.state.greeting)

    add_routes(app)
    return app


def add_routes(app: FastAPI) -> None:
    """Routes that answer, refuse and fail."""

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> dict[str, int]:
        return {"item": item_id}

    @app.get("/refused")
    def refuse() -> int:
        raise KeyError

    @app.get("/failing")
    def fail() -> int:
        raise ZeroDivisionError

    @app.post("/echo")
    async def echo(body: dict[str, int]) -> dict[str, int]:
        if not body:
            raise HTTPException(400)

        return body


def seen(app: Any, method: str, path: str, **parts: Any) -> Observation:
    headers = parts.get("headers", ())
    found = application(app, "app")
    prediction = predicted(found.app, found.around)
    return observe(app, prediction, request_of(method, path, headers, parts.get("body", b"")))


def test_a_request_is_sent_once_between_start_and_stop() -> None:
    ran: Ran = []
    found = seen(made(ran), "GET", "/read")

    assert ran == ["start", "read", "stop"]
    assert (found.status, found.hops, found.expected, found.agrees) == (200, 2, Hops(2, 2), True)


def test_an_answer_without_end_is_cancelled_and_its_hops_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forever() -> Iterator[bytes]:
        while True:
            yield b"more"

    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return StreamingResponse(forever())

    monkeypatch.setattr(observing, "LIMIT_SECONDS", 0.05)
    found = seen(app, "GET", "/")

    assert (found.status, found.agrees) == (0, True)
    assert found.hops > 1
    assert found.error == "it did not end within 0.05 s, and was cancelled"


def test_each_hop_is_named_by_what_it_sent() -> None:
    sent = seen(made([]), "GET", "/read").sent

    assert len(sent) == 2
    assert sent[0] == "read"
    assert sent[1].endswith("validate")


def test_a_body_and_headers_are_sent() -> None:
    headers = ((b"content-type", b"application/json"),)

    assert seen(made([]), "POST", "/echo", headers=headers, body=b'{"a":1}').status == 200
    assert seen(made([]), "POST", "/echo", headers=headers, body=b"{}").status == 400


def test_a_handled_error_may_hop_in_its_handler_and_need_not_reach_the_end() -> None:
    found = seen(made([]), "GET", "/refused")

    assert (found.status, found.hops, found.expected, found.agrees) == (418, 2, Hops(0, 3), True)


def test_an_unhandled_error_is_told() -> None:
    found = seen(made([]), "GET", "/failing")

    assert (found.status, found.error) == (500, "it raised ZeroDivisionError: ")


def test_a_path_without_a_route_agrees_with_nothing() -> None:
    found = seen(made([]), "GET", "/nowhere")

    assert (found.status, found.route, found.agrees) == (404, None, False)


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("PUT", "/read", "no route answers it, GET /read would: nothing was predicted"),
        ("GET", "/read/", "no route answers it, GET /read would: nothing was predicted"),
        ("GET", "/nowhere", "--min-hops 0 names every route"),
    ],
)
def test_a_request_without_a_route_is_told_the_nearest(method: str, path: str, said: str) -> None:
    found = seen(made([]), method, path)

    assert said in found.missed


def test_a_hop_nobody_predicted_does_not_agree() -> None:
    async def hidden(scope: Scope, receive: Receive, send: Send) -> None:
        hop = {"in": run_in_threadpool}["in"]
        await hop(int)
        await app(scope, receive, send)

    app = made([])
    assert not seen(hidden, "GET", "/items/1").agrees


def test_middleware_is_part_of_what_is_expected() -> None:
    class Hopping(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            await run_in_threadpool(int)
            return await call_next(request)

    found = seen(Hopping(made([])), "GET", "/items/1")

    assert (found.hops, found.expected, found.agrees) == (1, Hops(1, 1), True)


def test_an_application_without_a_lifespan_is_observed() -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert seen(answer, "GET", "/").status == 200


def test_an_application_that_does_not_start_is_refused() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        connected = False
        if not connected:
            raise RuntimeError("no database")

        yield

    with pytest.raises(UsageError, match="its startup failed: RuntimeError: no database"):
        seen(FastAPI(lifespan=lifespan), "GET", "/")


def test_a_session_is_sent_its_query_and_headers() -> None:
    app = FastAPI()

    @app.websocket("/talk")
    async def talk(socket: WebSocket, token: str, x_a: Annotated[str, Header()]) -> None:
        await socket.accept()
        await socket.send_bytes(f"{token}{x_a}".encode())

    assert seen(app, "WS", "/talk?token=1", headers=((b"x-a", b"b"),)).status == 101
    assert seen(app, "WS", "/talk?token=1").status == 403


def test_a_quoted_path_is_unquoted_as_by_a_server() -> None:
    app, got = FastAPI(), []

    @app.get("/named/{name}")
    async def named(name: str) -> None:
        got.append(name)

    assert seen(app, "GET", "/named/%C3%A4%20b").agrees
    assert got == ["ä b"]


def test_the_host_asked_for_decides() -> None:
    def blocking(request: Request) -> Any:
        return JSONResponse({})

    async def quick(request: Request) -> Any:
        return JSONResponse({})

    a, b = Router([Route("/", blocking)]), Router([Route("/", quick)])
    app = Starlette(routes=[Host("a.example.org", a), Host("{sub}.example.org", b)])
    hosts = (b"a.example.org", b"b.example.org:8000", b"example.com")
    *found, missed = [seen(app, "GET", "/", headers=((b"host", host),)) for host in hosts]

    assert [(one.status, one.hops, one.agrees) for one in found] == [(200, 1, True), (200, 0, True)]
    assert (missed.status, missed.route) == (404, None)  # its hops are those of the release


def test_middleware_of_a_mounted_application_stands_around_its_own_routes_only() -> None:
    class Hopping(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            await run_in_threadpool(int)
            return await call_next(request)

    async def quick(request: Request) -> Any:
        return JSONResponse({})

    inner = Starlette(routes=[Route("/x", quick)], middleware=[Middleware(Hopping)])
    beside = Starlette(routes=[Route("/x", quick)])
    routes = [Route("/sub/own", quick), Mount("/sub", inner), Mount("/subway", beside)]
    found = [seen(Starlette(routes=routes), "GET", path) for path in ("/sub/own", "/sub/x")]
    found.append(seen(Starlette(routes=routes), "GET", "/subway/x"))

    assert [(one.hops, one.expected) for one in found] == [
        (0, Hops(0, 0)),
        (1, Hops(1, 1)),
        (0, Hops(0, 0)),
    ]


@pytest.mark.skipif(default_threshold() is None, reason="newer releases compress in a thread")
def test_compression_is_expected_where_it_is_accepted() -> None:
    app = GZipMiddleware(made([]))

    plain = seen(app, "GET", "/items/1")
    zipped = seen(app, "GET", "/items/1", headers=((b"accept-encoding", b"gzip"),))

    assert (plain.expected, zipped.expected) == (Hops(0, 0), Hops(0, None))


def test_a_form_may_be_on_disk_whatever_its_request_is_called() -> None:
    async def form(r: Any) -> Any:
        async with r.form() as found:
            return JSONResponse(len(found))

    part = b'--B\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\n%b\r\n--B--\r\n'
    headers = ((b"content-type", b"multipart/form-data; boundary=B"),)
    app = Starlette(routes=[Route("/", form, methods=["POST"])])
    found = seen(app, "POST", "/", headers=headers, body=part % bytes(1_100_000))

    assert (found.status, found.expected, found.agrees) == (200, Hops(0, None), True)
    assert found.hops > 0


def test_an_error_without_a_route_may_hop_in_its_handler() -> None:
    def missed(request: Request, error: Exception) -> Any:
        return JSONResponse({}, 404)

    found = seen(Starlette(exception_handlers={404: missed}), "GET", "/")

    assert (found.hops, found.expected) == (1, Hops(0, 1))


def test_a_head_answers_the_size_of_a_file_it_does_not_read() -> None:
    app = FastAPI()

    @app.api_route("/file", methods=["GET", "HEAD"])
    async def file() -> FileResponse:
        return FileResponse(__file__)

    found = [seen(app, method, "/file") for method in ("HEAD", "GET")]

    assert [one.agrees for one in found] == [True, True]
    assert found[0].hops <= found[1].hops  # older releases of Starlette read it all the same


@pytest.mark.parametrize("method", ["", "GET /", "GÄT"])
def test_a_method_that_is_none_is_refused(method: str) -> None:
    with pytest.raises(UsageError, match="a method must be a word"):
        request_of(method, "/", (), b"")


@pytest.mark.parametrize("path", ["items", "http://localhost", "/ä"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="a path must begin with /"):
        request_of("GET", path, (), b"")


def test_a_path_is_matched_as_the_application_does() -> None:
    prediction = predicted(made([]))
    found = [matching(prediction, "GET", path) for path in ("/items/1", "/items/1/2", "/read/")]

    assert [route.path if route else None for route in found] == ["/items/{item_id}", None, None]


def test_a_trace_holds_both_arrows_of_every_hop(tmp_path: Path) -> None:
    pytest.importorskip("viztracer")
    from bench.hops.tracing import recording

    app, path = made([]), tmp_path / "trace.json"
    request = request_of("GET", "/read", (), b"")
    found = observe(app, predicted(app), request, recording(path))
    events = json.loads(path.read_text("utf-8"))["traceEvents"]

    assert found.sent[0] == "read"
    arrows = sorted((event["name"], event["ph"]) for event in events if event.get("cat") == "hop")
    assert arrows == sorted(
        (f"hop {hop}: {step}", phase)
        for hop in (1, 2)
        for step in ("hand-over", "report")
        for phase in ("s", "f")
    )
    threads = {event["tid"] for event in events if event["ph"] == "X"}
    assert len(threads) >= 2


def test_a_trace_into_nowhere_is_refused_before_the_request(tmp_path: Path) -> None:
    pytest.importorskip("viztracer")
    from bench.hops.tracing import recording

    for path in (tmp_path / "missing" / "trace.json", tmp_path):
        with pytest.raises(UsageError, match="must be a file that can be written"):
            recording(path)


def test_hops_in_a_row_that_send_the_same_take_one_line() -> None:
    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return StreamingResponse(iter([b"1", b"2"]))

    lines = [line for line in observed(seen(app, "GET", "/")) if "sent to" in line]

    assert [line.rpartition(",")[2] for line in lines] == [" 3 times"]
