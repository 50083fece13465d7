"""The application behind the server: from the path of a request to one of several small apps.

Each endpoint is an app of its own, so that no route slows another. All answer the same bytes.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.handlers import CATALOGUE

BODY = CATALOGUE["async-def"].body
ADDITIONS = 1_000_000
WAIT_SECONDS = 2.0
PROCESS_PATH = "/process"
"""Answers the number of the process, so that a stranger on the same port is not measured."""
READY = "ready"
"""Printed with the number of its process by each worker once it has started."""

Content = dict[str, str]


async def no_op(scope: Scope, receive: Receive, send: Send) -> None:
    """The least that answers the bytes of the others."""
    await answer(send, 200, BODY)


def cpu_async_def() -> ASGIApp:
    """`async def` that computes."""
    app = FastAPI()

    @app.get("/", response_model=None)
    async def read() -> Content:
        add()
        return {"message": "hello"}

    return app


def cpu_def() -> ASGIApp:
    """`def` that computes."""
    app = FastAPI()

    @app.get("/", response_model=None)
    def read() -> Content:
        add()
        return {"message": "hello"}

    return app


def wait_async_def() -> ASGIApp:
    """`async def` that awaits."""
    app = FastAPI()

    @app.get("/", response_model=None)
    async def read() -> Content:
        await asyncio.sleep(WAIT_SECONDS)
        return {"message": "hello"}

    return app


def wait_def() -> ASGIApp:
    """`def` that blocks its worker thread."""
    app = FastAPI()

    @app.get("/", response_model=None)
    def read() -> Content:
        time.sleep(WAIT_SECONDS)
        return {"message": "hello"}

    return app


def block_async_def() -> ASGIApp:
    """`async def` that blocks the event loop, the mistake."""
    app = FastAPI()

    @app.get("/", response_model=None)
    async def read() -> Content:
        time.sleep(WAIT_SECONDS)  # noqa: ASYNC251 - the mistake is what is measured
        return {"message": "hello"}

    return app


def add() -> int:
    """A loop of additions, as in the article."""
    total = 0
    for _ in range(ADDITIONS):
        total += 1

    return total


ENDPOINTS: dict[str, Callable[[], ASGIApp]] = {
    "no-op": lambda: no_op,
    "async-def": CATALOGUE["async-def"].build,
    "def": CATALOGUE["def"].build,
    "cpu-async-def": cpu_async_def,
    "cpu-def": cpu_def,
    "wait-async-def": wait_async_def,
    "wait-def": wait_def,
    "block-async-def": block_async_def,
}


def app() -> ASGIApp:
    """The application; for `uvicorn --factory`."""
    apps = {f"/{name}": build() for name, build in ENDPOINTS.items()}

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
        elif (chosen := apps.get(scope["path"])) is not None:
            scope["path"], scope["raw_path"] = "/", b"/"
            await chosen(scope, receive, send)
        elif scope["path"] == PROCESS_PATH:
            await answer(send, 200, str(os.getpid()).encode())
        else:
            await answer(send, 404, b"no such endpoint")

    return dispatch


async def live(receive: Receive, send: Send) -> None:
    """A worker's life: says when it begins, and ends when it is told to."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    print(READY, os.getpid(), flush=True)
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def answer(send: Send, status: int, body: bytes) -> None:
    """Sends a whole answer, with the headers FastAPI would send."""
    headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
