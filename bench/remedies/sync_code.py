"""The sync code a user keeps: what remedies run, and what an app must answer that has run it."""

from __future__ import annotations

from bench.handlers import CATALOGUE
from bench.handlers.endpoints import Greeting

HELLO = CATALOGUE["def"].body
VALUE = CATALOGUE["def-deps-4"].body
STREAM = CATALOGUE["def-stream"].body


def hello():  # type: ignore[no-untyped-def]  # noqa: ANN201 an annotation would be a model
    """The sync code of endpoints: the catalogue's."""
    return {"message": "hello"}


def greeting() -> Greeting:
    """The same where the answer has a model."""
    return Greeting(message="hello")


def one() -> int:
    """The sync code of dependencies and streams."""
    return 1
