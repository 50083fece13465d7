"""From the content of a stream to whether its iterator is sync: then each item is a hop."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from typing import Any, NamedTuple

from bench.hops.advice import NONE, advice, judged
from bench.hops.callables import callee, unwrapped, without_partial
from bench.hops.judging import Reading
from bench.hops.meaning import Instance, Known, Local, inside
from bench.hops.occurrences import YIELDS
from bench.hops.reasons import UNSURE, UNTOLD, Advice, Place
from bench.hops.scope import Scope


class Iterated(NamedTuple):
    """What a stream is made of.

    Attributes:
        sync: whether its iterator is; None if that cannot be told.
        advice: what to do if it is.
    """

    name: str
    sync: bool | None
    advice: Advice
    place: Place | None = None


UNKNOWN_ITERATOR = Advice(UNTOLD, "cannot be told: look whether its iterator is async", UNSURE)


def iterator(scope: Scope, content: ast.expr | None) -> Iterated:
    """What is known of the content of a stream."""
    content = scope.bound_to(content)
    if isinstance(content, ast.GeneratorExp):
        asynchronous = any(part.is_async for part in content.generators)
        return Iterated("", not asynchronous, judged_here(scope, ast.Expr(content)))

    if isinstance(content, ast.Call):
        called = scope.meaning(content.func)
        if isinstance(called, Local):
            return local_generator(scope, called)

        if isinstance(called, Known) and not inspect.isclass(called.value):
            return known_generator(called.value)

    meaning = scope.meaning(content)
    if isinstance(meaning, Instance):
        sync = not hasattr(meaning.cls, "__aiter__")
        return Iterated(meaning.cls.__name__, sync, UNKNOWN_ITERATOR if sync else NONE)

    return Iterated("", None, UNKNOWN_ITERATOR)


def local_generator(scope: Scope, called: Local) -> Iterated:
    """A function inside the endpoint, called for its iterator."""
    node = called.node
    if isinstance(node, ast.AsyncFunctionDef):
        return Iterated(node.name, False if yields(node.body) else None, NONE)

    judged_inside = judged_here(scope.within(called), *node.body)
    return Iterated(node.name, True if yields(node.body) else None, judged_inside)


def known_generator(value: Any) -> Iterated:
    """A function seen from the endpoint, called for its iterator."""
    function = unwrapped(without_partial(value))
    name = getattr(function, "__name__", "")
    if inspect.isasyncgenfunction(function):
        return Iterated(name, False, NONE)

    if inspect.isgeneratorfunction(function):
        return Iterated(name, True, advice(value), callee(value).place)

    return Iterated(name, None, UNKNOWN_ITERATOR)


def yields(body: Iterable[ast.stmt]) -> bool:
    """Whether a function with this body is a generator."""
    return any(isinstance(node, YIELDS) for node in inside(body))


def judged_here(scope: Scope, *body: ast.stmt) -> Advice:
    """Advice on code inside the endpoint."""
    found = Reading(scope.source.package).body(scope, body, 0)
    return judged(found, "free to become an async iterator")
