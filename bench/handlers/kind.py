"""The handler kind: a tiny app, the request it is sent, what it answers, how often it hops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from bench.asgi import Http, Request


@dataclass(frozen=True, slots=True)
class HandlerKind:
    """One way to write an endpoint, a dependency, a response, a background task, an error handler.

    Attributes:
        name: the word for it everywhere: data, figures, traces.
        title: one line for people.
        build: makes the app; called only when the kind is asked for, so that each app stands alone.
        hops: calls of `anyio.to_thread.run_sync` per request, once warm.
        twin: the kind that does the same work and answers the same bytes with no hop;
            empty on kinds that never hop.
        body: what the answer must be, byte for byte; `status` likewise.
    """

    name: str
    title: str
    build: Callable[[], ASGIApp]
    hops: int
    body: bytes
    twin: str = ""
    status: int = 200
    request: Request = field(default_factory=Http)
