"""FastAPI's second hop fused with its first: from an app to a patch under which one is enough.

FastAPI runs a `def` endpoint in a worker thread, comes back, and validates its answer in a worker
thread again (`run_endpoint_function` and `serialize_response` in fastapi/routing.py of FastAPI
0.165.0). Here the answer is validated in the hop that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from fastapi import FastAPI, Response, routing
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import ResponseValidationError
from fastapi.telemetry._api import _run_sync_endpoint
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

Fields = Mapping[Callable[..., Any], Any]
"""The field that validates the answer of an endpoint, by the endpoint."""

SOURCE = "FastAPI 0.165.0"


@dataclass(frozen=True, slots=True)
class Validated:
    """An answer that has been validated where it was made."""

    answer: Any
    value: Any
    errors: list[Any]


def fields_of(app: ASGIApp) -> Fields:
    """The fields of the app's `def` and `async def` endpoints that have a model."""
    assert isinstance(app, FastAPI)
    return {
        route.endpoint: route.response_field
        for route in app.routes
        if isinstance(route, routing.APIRoute) and route.response_field
    }


@contextmanager
def fused(fields: Fields) -> Iterator[None]:
    """Answers of these endpoints are validated in the thread that made them, inside the block."""
    run_endpoint, serialize = routing.run_endpoint_function, routing.serialize_response

    async def run_and_validate(
        *, dependant: Dependant, values: dict[str, Any], is_coroutine: bool
    ) -> Any:
        field = None if is_coroutine or dependant.call is None else fields.get(dependant.call)
        if field is None:
            return await run_endpoint(dependant=dependant, values=values, is_coroutine=is_coroutine)

        return await run_in_threadpool(validated, dependant.call, values, field)

    async def serialize_validated(**options: Any) -> Any:
        found = options["response_content"]
        if isinstance(found, Validated):
            return serialized(found, **options)

        return await serialize(**options)

    with (
        mock.patch.object(routing, "run_endpoint_function", run_and_validate),
        mock.patch.object(routing, "serialize_response", serialize_validated),
    ):
        yield


def validated(function: Any, arguments: dict[str, Any], field: Any) -> Any:
    """Both parts of a worker thread's work, in one."""
    answer = _run_sync_endpoint(function=function, arguments=arguments)
    if isinstance(answer, Response):
        return answer

    value, errors = field.validate(answer, {}, loc=("response",))
    return Validated(answer, value, errors)


def serialized(found: Validated, **options: Any) -> Any:
    """The rest of `serialize_response`, on the loop.

    Raises:
        ResponseValidationError: the answer is not of the model.
    """
    if found.errors:
        raise ResponseValidationError(
            errors=found.errors, body=found.answer, endpoint_ctx=options["endpoint_ctx"]
        )

    field = options["field"]
    serializer = field.serialize_json if options["dump_json"] else field.serialize
    chosen = ("include", "exclude", "by_alias")
    unset = ("exclude_unset", "exclude_defaults", "exclude_none")
    return serializer(found.value, **{name: options[name] for name in (*chosen, *unset)})
