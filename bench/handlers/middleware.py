"""Middleware around the endpoint: BaseHTTPMiddleware, and gzip below and above its threshold."""

from __future__ import annotations

import sys
import zlib

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from bench.asgi import Http
from bench.handlers import endpoints
from bench.handlers.kind import HandlerKind

BELOW_BYTES = 64 * 1024
ABOVE_BYTES = 128 * 1024


class PassThrough(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)


def def_base_http() -> ASGIApp:
    return PassThrough(endpoints.def_endpoint())


def async_base_http() -> ASGIApp:
    return PassThrough(endpoints.async_def_endpoint())


def def_text(size_bytes: int) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    def read() -> PlainTextResponse:
        return PlainTextResponse("x" * size_bytes)

    return app


def async_text(size_bytes: int) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def read() -> PlainTextResponse:
        return PlainTextResponse("x" * size_bytes)

    return app


def def_gzip_below() -> ASGIApp:
    return GZipMiddleware(def_text(BELOW_BYTES))


def async_gzip_below() -> ASGIApp:
    return GZipMiddleware(async_text(BELOW_BYTES))


def gzip_above() -> ASGIApp:
    return GZipMiddleware(async_text(ABOVE_BYTES))


def inline_gzip_above() -> ASGIApp:
    return GZipMiddleware(async_text(ABOVE_BYTES), thread_minimum_size=sys.maxsize)


def compressed(size_bytes: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return compressor.compress(b"x" * size_bytes) + compressor.flush()


GZIP = Http(headers=((b"accept-encoding", b"gzip"),))

KINDS = (
    HandlerKind(
        "def-base-http",
        "`def` endpoint behind a `BaseHTTPMiddleware`",
        def_base_http,
        1,
        endpoints.BODY,
        "async-base-http",
    ),
    HandlerKind(
        "async-base-http",
        "`async def` endpoint behind a `BaseHTTPMiddleware`",
        async_base_http,
        0,
        endpoints.BODY,
    ),
    HandlerKind(
        "def-gzip-below",
        "`def` endpoint, 64 KiB through `GZipMiddleware`",
        def_gzip_below,
        1,
        compressed(BELOW_BYTES),
        "async-gzip-below",
        request=GZIP,
    ),
    HandlerKind(
        "async-gzip-below",
        "`async def` endpoint, 64 KiB through `GZipMiddleware`",
        async_gzip_below,
        0,
        compressed(BELOW_BYTES),
        request=GZIP,
    ),
    HandlerKind(
        "gzip-above",
        "`async def` endpoint, 128 KiB through `GZipMiddleware`",
        gzip_above,
        1,
        compressed(ABOVE_BYTES),
        "inline-gzip-above",
        request=GZIP,
    ),
    HandlerKind(
        "inline-gzip-above",
        "the same, compressed on the event loop",
        inline_gzip_above,
        0,
        compressed(ABOVE_BYTES),
        request=GZIP,
    ),
)
