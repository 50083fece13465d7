"""From an expression in a function to what it means there: its names, parameters, closure."""

from __future__ import annotations

import ast
import typing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.hops.meaning import (
    LITERALS,
    Instance,
    Known,
    Local,
    Meaning,
    attribute,
    bindings,
    inside,
    of_annotation,
    result,
)
from bench.hops.source import Source

DEPTH = 12
"""Names of names of names: who reads on from here reads a circle."""


@dataclass(frozen=True)
class Scope:
    """The names of one function while it is read."""

    source: Source
    outer: Scope | None = None

    @cached_property
    def bound(self) -> dict[str, ast.expr | Local]:
        """What names are bound to inside; of several the last."""
        return {name: value for node in inside(self.source.body) for name, value in bindings(node)}

    @cached_property
    def stored(self) -> frozenset[str]:
        """Names bound inside in any way, as a loop or an unpacking binds them."""
        nodes = inside(self.source.body)
        names = (node for node in nodes if isinstance(node, ast.Name))
        return frozenset(node.id for node in names if isinstance(node.ctx, ast.Store))

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The function's own parameters."""
        arguments = self.source.node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        return frozenset(argument.arg for argument in every)

    def meaning(self, node: ast.expr | None, depth: int = 0) -> Meaning:
        """What `node` means here."""
        if node is None or depth > DEPTH:
            return None

        if isinstance(node, ast.Name):
            return self.named(node.id, depth + 1)

        if isinstance(node, ast.Attribute):
            return attribute(self.meaning(node.value, depth + 1), node.attr)

        if isinstance(node, ast.Call):
            return result(self.meaning(node.func, depth + 1))

        if isinstance(node, ast.Await):
            return self.meaning(node.value, depth + 1)

        if isinstance(node, ast.BinOp):
            return self.meaning(node.left, depth + 1)

        if isinstance(node, ast.Constant):
            return Instance(type(node.value))

        literal = LITERALS.get(type(node))
        return Instance(literal) if literal else None

    def named(self, name: str, depth: int) -> Meaning:
        """What a name means: bound inside, a parameter, or seen from outside."""
        if name in self.bound:
            value = self.bound[name]
            return value if isinstance(value, Local) else self.meaning(value, depth)

        if name in self.parameters:
            return self.annotated(self.source.annotations.get(name))

        if name in self.stored:
            return None

        if self.outer is not None:
            return self.outer.named(name, depth)

        return Known(self.source.names[name]) if name in self.source.names else None

    def within(self, function: Local) -> Scope:
        """The names of a function defined inside this one."""
        names, package = self.source.names, self.source.package
        return Scope(Source(function.node, names, {}, package), self)

    def bound_to(self, node: ast.expr | None) -> ast.expr | None:
        """The expression that a local name stands for; any other expression is itself."""
        for _ in range(DEPTH):
            if isinstance(node, ast.Await):
                node = node.value
                continue

            value = self.bound.get(node.id) if isinstance(node, ast.Name) else None
            if not isinstance(value, ast.expr):
                return node

            node = value

        return node

    def annotated(self, annotation: Any) -> Meaning:
        """A parameter's meaning: an object of the class it is annotated with."""
        if isinstance(annotation, str):
            try:
                expression = ast.parse(annotation, mode="eval").body
            except SyntaxError:
                return None

            annotation = self.value_of_annotation(expression)

        return of_annotation(annotation)

    def value_of_annotation(self, node: ast.expr) -> Any:
        """The class an annotation written as text names; `Annotated[X, ...]` names X."""
        if isinstance(node, ast.BinOp):  # X | None
            return self.value_of_annotation(node.left)

        if isinstance(node, ast.Subscript):
            outer = self.value_of_annotation(node.value)
            if outer not in (typing.Annotated, typing.Optional):
                return outer

            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            return self.value_of_annotation(inner)

        found = self.meaning(node, 1)
        return found.value if isinstance(found, Known) else None
