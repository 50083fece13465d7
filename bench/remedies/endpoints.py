"""A `def` endpoint and its remedies: plain apps, and what each loses."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.remedies.remedy import (
    ABANDONS,
    EXECUTOR,
    INLINE,
    LOST,
    MORE_TOKENS,
    ONE_THREAD,
    Behaviour,
    Remedy,
    Sync,
    more_tokens,
)
from bench.remedies.sync_code import HELLO, hello
from bench.remedies.worker import Worker


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


ENDPOINT = (
    Remedy("def", "`def` endpoint", def_endpoint, hello, 1, HELLO),
    Remedy(
        "async-def",
        "`async def` that calls the code inline",
        inline,
        hello,
        0,
        HELLO,
        INLINE,
        "def",
        "Every other request waits while the code runs.",
    ),
    Remedy(
        "to-thread",
        "`async def` with `asyncio.to_thread`",
        to_thread,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, limiter=EXECUTOR),
        "def",
        "Its threads are asyncio's, beside AnyIO's, and `anyio.from_thread` does not work in them.",
    ),
    Remedy(
        "run-in-executor",
        "`async def` with `loop.run_in_executor`",
        in_executor,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, LOST, EXECUTOR),
        "def",
        "Its threads are asyncio's, beside AnyIO's, and `anyio.from_thread` does not work in them.",
    ),
    Remedy(
        "one-worker",
        "`async def` with an executor of one thread",
        one_worker,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, LOST, ONE_THREAD),
        "def",
        "Requests run their code one after another, and one that blocks holds up all.",
    ),
    Remedy(
        "own-worker",
        "`async def` with a thread of one's own behind a `SimpleQueue`",
        own_worker,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, LOST, ONE_THREAD),
        "def",
        "Requests run their code one after another, the thread is never ended, and its code is "
        "yours to maintain.",
    ),
    Remedy(
        "more-tokens",
        "`def` endpoint under a larger limiter",
        def_endpoint,
        hello,
        1,
        HELLO,
        Behaviour(limiter=MORE_TOKENS),
        "def",
        "More threads take more memory, and contend for the interpreter.",
        more_tokens,
    ),
)
