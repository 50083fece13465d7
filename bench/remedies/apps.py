"""Apps that run the same sync code in other ways: plain, as a reader would have written them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from bench.handlers.dependencies import with_dependencies
from bench.handlers.endpoints import Greeting
from bench.handlers.responses import ITEMS
from bench.remedies.remedy import Sync
from bench.remedies.worker import Worker

DEPENDENCIES = 4
BATCH = 4

SyncModel = Callable[[], Greeting]


def def_endpoint(sync: Sync) -> ASGIApp:
    app = FastAPI()
    app.get("/", response_model=None)(sync)  # no model, whatever annotation the code has
    return app


def inline(sync: Sync) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read():
        return sync()

    return app


def to_thread(sync: Sync) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read():
        return await asyncio.to_thread(sync)

    return app


def in_executor(sync: Sync) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read():
        return await asyncio.get_running_loop().run_in_executor(None, sync)

    return app


def one_worker(sync: Sync) -> ASGIApp:
    app = FastAPI()
    executor = ThreadPoolExecutor(max_workers=1)

    @app.get("/")
    async def read():
        return await asyncio.get_running_loop().run_in_executor(executor, sync)

    return app


def own_worker(sync: Sync) -> ASGIApp:
    app = FastAPI()
    worker = Worker()

    @app.get("/")
    async def read():
        return await worker.run(sync)

    return app


def def_model(sync: SyncModel) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    def read() -> Greeting:
        return sync()

    return app


def inline_model(sync: SyncModel) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> Greeting:
        return sync()

    return app


def threadpool_model(sync: SyncModel) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read() -> Greeting:
        return await run_in_threadpool(sync)

    return app


def def_response(sync: SyncModel) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    def read() -> JSONResponse:
        return JSONResponse(sync().model_dump())

    return app


def def_unvalidated(sync: SyncModel) -> ASGIApp:
    app = FastAPI()

    @app.get("/", response_model=None)
    def read() -> Greeting:
        return sync()

    return app


def def_dependencies(sync: Sync) -> ASGIApp:
    return with_dependencies(*(def_dependency(sync) for _ in range(DEPENDENCIES)))


def def_dependency(sync: Sync) -> Sync:
    def value():
        return sync()

    return value


def one_def_dependency(sync: Sync) -> ASGIApp:
    dependencies = [def_dependency(sync) for _ in range(DEPENDENCIES)]

    def values():
        return [dependency() for dependency in dependencies]

    return with_dependencies(values)


def inline_dependencies(sync: Sync) -> ASGIApp:
    return with_dependencies(*(async_dependency(sync) for _ in range(DEPENDENCIES)))


def async_dependency(sync: Sync) -> Sync:
    async def value():
        return sync()

    return value


def class_dependency(sync: Sync) -> ASGIApp:
    class Page:
        def __init__(self, limit: int = 1) -> None:
            self.limit = limit
            sync()

    app = FastAPI()

    @app.get("/")
    async def read(page: Annotated[Page, Depends(Page)]):
        return {"value": page.limit}

    return app


def async_class_dependency(sync: Sync) -> ASGIApp:
    class Page:
        def __init__(self, limit: int) -> None:
            self.limit = limit
            sync()

    async def page(limit: int = 1) -> Page:
        return Page(limit)

    app = FastAPI()

    @app.get("/")
    async def read(page: Annotated[Page, Depends(page)]):
        return {"value": page.limit}

    return app


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
