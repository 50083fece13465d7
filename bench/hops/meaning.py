"""What an expression means, as far as source and annotations show: nothing is evaluated."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.hops.source import annotations_of

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
