"""From the content of a stream to whether its iterator is sync: then each item is a hop."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from typing import Any

from bench.hops.advice import NONE, advice, judged
from bench.hops.callables import unwrapped, without_partial
from bench.hops.judging import Reading
from bench.hops.meaning import Instance, Known, Local, inside
from bench.hops.occurrences import YIELDS
from bench.hops.reasons import UNSURE, UNTOLD, Advice
from bench.hops.scope import Scope

UNKNOWN_ITERATOR = Advice(UNTOLD, "cannot be told: look whether its iterator is async", UNSURE)


def iterator(scope: Scope, content: ast.expr | None) -> tuple[str, bool | None, Advice]:
    """The name of a stream's content, whether its iterator is sync (None: unknown), advice."""
    content = scope.bound_to(content)
    if isinstance(content, ast.GeneratorExp):
        asynchronous = any(part.is_async for part in content.generators)
        return "", not asynchronous, judged_here(scope, ast.Expr(content))

    if isinstance(content, ast.Call):
        called = scope.meaning(content.func)
        if isinstance(called, Local):
            return local_generator(scope, called)

        if isinstance(called, Known) and not inspect.isclass(called.value):
            return known_generator(called.value)

    meaning = scope.meaning(content)
    if isinstance(meaning, Instance):
        sync = not hasattr(meaning.cls, "__aiter__")
        return meaning.cls.__name__, sync, UNKNOWN_ITERATOR if sync else NONE

    return "", None, UNKNOWN_ITERATOR


def local_generator(scope: Scope, called: Local) -> tuple[str, bool | None, Advice]:
    """A function inside the endpoint, called for its iterator."""
    node = called.node
    if isinstance(node, ast.AsyncFunctionDef):
        return node.name, False if yields(node.body) else None, NONE

    return (
        node.name,
        True if yields(node.body) else None,
        judged_here(scope.within(called), *node.body),
    )


def known_generator(value: Any) -> tuple[str, bool | None, Advice]:
    """A function seen from the endpoint, called for its iterator."""
    function = unwrapped(without_partial(value))
    name = getattr(function, "__name__", "")
    if inspect.isasyncgenfunction(function):
        return name, False, NONE

    if inspect.isgeneratorfunction(function):
        return name, True, advice(value)

    return name, None, UNKNOWN_ITERATOR


def yields(body: Iterable[ast.stmt]) -> bool:
    """Whether a function with this body is a generator."""
    return any(isinstance(node, YIELDS) for node in inside(body))


def judged_here(scope: Scope, *body: ast.stmt) -> Advice:
    """Advice on code inside the endpoint."""
    found = Reading(scope.source.package).body(scope, body, 0)
    return judged(found, "free to become an async iterator")
