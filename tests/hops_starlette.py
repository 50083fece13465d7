"""An application of Starlette alone, for environments without FastAPI."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def read(request: Request) -> PlainTextResponse:
    """A `def` endpoint."""
    return PlainTextResponse("read")


app = Starlette(routes=[Route("/", read)])
