"""The hop inside a request: beside an endpoint, awaited by one, done for one."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from bench.handlers import CATALOGUE, HandlerKind
from bench.handlers.endpoints import BODY
from bench.rungs.rung import Rung, Step, do_nothing, steps_of
from bench.timing import requests


def beside(kind: HandlerKind, loop: asyncio.AbstractEventLoop) -> Step:
    """A request, then a hop: the same two things as apart, in turns."""
    exchange = kind.request.exchange(kind.build())

    async def step() -> None:
        await exchange()
        await run_in_threadpool(do_nothing)

    return step


def endpoint_awaits() -> ASGIApp:
    app = FastAPI()

    def message():
        return {"message": "hello"}

    @app.get("/")
    async def read():
        return await run_in_threadpool(message)

    return app


ENDPOINT_AWAITS = HandlerKind(
    "endpoint-awaits",
    "`async def` endpoint that awaits `run_in_threadpool`",
    endpoint_awaits,
    1,
    BODY,
    "async-def",
)

STEPS = (
    Rung(
        "beside-request",
        "the same hop after a request",
        "nothing but other code run in between: an `async def` request, then the hop",
        steps_of("beside-request", lambda loop: beside(CATALOGUE["async-def"], loop), hops=1),
        minus="async-def",
        headline=True,
    ),
    Rung(
        "endpoint-awaits",
        ENDPOINT_AWAITS.title,
        "the hop moved inside the endpoint, under FastAPI's frames",
        requests(ENDPOINT_AWAITS),
        minus="async-def",
        headline=True,
    ),
    Rung(
        "fastapi-def",
        "FastAPI `def` endpoint",
        "FastAPI sends the endpoint itself",
        requests(CATALOGUE["def"]),
        minus="async-def",
        headline=True,
    ),
    Rung(
        "fastapi-def-model",
        "FastAPI `def` endpoint with a return annotation",
        "the second hop: the answer is validated in a worker thread too",
        requests(CATALOGUE["def-model"]),
        minus="async-def-model",
        headline=True,
    ),
)

STARLETTE = (
    Rung(
        "beside-starlette-request",
        "the same hop after a Starlette request",
        "nothing but less other code run in between: a Starlette request, then the hop",
        steps_of(
            "beside-starlette-request",
            lambda loop: beside(CATALOGUE["starlette-async-def"], loop),
            hops=1,
        ),
        minus="starlette-async-def",
        above="run-in-threadpool",
    ),
    Rung(
        "starlette-def",
        "Starlette `def` endpoint",
        "the hop moved inside the request",
        requests(CATALOGUE["starlette-def"]),
        minus="starlette-async-def",
    ),
)

BASELINES = tuple(
    Rung(
        name,
        CATALOGUE[name].title,
        "",
        requests(CATALOGUE[name]),
        headline=name != "starlette-async-def",
    )
    for name in ("async-def", "async-def-model", "starlette-async-def")
)
