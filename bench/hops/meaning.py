"""What an expression means, as far as source and annotations show: nothing is evaluated."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.hops.source import Source, annotations_of

DEPTH = 12
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
OWN_CODE = (*FUNCTIONS, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Known:
    """This very object."""

    value: Any


@dataclass(frozen=True, slots=True)
class Instance:
    """Some object of this class."""

    cls: type


@dataclass(frozen=True, slots=True)
class Local:
    """A function defined inside the one that is read."""

    node: ast.FunctionDef | ast.AsyncFunctionDef


Meaning = Known | Instance | Local | None
"""None: it is not known."""

LITERALS: dict[type[ast.expr], type] = {
    ast.JoinedStr: str,
    ast.Dict: dict,
    ast.DictComp: dict,
    ast.List: list,
    ast.ListComp: list,
    ast.Set: set,
    ast.SetComp: set,
    ast.Tuple: tuple,
    ast.GeneratorExp: types.GeneratorType,
}


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


def of_annotation(annotation: Any) -> Meaning:
    """An object of the annotated class; of `X | None` that is X."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]

    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        parts = [part for part in typing.get_args(annotation) if part is not type(None)]
        return of_annotation(parts[0]) if len(parts) == 1 else None

    origin = typing.get_origin(annotation) or annotation
    return Instance(origin) if inspect.isclass(origin) else None


def attribute(owner: Meaning, name: str) -> Meaning:
    """What `owner.name` means; no property runs, and no module loads what it has not loaded."""
    if isinstance(owner, Instance):
        return member(owner.cls, name)

    if not isinstance(owner, Known):
        return None

    value = owner.value
    if inspect.ismodule(value):
        return Known(vars(value)[name]) if name in vars(value) else None

    if inspect.isclass(value):
        return member(value, name)

    held = getattr(value, "__dict__", None)
    if isinstance(held, dict) and name in held:
        return Known(held[name])

    return member(type(value), name)


def member(cls: type, name: str) -> Meaning:
    """What a class gives its objects under a name."""
    found = inspect.getattr_static(cls, name, None)
    if isinstance(found, (staticmethod, classmethod)):
        return Known(found.__func__)

    if inspect.isroutine(found) or inspect.isclass(found):
        return Known(found)

    return of_annotation(annotations_of(cls).get(name))


def result(called: Meaning) -> Meaning:
    """What a call returns: an object of the class called, or of the annotated one."""
    if isinstance(called, Known) and inspect.isclass(called.value):
        return Instance(called.value)

    if isinstance(called, Known) and inspect.isroutine(called.value):
        returned = annotations_of(called.value).get("return")
        if isinstance(returned, str):
            returned = getattr(called.value, "__globals__", {}).get(returned)

        return of_annotation(returned)

    return None


def inside(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of a function's own code; of functions and classes in it only their head."""
    waiting: list[ast.AST] = list(body)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, OWN_CODE):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | Local]]:
    """The names that one node binds, each with what it is bound to."""
    if isinstance(node, FUNCTIONS):
        yield node.name, Local(node)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield node.targets[0].id, node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and isinstance(node.target, ast.Name):
        if node.value is not None:
            yield node.target.id, node.value
    elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
        yield node.optional_vars.id, node.context_expr
