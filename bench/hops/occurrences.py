"""From a function's body to its calls and returns: certain, on one branch only, or in a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from bench.hops.meaning import OWN_CODE, inside
from bench.hops.source import Body

YIELDS = (ast.Yield, ast.YieldFrom)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A call or a `return`, and how often it happens when nothing is raised.

    Attributes:
        certain: it happens each time the function runs.
        looped: it stands in a loop.
    """

    node: ast.Call | ast.Return
    certain: bool
    looped: bool


@lru_cache(None)
def occurrences(body: Body) -> tuple[Occurrence, ...]:
    """Every call and every `return` in `body`, inner calls first."""
    reader = Reader()
    reader.read(body)
    return tuple(reader.found)


@lru_cache(None)
def calls(body: Body) -> tuple[tuple[ast.Call, Occurrence], ...]:
    """The calls alone."""
    every = occurrences(body)
    return tuple((one.node, one) for one in every if isinstance(one.node, ast.Call))


def returns(body: Body) -> list[ast.expr | None]:
    """What is returned, for every `return`."""
    return [node.value for node in inside(body) if isinstance(node, ast.Return)]


@lru_cache(None)
def loops(body: Body) -> bool:
    """Whether anything in `body` goes round by itself."""
    return any(
        isinstance(node, LOOPS + COMPREHENSIONS) and not yields(node) for node in inside(body)
    )


def yields(node: ast.AST) -> bool:
    """Whether a generator pauses here; such a loop is paced by who asks for its items."""
    return any(isinstance(inner, YIELDS) for inner in ast.walk(node))


class Reader:
    """Reads statements in order and keeps in mind what has become uncertain."""

    def __init__(self) -> None:
        self.found: list[Occurrence] = []
        self.certain = True
        self.looped = False

    def read(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None and not isinstance(node, OWN_CODE):
                self.node(node)

    def node(self, node: ast.AST) -> None:
        """One node and what is in it; what may have returned makes the rest uncertain."""
        if isinstance(node, (ast.If, ast.IfExp)):
            self.read([node.test])
            self.perhaps(as_list(node.body) + as_list(node.orelse))
        elif isinstance(node, ast.BoolOp):
            self.read(node.values[:1])
            self.perhaps(node.values[1:])
        elif isinstance(node, ast.Match):
            self.read([node.subject])
            self.perhaps(node.cases)
        elif isinstance(node, ast.Try):
            self.read([*node.body, *node.orelse])
            self.perhaps(node.handlers)
            self.read(node.finalbody)
        elif isinstance(node, LOOPS):
            self.loop(node)
        elif isinstance(node, COMPREHENSIONS):
            self.comprehension(node)
        else:
            self.read(ast.iter_child_nodes(node))
            if isinstance(node, (ast.Call, ast.Return)):
                self.found.append(Occurrence(node, self.certain, self.looped))

    def loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        if isinstance(node, ast.While):
            self.again([node.test, *node.body])
        else:
            self.read([node.iter])
            self.again(node.body)

        self.perhaps(node.orelse)

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        first, *further = node.generators
        self.read([first.iter])
        self.again([*first.ifs, *further, *elements(node)])

    def perhaps(self, nodes: Iterable[ast.AST]) -> None:
        nodes = list(nodes)
        with self.while_certain(certain=False, looped=self.looped):
            self.read(nodes)

        self.certain = self.certain and not returning(nodes)

    def again(self, nodes: Iterable[ast.AST]) -> None:
        nodes = list(nodes)
        with self.while_certain(certain=False, looped=True):
            self.read(nodes)

        self.certain = self.certain and not returning(nodes)

    @contextmanager
    def while_certain(self, *, certain: bool, looped: bool) -> Iterator[None]:
        before = self.certain, self.looped
        self.certain, self.looped = certain and self.certain, looped
        yield
        self.certain, self.looped = before


def elements(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
) -> list[ast.AST]:
    """What a comprehension makes of each round."""
    return [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]


def as_list(nodes: list[ast.stmt] | ast.expr) -> list[ast.AST]:
    """The branch of a statement or of an expression."""
    return list(nodes) if isinstance(nodes, list) else [nodes]


def returning(nodes: Iterable[ast.AST]) -> bool:
    """Whether any of them may end the function."""
    return any(
        isinstance(inner, ast.Return)
        for node in nodes
        if isinstance(node, ast.stmt | ast.match_case | ast.ExceptHandler)
        for inner in inside([node])
    )
