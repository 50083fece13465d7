"""Uploads: in memory up to 1 MiB, spooled to disk, by hops, from there."""

from __future__ import annotations

from fastapi import FastAPI, UploadFile
from starlette.datastructures import UploadFile as StarletteUploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp

from bench.asgi import Http
from bench.handlers.kind import HandlerKind

BOUNDARY = b"----hopcost"
CHUNK_BYTES = 256 * 1024


def multipart(size_bytes: int) -> Http:
    """A form with one file of `size_bytes`, sent in chunks of 256 KiB."""
    head = (
        b"--" + BOUNDARY + b'\r\ncontent-disposition: form-data; name="file"; filename="a.bin"'
        b"\r\ncontent-type: application/octet-stream\r\n\r\n"
    )
    body = head + b"x" * size_bytes + b"\r\n--" + BOUNDARY + b"--\r\n"
    return Http(
        method="POST",
        headers=(
            (b"content-type", b"multipart/form-data; boundary=" + BOUNDARY),
            (b"content-length", str(len(body)).encode()),
        ),
        chunks=tuple(
            body[start : start + CHUNK_BYTES] for start in range(0, len(body), CHUNK_BYTES)
        ),
    )


def async_upload() -> ASGIApp:
    app = FastAPI()

    @app.post("/")
    async def upload(file: UploadFile):
        return {"size": len(await file.read())}

    return app


def def_upload() -> ASGIApp:
    app = FastAPI()

    @app.post("/")
    def upload(file: UploadFile):
        return {"size": len(file.file.read())}

    return app


class InlineUploadFile(StarletteUploadFile):
    """An upload whose file is written, read and closed on the event loop, on disk or not."""

    @property
    def _in_memory(self) -> bool:
        return True

    def _will_roll(self, size_to_add: int) -> bool:
        return False


class InlineParser(MultiPartParser):
    """The same parser and the same spooled file, without a hop."""

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        if self._current_part.file is not None:
            self._current_part.file.__class__ = InlineUploadFile


def inline_upload() -> ASGIApp:
    app = FastAPI()

    @app.post("/")
    async def upload(request: Request):
        form = await InlineParser(request.headers, request.stream()).parse()
        file = form["file"]
        assert isinstance(file, StarletteUploadFile)
        size = len(await file.read())
        await form.close()
        return {"size": size}

    return app


MEMORY = multipart(64 * 1024)
SPOOLED = multipart(1536 * 1024)
MEMORY_BODY = b'{"size":65536}'
SPOOLED_BODY = b'{"size":1572864}'

KINDS = (
    HandlerKind(
        "def-upload-memory",
        "`UploadFile` of 64 KiB in a `def`",
        def_upload,
        1,
        MEMORY_BODY,
        "async-upload-memory",
        request=MEMORY,
    ),
    HandlerKind(
        "async-upload-memory",
        "`UploadFile` of 64 KiB in an `async def`",
        async_upload,
        0,
        MEMORY_BODY,
        request=MEMORY,
    ),
    HandlerKind(
        "upload-spooled",
        "`UploadFile` of 1.5 MiB, spooled to disk",
        async_upload,
        6,
        SPOOLED_BODY,
        "inline-upload-spooled",
        request=SPOOLED,
    ),
    HandlerKind(
        "inline-upload-spooled",
        "the same upload, spooled on the event loop",
        inline_upload,
        0,
        SPOOLED_BODY,
        request=SPOOLED,
    ),
)
