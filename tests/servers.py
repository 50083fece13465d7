"""Applications that are not what they should be, for a real uvicorn."""

from __future__ import annotations

import asyncio
import os

from starlette.types import ASGIApp, Receive, Scope, Send

from bench.server.app import BODY, PROCESS_PATH, answer, app, live


def otherwise(scope_path: str, status: int, body: bytes) -> ASGIApp:
    """The real application but for one path."""
    real = app()

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == scope_path:
            await answer(send, status, body)
        else:
            await real(scope, receive, send)

    return dispatch


def of_another_body() -> ASGIApp:
    return otherwise("/async-def", 200, b'{"message":"goodbye"}')


def of_another_status() -> ASGIApp:
    return otherwise("/async-def", 503, BODY)


def a_stranger() -> ASGIApp:
    return otherwise(PROCESS_PATH, 200, b"not a number")


def that_never_starts() -> ASGIApp:
    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(60)

    return wait


def that_dies_of_a_request() -> ASGIApp:
    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
        elif scope["path"] == PROCESS_PATH:
            await answer(send, 200, str(os.getpid()).encode())
        else:
            os._exit(7)

    return dispatch
