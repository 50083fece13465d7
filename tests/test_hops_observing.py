"""An observed request is sent once, after start-up, and set beside its prediction."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.types import Receive, Scope, Send

from bench.errors import UsageError
from bench.hops.finding import application
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

    assert (found.status, found.error) == (500, "ZeroDivisionError: ")


def test_a_path_without_a_route_agrees_with_nothing() -> None:
    found = seen(made([]), "GET", "/nowhere")

    assert (found.status, found.route, found.agrees) == (404, None, False)


def test_a_hop_nobody_predicted_does_not_agree() -> None:
    from starlette.concurrency import run_in_threadpool

    async def hidden(scope: Scope, receive: Receive, send: Send) -> None:
        hop = {"in": run_in_threadpool}["in"]
        await hop(int)
        await app(scope, receive, send)

    app = made([])
    assert not seen(hidden, "GET", "/items/1").agrees


def test_middleware_is_part_of_what_is_expected() -> None:
    from starlette.concurrency import run_in_threadpool

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

    with pytest.raises(UsageError, match="must lie in a directory"):
        recording(tmp_path / "missing" / "trace.json")
