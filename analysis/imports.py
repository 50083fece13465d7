"""Turns modules of the repository into the files that they import: read, and never run."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("analysis", "bench", "traces")


def imported(root: Path, *modules: str) -> tuple[str, ...]:
    """List the files of these modules and of all that they import of the repository, sorted."""
    found: set[str] = set()
    waiting = list(modules)

    while waiting:
        path = file_of(root, waiting.pop())
        if path is not None and (name := path.relative_to(root).as_posix()) not in found:
            found.add(name)
            waiting += names_in(root, path)

    return tuple(sorted(found))


def file_of(root: Path, module: str) -> Path | None:
    """Find the file of a module of the rooms; None if there is none, as for a function's name."""
    if module.partition(".")[0] not in ROOMS:
        return None

    stem = root.joinpath(*module.split("."))
    places = (stem.with_name(f"{stem.name}.py"), stem / "__init__.py")

    return next((place for place in places if place.is_file()), None)


def names_in(root: Path, path: Path) -> Iterator[str]:
    """List all modules that a file imports; a package only for what is in its own file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{one.name}" for one in node.names]
            yield from (name if file_of(root, name) else node.module for name in names)
