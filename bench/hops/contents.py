"""From what an endpoint returns to the hops of sending it: streams and files hop, values do not."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import FileResponse, Response, StreamingResponse

from bench.hops.advice import FILES, NONE
from bench.hops.iterators import UNKNOWN_ITERATOR, iterator
from bench.hops.meaning import Instance, Meaning, of_annotation
from bench.hops.occurrences import returns
from bench.hops.reasons import (
    FREE,
    LIKELY,
    Advice,
    Hops,
    Place,
    Reason,
    either,
    exactly,
)
from bench.hops.scope import Scope
from bench.hops.source import Source

NO_HOP = exactly(0)
ITEM = "item"
CHUNK = "further 64 KiB"
STREAM = "stream"
FILE = "file"
AS_LIST = Advice(FREE, "return the `StreamingResponse` itself, of an async iterator", LIKELY)


@dataclass(frozen=True, slots=True)
class Returned:
    """What one `return` gives.

    Attributes:
        response: it is a Response; FastAPI then neither validates nor encodes.
        hops: of sending it.
    """

    response: bool
    hops: Hops = NO_HOP
    kind: str = ""
    name: str = ""
    advice: Advice = NONE
    place: Place | None = None


VALUE = Returned(response=False)


def returned(source: Source | None, annotation: Any) -> tuple[Returned, ...]:
    """Each thing an endpoint returns; without a source its annotation has to do."""
    if source is None:
        return (of_meaning(of_annotation(annotation)),)

    scope = Scope(source)
    found = tuple(of_expression(scope, value) for value in returns(source.body))
    if any(one.response for one in found):
        return found

    declared = of_meaning(scope.annotated(annotation))
    return (declared,) if declared.response else found or (VALUE,)


def of_expression(scope: Scope, value: ast.expr | None) -> Returned:
    """One returned expression; a local name stands for what it was bound to."""
    value = scope.bound_to(value)
    meaning = scope.meaning(value)
    if isinstance(value, ast.Call) and isinstance(meaning, Instance):
        if issubclass(meaning.cls, StreamingResponse):
            return stream(scope, value, meaning.cls)

        if issubclass(meaning.cls, FileResponse):
            known_size = any(keyword.arg == "stat_result" for keyword in value.keywords)
            return file(meaning.cls, known_size=known_size)

    return of_meaning(meaning)


def of_meaning(meaning: Meaning) -> Returned:
    """What is known of a response by its class alone."""
    cls = meaning.cls if isinstance(meaning, Instance) else None
    if cls is None or not issubclass(cls, Response):
        return VALUE

    return sent_as(cls)


def sent_as(cls: type) -> Returned:
    """A response of this class, of whose content nothing is known."""
    if issubclass(cls, FileResponse):
        return file(cls)

    if issubclass(cls, StreamingResponse):
        return Returned(True, Hops(0, None, ITEM), STREAM, cls.__name__, UNKNOWN_ITERATOR)

    return Returned(response=True)


def file(cls: type, *, known_size: bool = False) -> Returned:
    """A file: its size, open, read, close; a hop each, and a read for each 64 KiB."""
    hops = Hops(3 if known_size else 4, None, CHUNK)
    return Returned(True, hops, FILE, cls.__name__, FILES)


def stream(scope: Scope, call: ast.Call, cls: type) -> Returned:
    """A stream: an iterator that is not async hops for each item, and once to find its end."""
    content = next(
        (keyword.value for keyword in call.keywords if keyword.arg == "content"),
        call.args[0] if call.args else None,
    )
    found = iterator(scope, content)
    hops = exactly(0) if found.sync is False else Hops(int(found.sync or 0), None, ITEM)
    return Returned(True, hops, STREAM, found.name or cls.__name__, found.advice, found.place)


def reasons_of(every: tuple[Returned, ...], response_class: Any) -> Iterator[Reason]:
    """Why sending the answer hops; where endpoints return different things, a range."""
    sent = [one if one.response else made_of(response_class) for one in every]
    hops = either(one.hops for one in sent)
    if hops.most == 0:
        return

    first = next(one for one in sent if one.kind)
    text = f"`{first.name}` is sent from disk" if first.kind == FILE else streamed(first)
    yield Reason(first.kind, first.name, text, hops, first.advice, first.place)


def made_of(response_class: Any) -> Returned:
    """A value that FastAPI puts into the response class of the route."""
    if not inspect.isclass(response_class) or not issubclass(response_class, Response):
        return VALUE

    if issubclass(response_class, StreamingResponse):  # FastAPI makes a list of any value
        return Returned(True, Hops(1, None, ITEM), STREAM, response_class.__name__, AS_LIST)

    return sent_as(response_class)


def streamed(one: Returned) -> str:
    """The phrase for a stream."""
    return f"stream of `{one.name}`, " + ("whose iterator is sync" if one.hops.least else "if sync")
