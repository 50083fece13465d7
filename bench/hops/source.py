"""From a Python function to its syntax tree and the names it sees, without running it."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import Any

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

Body = tuple[ast.stmt, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A function's own code.

    Attributes:
        names: what its free names mean: closure, then globals, then builtins.
        annotations: of its parameters, as they stand on the function.
        package: the top-level package it is written in.
    """

    node: FunctionNode
    names: Mapping[str, Any]
    annotations: Mapping[str, Any]
    package: str

    @property
    def body(self) -> Body:
        """Its statements."""
        return body_of(self.node)


@lru_cache(None)
def body_of(node: FunctionNode) -> Body:
    """The statements of a function; a lambda's expression counts as its `return`."""
    return (ast.Return(node.body),) if isinstance(node, ast.Lambda) else tuple(node.body)


class Names(Mapping[str, Any]):
    """The names a function sees; looked up one by one, as there may be thousands."""

    def __init__(self, function: FunctionType) -> None:
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        self.closure = {name: cell.cell_contents for name, cell in cells if filled(cell)}
        self.globals = function.__globals__

    def __getitem__(self, name: str) -> Any:
        for names in (self.closure, self.globals, vars(builtins)):
            if name in names:
                return names[name]

        raise KeyError(name)

    def __iter__(self) -> Any:
        return iter({**vars(builtins), **self.globals, **self.closure})

    def __len__(self) -> int:
        return len({**vars(builtins), **self.globals, **self.closure})


def filled(cell: Any) -> bool:
    """Whether a closure's cell holds something yet."""
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


@lru_cache(None)
def source_of(function: FunctionType | None) -> Source | None:
    """The source of `function`; None where there is none, or two on a line cannot be told apart."""
    if function is None:
        return None

    found = functions_in(function.__code__.co_filename).get(function.__code__.co_firstlineno, [])
    named = [node for node in found if name_of_node(node) == function.__code__.co_name]
    if len(named) != 1:
        return None

    package = str(function.__module__).partition(".")[0]
    return Source(named[0], Names(function), annotations_of(function), package)


def annotations_of(owner: Any) -> Mapping[str, Any]:
    """The annotations of a function or a class; none where one of their names is missing."""
    try:
        return inspect.get_annotations(owner)
    except (NameError, TypeError, AttributeError):
        return {}


@lru_cache(None)
def functions_in(file: str) -> Mapping[int, list[FunctionNode]]:
    """Every function of a file by the line its code object begins at; decorators come first."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return {}

    found: dict[int, list[FunctionNode]] = {}
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode):
            decorators = getattr(node, "decorator_list", [])
            line = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            found.setdefault(line, []).append(node)

    return found


def name_of_node(node: FunctionNode) -> str:
    """The name its code object has."""
    return "<lambda>" if isinstance(node, ast.Lambda) else node.name
