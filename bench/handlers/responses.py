"""Responses that hop while they are sent: streams, files, static files."""

from __future__ import annotations

import functools
import mimetypes
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bench.asgi import Http
from bench.handlers.kind import HandlerKind

FILES = Path(__file__).parent / "files"
SMALL = FILES / "small.txt"
CHUNKS = FILES / "chunks.txt"
ITEMS = tuple(range(10))


def numbers() -> Iterator[bytes]:
    for item in ITEMS:
        yield b"%d\n" % item


async def async_numbers() -> AsyncIterator[bytes]:
    for item in ITEMS:
        yield b"%d\n" % item


def def_stream() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return StreamingResponse(numbers(), media_type="text/plain")

    return app


def async_stream() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return StreamingResponse(async_numbers(), media_type="text/plain")

    return app


def def_jsonl() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    def read() -> Iterator[int]:
        yield from ITEMS

    return app


def async_jsonl() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> AsyncIterator[int]:
        for item in ITEMS:
            yield item

    return app


def def_sse() -> ASGIApp:
    from fastapi.sse import EventSourceResponse  # later than some releases that are measured

    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    def read() -> Iterator[int]:
        yield from ITEMS

    return app


def async_sse() -> ASGIApp:
    from fastapi.sse import EventSourceResponse  # later than some releases that are measured

    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def read() -> AsyncIterator[int]:
        for item in ITEMS:
            yield item

    return app


def file_response(path: Path) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> FileResponse:
        return FileResponse(path)

    return app


def inline_file(path: Path) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> Response:
        return Response(path.read_bytes(), media_type="text/plain")  # noqa: ASYNC240 it must block

    return app


def static_files() -> ASGIApp:
    app = FastAPI()
    app.mount("/", StaticFiles(directory=FILES))
    return app


def inline_static_files() -> ASGIApp:
    """What StaticFiles does for one plain file, on the event loop."""

    async def serve(request: Request) -> Response:
        path = FILES / request.url.path.lstrip("/")
        if not path.is_file():
            raise HTTPException(404)

        media_type, _ = mimetypes.guess_type(path)
        return Response(path.read_bytes(), media_type=media_type)

    app = FastAPI()
    app.add_route("/{path:path}", serve)
    return app


NUMBERS = b"".join(numbers())
EVENTS = b"".join(b"data: %d\n\n" % item for item in ITEMS)
SMALL_REQUEST = Http(path="/small.txt")
MISSING_REQUEST = Http(path="/missing.txt")
NOT_FOUND = b'{"detail":"Not Found"}'

KINDS = (
    HandlerKind(
        "def-stream", "stream of 10 items, `def` generator", def_stream, 11, NUMBERS, "async-stream"
    ),
    HandlerKind(
        "async-stream", "stream of 10 items, `async def` generator", async_stream, 0, NUMBERS
    ),
    HandlerKind(
        "def-jsonl",
        "JSON Lines of 10 items, `def` generator",
        def_jsonl,
        11,
        NUMBERS,
        "async-jsonl",
    ),
    HandlerKind(
        "async-jsonl", "JSON Lines of 10 items, `async def` generator", async_jsonl, 0, NUMBERS
    ),
    HandlerKind(
        "def-sse", "10 server-sent events, `def` generator", def_sse, 11, EVENTS, "async-sse"
    ),
    HandlerKind("async-sse", "10 server-sent events, `async def` generator", async_sse, 0, EVENTS),
    HandlerKind(
        "file-small",
        "`FileResponse` of 100 bytes",
        functools.partial(file_response, SMALL),
        4,
        b"x" * 100,
        "inline-file-small",
    ),
    HandlerKind(
        "inline-file-small",
        "100 bytes read in an `async def`",
        functools.partial(inline_file, SMALL),
        0,
        b"x" * 100,
    ),
    HandlerKind(
        "file-chunks",
        "`FileResponse` of 200 KiB",
        functools.partial(file_response, CHUNKS),
        7,
        b"x" * 200 * 1024,
        "inline-file-chunks",
    ),
    HandlerKind(
        "inline-file-chunks",
        "200 KiB read in an `async def`",
        functools.partial(inline_file, CHUNKS),
        0,
        b"x" * 200 * 1024,
    ),
    HandlerKind(
        "static-file",
        "`StaticFiles`, 100 bytes",
        static_files,
        4,
        b"x" * 100,
        "inline-static-file",
        request=SMALL_REQUEST,
    ),
    HandlerKind(
        "inline-static-file",
        "the same file looked up and read in an `async def`",
        inline_static_files,
        0,
        b"x" * 100,
        request=SMALL_REQUEST,
    ),
    HandlerKind(
        "static-miss",
        "`StaticFiles`, no such file",
        static_files,
        1,
        NOT_FOUND,
        "inline-static-miss",
        status=404,
        request=MISSING_REQUEST,
    ),
    HandlerKind(
        "inline-static-miss",
        "no such file, looked up in an `async def`",
        inline_static_files,
        0,
        NOT_FOUND,
        status=404,
        request=MISSING_REQUEST,
    ),
)
