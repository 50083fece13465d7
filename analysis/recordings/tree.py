"""Turns paths of frames into a tree, and the tree into lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Named = tuple[str, str]
"""Thread and function."""


@dataclass(frozen=True)
class Line:
    """Frames of one thread that call each other and nothing else shown; `hops` lead to it."""

    depth: int
    thread: str
    functions: tuple[str, ...]
    hops: tuple[int, ...]


@dataclass
class Node:
    """A frame of the tree while it is built; children by thread and function, in order."""

    hops: list[int] = field(default_factory=list)
    children: dict[Named, "Node"] = field(default_factory=dict)


def grow(root: Node, path: Sequence[Named], hop: int) -> None:
    """Add a path to the tree; the first frame on another thread is where its hop leads."""
    node, threads = root, [thread for thread, _ in path]
    for place, named in enumerate(path):
        node = node.children.setdefault(named, Node())
        if hop and place and threads[place] != threads[place - 1]:
            node.hops.append(hop)


def lines(node: Node, depth: int) -> Iterator[Line]:
    """Write the tree below a node, frames without branches in one line."""
    for (thread, function), child in node.children.items():
        functions, last = [function], child
        while len(last.children) == 1:
            (((next_thread, name), below),) = last.children.items()
            if next_thread != thread:
                break

            functions.append(name)
            last = below

        yield Line(depth, thread, tuple(functions), tuple(child.hops))
        yield from lines(last, depth + 1)
