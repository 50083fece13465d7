"""From a running handler to the field that validates its answer: what `fused` asks for.

An application under measurement is known beforehand; a suite makes a new one in every test, and
one endpoint may stand in it twice, with two models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from unittest import mock

from fastapi import Request, Response, routing

RUNNING: ContextVar[Any] = ContextVar("RUNNING", default=None)


class RunningField(Mapping[Callable[..., Any], Any]):
    """The field of the handler that runs, whichever endpoint is asked for."""

    def __getitem__(self, endpoint: Callable[..., Any]) -> Any:
        field = RUNNING.get()
        if field is None:
            raise KeyError(endpoint)

        return field

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return iter(())

    def __len__(self) -> int:
        return 0


@contextmanager
def remembered() -> Iterator[RunningField]:
    """Handlers that are made inside the block know their field when they run, also later."""
    make: Callable[..., Any] = routing.get_request_handler

    def remembering(*, response_field: Any = None, **options: Any) -> Any:
        handler = make(response_field=response_field, **options)

        async def handle(request: Request) -> Response:
            token = RUNNING.set(response_field)
            try:
                response: Response = await handler(request)
                return response
            finally:
                RUNNING.reset(token)

        return handle

    with mock.patch.object(routing, "get_request_handler", remembering):
        yield RunningField()
