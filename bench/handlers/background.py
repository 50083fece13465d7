"""Background tasks: run after the body was sent, one after another, before the exchange ends."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from fastapi import BackgroundTasks, FastAPI
from starlette.types import ASGIApp

from bench.handlers.kind import HandlerKind

BODY = b'{"queued":true}'


def notify(address: str) -> None:
    """A `def` task that does nothing."""


async def async_notify(address: str) -> None:
    """An `async def` task that does nothing."""


def background(task: Callable[[str], Any], count: int) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def queue(tasks: BackgroundTasks):
        for _ in range(count):
            tasks.add_task(task, "ada@example.org")

        return {"queued": True}

    return app


def counted(count: int) -> tuple[HandlerKind, HandlerKind]:
    """The pair with `count` background tasks of each sort."""
    noun = "background task" if count == 1 else "background tasks"
    return (
        HandlerKind(
            f"def-background-{count}",
            f"{count} `def` {noun}",
            functools.partial(background, notify, count),
            count,
            BODY,
            f"async-background-{count}",
        ),
        HandlerKind(
            f"async-background-{count}",
            f"{count} `async def` {noun}",
            functools.partial(background, async_notify, count),
            0,
            BODY,
        ),
    )


KINDS = (*counted(1), *counted(2))
