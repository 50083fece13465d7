"""Errors: custom exception handlers, and a 422 answered after a dependency was solved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.types import ASGIApp

from bench.asgi import Http
from bench.handlers.dependencies import async_dependency, def_dependency
from bench.handlers.kind import HandlerKind

TEAPOT = b'{"error":"teapot"}'
INVALID = b'{"error":"invalid"}'


class TeapotError(Exception):
    """What the endpoint raises."""


def def_teapot(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": "teapot"}, 418)


async def async_teapot(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": "teapot"}, 418)


async def invalid(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": "invalid"}, 422)


def raising(handler: Callable[[Request, Exception], Any]) -> ASGIApp:
    app = FastAPI(exception_handlers={TeapotError: handler})

    @app.get("/")
    async def read() -> None:
        raise TeapotError

    return app


def invalid_after(dependency: Callable[[], Any]) -> ASGIApp:
    """The query parameter is missing, so the answer is 422; the dependency is solved first."""
    app = FastAPI(
        dependencies=[Depends(dependency)], exception_handlers={RequestValidationError: invalid}
    )

    @app.get("/")
    async def read(limit: Annotated[int, "required"]) -> None: ...

    return app


KINDS = (
    HandlerKind(
        "def-error-handler",
        "`def` exception handler",
        lambda: raising(def_teapot),
        1,
        TEAPOT,
        "async-error-handler",
        status=418,
    ),
    HandlerKind(
        "async-error-handler",
        "`async def` exception handler",
        lambda: raising(async_teapot),
        0,
        TEAPOT,
        status=418,
    ),
    HandlerKind(
        "def-dep-422",
        "422 with a `def` dependency",
        lambda: invalid_after(def_dependency()),
        1,
        INVALID,
        "async-dep-422",
        status=422,
        request=Http(),
    ),
    HandlerKind(
        "async-dep-422",
        "422 with an `async def` dependency",
        lambda: invalid_after(async_dependency()),
        0,
        INVALID,
        status=422,
    ),
)
