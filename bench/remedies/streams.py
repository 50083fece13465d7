"""A stream of a sync iterator and its remedies: plain apps, and what each loses."""

from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from bench.handlers.responses import ITEMS
from bench.remedies.remedy import INLINE, Remedy, Sync
from bench.remedies.sync_code import STREAM, one

BATCH = 4


def numbers(sync: Sync) -> Iterator[bytes]:
    for item in ITEMS:
        sync()
        yield b"%d\n" % item


async def inline_numbers(sync: Sync) -> AsyncIterator[bytes]:
    for number in numbers(sync):
        yield number


async def in_batches(items: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The same items, so many of them fetched in one go by a worker thread."""
    iterator = iter(items)
    batch = [b""] * BATCH
    while len(batch) == BATCH:
        batch = await run_in_threadpool(lambda: list(islice(iterator, BATCH)))
        for item in batch:
            yield item


def stream_of(numbers: Iterable[bytes] | AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(numbers, media_type="text/plain")


def def_stream(sync: Sync) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return stream_of(numbers(sync))

    return app


def batched_stream(sync: Sync) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return stream_of(in_batches(numbers(sync)))

    return app


def inline_stream(sync: Sync) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> StreamingResponse:
        return stream_of(inline_numbers(sync))

    return app


STREAMS = (
    Remedy("def-stream", "a sync iterator as a stream", def_stream, one, 11, STREAM),
    Remedy(
        "batched-stream",
        "the same iterator, four items fetched in one hop",
        batched_stream,
        one,
        3,
        STREAM,
        instead_of="def-stream",
        loses="The first item waits until its batch is full.",
    ),
    Remedy(
        "async-stream",
        "the same iterator, walked by an async generator",
        inline_stream,
        one,
        0,
        STREAM,
        INLINE,
        "def-stream",
        "Every other request waits for each item.",
    ),
)
