"""From an application to the same one between its start-up and its shutdown."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.errors import UsageError


class Running:
    """Start-up and shutdown of an ASGI application, in a task of their own as in a server."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self.state: dict[str, Any] = {}

    async def __aenter__(self) -> ASGIApp:
        self.task = asyncio.create_task(self.lifespan())
        await self.step("startup")
        return self.request

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, given the state that its lifespan has left."""
        await self.app({**scope, "state": {**self.state}}, receive, send)

    async def __aexit__(self, *raised: object) -> None:
        if not self.task.done():
            await self.step("shutdown")

        await self.end()

    async def end(self) -> None:
        """What the lifespan raised at its end has been told by its message."""
        await asyncio.wait({self.task})
        if not self.task.cancelled():
            self.task.exception()

    async def lifespan(self) -> None:
        asgi = {"version": "3.0", "spec_version": "2.0"}
        scope = {"type": "lifespan", "asgi": asgi, "state": self.state}
        await self.app(scope, self.incoming.get, self.outgoing.put)

    async def step(self, name: str) -> None:
        """One message there and back; an application may do without a lifespan."""
        self.incoming.put_nowait({"type": f"lifespan.{name}"})
        answer = asyncio.ensure_future(self.outgoing.get())
        await asyncio.wait({self.task, answer}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            return

        message = answer.result()
        if message["type"].endswith(".failed"):
            await self.end()
            said = str(message.get("message", "")).strip().splitlines() or ["no reason given"]
            raise UsageError(f"the application must start and stop, its {name} failed: {said[-1]}")
