"""What a function's source shows: whether it blocks, computes, loops, or calls the unknown."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from typing import Any

from bench.hops.known import BLOCKS, COMPUTES, by_name


@dataclass(frozen=True)
class Shown:
    """What a function's source shows.

    Attributes:
        blocks: what it calls that blocks; `guessed` if only by the name of a method.
        computes: what it calls that computes; `loops` if it goes round itself.
        unknown: what it calls that is neither known nor read.
        readable: its own source was found.
        plain: it calls nothing at all.
    """

    blocks: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    computes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    loops: bool = False
    readable: bool = True
    plain: bool = True

    def __add__(self, other: Shown) -> Shown:
        return Shown(
            self.blocks + other.blocks,
            self.guessed + other.guessed,
            self.computes + other.computes,
            self.unknown + other.unknown,
            self.loops or other.loops,
            self.readable and other.readable,
            self.plain and other.plain,
        )


CALLS_SOMETHING = Shown(plain=False)


def of_verdict(verdict: str, name: str) -> Shown:
    """What is known of one call of others' code."""
    if verdict == BLOCKS:
        return Shown(blocks=(name,))

    return Shown(computes=(name,)) if verdict == COMPUTES else Shown()


def unknown_receiver(function: ast.expr) -> Shown:
    """A call of which nothing but the name is to be seen."""
    if not isinstance(function, ast.Attribute):
        return Shown(unknown=(ast.unparse(function),))

    owner = function.value
    while isinstance(owner, ast.Attribute):
        owner = owner.value

    name = ast.unparse(function) if isinstance(owner, ast.Name) else f".{function.attr}"

    verdict = by_name(function.attr)
    if verdict == BLOCKS:
        return Shown(guessed=(name,))

    return Shown() if verdict else Shown(unknown=(name,))


def label(value: Any) -> str:
    """`requests.get`, `Session.commit`: a name short enough for a sentence."""
    name = getattr(value, "__qualname__", "") or type(value).__name__
    name = name.rpartition("<locals>.")[2]
    module = getattr(value, "__module__", None)
    if not module or module == "builtins" or "." in name or inspect.isclass(value):
        return name

    return f"{module.partition('.')[0].lstrip('_')}.{name}"
