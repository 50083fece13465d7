"""Endpoints: the same answer from a `def` and an `async def`, written in the ways FastAPI allows.

Endpoints carry no return annotation unless that is the point: with one FastAPI validates the
answer, and for a `def` endpoint it does so in a worker thread.
"""

from __future__ import annotations

import functools

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.handlers.kind import HandlerKind

BODY = b'{"message":"hello"}'


class Greeting(BaseModel):
    message: str


def def_endpoint() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    def read():
        return {"message": "hello"}

    return app


def async_def_endpoint() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read():
        return {"message": "hello"}

    return app


def def_model() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    def read() -> Greeting:
        return Greeting(message="hello")

    return app


def async_def_model() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> Greeting:
        return Greeting(message="hello")

    return app


def def_response() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    def read() -> JSONResponse:
        return JSONResponse({"message": "hello"})

    return app


def async_def_response() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> JSONResponse:
        return JSONResponse({"message": "hello"})

    return app


def def_callable() -> ASGIApp:
    class Read:
        def __call__(self):
            return {"message": "hello"}

    app = FastAPI()
    app.get("/")(Read())
    return app


def async_def_callable() -> ASGIApp:
    class Read:
        async def __call__(self):
            return {"message": "hello"}

    app = FastAPI()
    app.get("/")(Read())
    return app


def def_partial() -> ASGIApp:
    def read(message: str):
        return {"message": message}

    app = FastAPI()
    app.get("/")(functools.partial(read, "hello"))
    return app


def async_def_partial() -> ASGIApp:
    async def read(message: str):
        return {"message": message}

    app = FastAPI()
    app.get("/")(functools.partial(read, "hello"))
    return app


def starlette_def() -> ASGIApp:
    def read(request: Request) -> JSONResponse:
        return JSONResponse({"message": "hello"})

    return Starlette(routes=[Route("/", read)])


def starlette_async_def() -> ASGIApp:
    async def read(request: Request) -> JSONResponse:
        return JSONResponse({"message": "hello"})

    return Starlette(routes=[Route("/", read)])


def starlette_def_endpoint() -> ASGIApp:
    class Read(HTTPEndpoint):
        def get(self, request: Request) -> JSONResponse:
            return JSONResponse({"message": "hello"})

    return Starlette(routes=[Route("/", Read)])


def starlette_async_def_endpoint() -> ASGIApp:
    class Read(HTTPEndpoint):
        async def get(self, request: Request) -> JSONResponse:
            return JSONResponse({"message": "hello"})

    return Starlette(routes=[Route("/", Read)])


KINDS = (
    HandlerKind("def", "`def` endpoint", def_endpoint, 1, BODY, "async-def"),
    HandlerKind("async-def", "`async def` endpoint", async_def_endpoint, 0, BODY),
    HandlerKind(
        "def-model",
        "`def` endpoint with a return annotation",
        def_model,
        2,
        BODY,
        "async-def-model",
    ),
    HandlerKind(
        "async-def-model",
        "`async def` endpoint with a return annotation",
        async_def_model,
        0,
        BODY,
    ),
    HandlerKind(
        "def-response",
        "`def` endpoint annotated `-> JSONResponse`",
        def_response,
        1,
        BODY,
        "async-def-response",
    ),
    HandlerKind(
        "async-def-response",
        "`async def` endpoint annotated `-> JSONResponse`",
        async_def_response,
        0,
        BODY,
    ),
    HandlerKind(
        "def-callable",
        "object with a `def __call__` as endpoint",
        def_callable,
        1,
        BODY,
        "async-def-callable",
    ),
    HandlerKind(
        "async-def-callable",
        "object with an `async def __call__` as endpoint",
        async_def_callable,
        0,
        BODY,
    ),
    HandlerKind(
        "def-partial",
        "`functools.partial` of a `def` as endpoint",
        def_partial,
        1,
        BODY,
        "async-def-partial",
    ),
    HandlerKind(
        "async-def-partial",
        "`functools.partial` of an `async def` as endpoint",
        async_def_partial,
        0,
        BODY,
    ),
    HandlerKind(
        "starlette-def",
        "Starlette `def` endpoint",
        starlette_def,
        1,
        BODY,
        "starlette-async-def",
    ),
    HandlerKind(
        "starlette-async-def",
        "Starlette `async def` endpoint",
        starlette_async_def,
        0,
        BODY,
    ),
    HandlerKind(
        "starlette-def-endpoint",
        "Starlette `HTTPEndpoint` with a `def` method",
        starlette_def_endpoint,
        1,
        BODY,
        "starlette-async-def-endpoint",
    ),
    HandlerKind(
        "starlette-async-def-endpoint",
        "Starlette `HTTPEndpoint` with an `async def` method",
        starlette_async_def_endpoint,
        0,
        BODY,
    ),
)
