"""A `def` endpoint with a response model and its remedies: plain apps, and what each loses."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from bench.handlers.endpoints import Greeting
from bench.remedies.remedy import INLINE, Remedy
from bench.remedies.sync_code import HELLO, greeting

SyncModel = Callable[[], Greeting]


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


UNVALIDATED = "The answer is neither validated nor filtered"

MODEL = (
    Remedy("def-model", "`def` with a return annotation", def_model, greeting, 2, HELLO),
    Remedy(
        "async-def-model",
        "`async def` with a return annotation that calls the code inline",
        inline_model,
        greeting,
        0,
        HELLO,
        INLINE,
        "def-model",
        "Every other request waits while the code runs.",
    ),
    Remedy(
        "threadpool-model",
        "`async def` with a return annotation that awaits `run_in_threadpool`",
        threadpool_model,
        greeting,
        1,
        HELLO,
        instead_of="def-model",
        loses="The answer is validated on the loop, as an `async def`'s is: a large one blocks it.",
    ),
    Remedy(
        "def-response",
        "`def` that returns a response class",
        def_response,
        greeting,
        1,
        HELLO,
        instead_of="def-model",
        loses=f"{UNVALIDATED}, and OpenAPI does not describe it.",
    ),
    Remedy(
        "def-unvalidated",
        "`def` with a return annotation and `response_model=None`",
        def_unvalidated,
        greeting,
        1,
        HELLO,
        instead_of="def-model",
        loses=f"{UNVALIDATED}, and OpenAPI does not describe it.",
    ),
)
