"""From a `def` to whether it blocks, loops or does neither, as far as its source shows.

The functions of the application that it calls are read too; those of others are known by name, or
they are not.
"""

from __future__ import annotations

import ast
import inspect
import sysconfig
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any

from bench.hops.callables import python_function, static, unwrapped
from bench.hops.evidence import CALLS_SOMETHING, Shown, label, of_verdict, unknown_receiver
from bench.hops.known import known
from bench.hops.meaning import Instance, Known, Local, member
from bench.hops.occurrences import calls, loops
from bench.hops.scope import Scope
from bench.hops.source import Body, body_of, source_of

FURTHEST = 8
"""Calls of calls of calls: who reads on from here reads a framework."""


@lru_cache(None)
def shown(function: FunctionType | None) -> Shown:
    """What the source of `function` shows, and that of all it calls."""
    if source_of(function) is None or function is None:
        return Shown(readable=False)

    return Reading(root(function)).function(function)


def made(cls: type) -> Shown:
    """What it shows to make an object of `cls`."""
    return Reading(cls.__module__.partition(".")[0]).made(cls, 0)


@dataclass
class Reading:
    """One reading, which enters each function once."""

    package: str
    entered: set[Any] = field(default_factory=set)

    def function(self, function: FunctionType, depth: int = 0) -> Shown:
        """A function of the application, or one of somebody else."""
        if function in self.entered:
            return Shown()

        self.entered.add(function)
        source = source_of(function)
        if source is None or depth > FURTHEST or not self.own(function):
            return Shown(unknown=(label(function),), plain=False)

        return self.body(Scope(source), source.body, depth)

    def body(self, scope: Scope, body: Body, depth: int) -> Shown:
        """Statements, read with the names of `scope`."""
        found = Shown(loops=loops(body))
        for call, _ in calls(body):
            found += CALLS_SOMETHING + self.call(scope, call, depth)

        return found

    def call(self, scope: Scope, call: ast.Call, depth: int) -> Shown:
        """One call: what is called decides."""
        meaning = scope.meaning(call.func)
        if isinstance(meaning, Local):
            if meaning.node in self.entered:
                return Shown()

            self.entered.add(meaning.node)
            return self.body(scope.within(meaning), body_of(meaning.node), depth + 1)

        if isinstance(meaning, Instance):
            meaning = member(meaning.cls, "__call__")

        if isinstance(meaning, Known):
            return self.value(meaning.value, depth)

        return unknown_receiver(call.func)

    def value(self, value: Any, depth: int) -> Shown:
        """A call of this very object."""
        if inspect.isclass(value):
            return self.made(value, depth)

        if not inspect.isroutine(value) and not hasattr(value, "__wrapped__"):
            return self.value_of_object(value, depth)

        verdict = known(value)
        if verdict is not None:
            return of_verdict(verdict, label(value))

        function = python_function(unwrapped(value))
        if function is None:
            return Shown(unknown=(label(value),))

        return self.function(function, depth + 1)

    def value_of_object(self, value: Any, depth: int) -> Shown:
        """A call of an object: its class knows what that does."""
        method = static(type(value), "__call__")
        if method is None:
            return Shown(unknown=(label(type(value)),))

        verdict = known(type(value))
        return of_verdict(verdict, label(type(value))) if verdict else self.value(method, depth)

    def made(self, cls: type, depth: int) -> Shown:
        """An object made of a class: the first class of its line that has an `__init__`."""
        for base in cls.__mro__:
            if "__init__" not in vars(base):
                continue

            function = python_function(vars(base)["__init__"])
            if function is not None and self.own(function):
                return self.function(function, depth + 1)

            verdict = known(base) if not generated(function) else None
            if verdict is not None or generated(function):
                return of_verdict(verdict or "", label(cls))

            return Shown(unknown=(label(cls),))

        return Shown()

    def own(self, function: FunctionType) -> bool:
        """Whether the application itself has written it."""
        file = function.__code__.co_filename
        return not generated(function) and (root(function) == self.package or not library(file))


def generated(function: FunctionType | None) -> bool:
    """Whether it was made of text at run time, as a dataclass's `__init__` is."""
    return function is not None and function.__code__.co_filename.startswith("<")


def root(function: FunctionType) -> str:
    """The top-level package of a function."""
    return str(function.__module__).partition(".")[0]


@lru_cache(None)
def library(file: str) -> bool:
    """Whether a file belongs to Python or an installed package."""
    return any(Path(file).is_relative_to(place) for place in places())


@lru_cache(None)
def places() -> tuple[str, ...]:
    """Where Python and its packages lie."""
    paths = sysconfig.get_paths()
    return tuple(paths[name] for name in ("purelib", "platlib", "stdlib", "platstdlib"))
