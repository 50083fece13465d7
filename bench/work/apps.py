"""Handlers that do some work before the trivial answer: from a function to a handler kind.

The apps are plain, as a reader would have written them. A handler has no return annotation: with
one FastAPI would validate the answer, for `def` in a second hop.
"""
# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN202 a return annotation is a handler kind of its own

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from bench.asgi import Exchange
from bench.correctness import check_answer, check_hops
from bench.counting import counted
from bench.handlers import CATALOGUE, HandlerKind
from bench.handlers.endpoints import BODY
from bench.work.sorts import Function

DEF = "def"
ASYNC_DEF = "async-def"
BLOCKING = "async-def-blocking"
AWAITING = "async-def-awaiting"
HANDLERS = (DEF, ASYNC_DEF, BLOCKING, AWAITING)


def def_app(work: Function) -> ASGIApp:
    """Works in a worker thread."""
    app = FastAPI()

    @app.get("/")
    def read():
        work()
        return {"message": "hello"}

    return app


def async_def_app(work: Function) -> ASGIApp:
    """Works on the event loop's thread."""
    app = FastAPI()

    @app.get("/")
    async def read():
        work()
        return {"message": "hello"}

    return app


def awaiting_app(work: Any) -> ASGIApp:
    """Awaits what `work` returns."""
    app = FastAPI()

    @app.get("/")
    async def read():
        await work()
        return {"message": "hello"}

    return app


def kind_of(handler: str, work: Function | None, *, awaited: bool = False) -> HandlerKind:
    """The handler kind that does `work`; the trivial one of the catalogue where there is none."""
    if work is None:
        return CATALOGUE[DEF if handler == DEF else ASYNC_DEF]

    make = def_app if handler == DEF else awaiting_app if awaited else async_def_app
    title = f"{handler} that works, then answers"
    return HandlerKind(handler, title, lambda: make(work), int(handler == DEF), BODY)


async def checked(kind: HandlerKind) -> Exchange:
    """Exchanges with an app of this kind, once one has shown the right answer and hops.

    Raises:
        WrongAnswerError: status, body or hops differ from the declared ones.
    """
    exchange = kind.request.exchange(kind.build())
    answer, counts = await counted(exchange)
    check_answer(kind, answer)
    check_hops(kind.name, kind.hops, counts)
    return exchange
