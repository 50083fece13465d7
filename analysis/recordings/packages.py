"""Turns frames into the packages whose code they are."""

import sys
from collections.abc import Iterator

from analysis.recordings.rows import Frame, Track

HANDLER = "handler"
OTHER = "other"
STANDARD = "standard library"
PACKAGES = (HANDLER, "fastapi", "starlette", "anyio", "asyncio", "pydantic", STANDARD, OTHER)

OF_FOLDER = {"bench/handlers": HANDLER}
OF_TOP = {"fastapi": "fastapi", "starlette": "starlette", "anyio": "anyio", "asyncio": "asyncio",
          "pydantic": "pydantic"}  # fmt: skip
OF_ACCELERATOR = {"_asyncio": "asyncio", "pydantic_core": "pydantic"}
"""Parts of two packages that are written in C or Rust."""


def packages(track: Track) -> Iterator[str]:
    """Name the package of each frame.

    A Python function is of the package of its file. A function written in C is counted for the
    code that calls it, as is code made at run time; but the C parts of asyncio and pydantic are
    theirs.
    """
    found: list[str] = []
    for frame in track.frames:
        caller = found[frame.parent] if frame.parent >= 0 else OTHER
        found.append(own_package(frame) or caller)

    yield from found


def own_package(frame: Frame) -> str | None:
    """Name the package that a frame's file or module says, None if it says nothing."""
    if not frame.in_python:
        return OF_ACCELERATOR.get(frame.function.partition(".")[0])

    if frame.file == "<string>":
        return None

    for folder, name in OF_FOLDER.items():
        if frame.file.startswith(f"{folder}/"):
            return name

    top = frame.file.removeprefix("<frozen ").partition("/")[0].partition(".")[0].rstrip(">")

    return OF_TOP.get(top) or (STANDARD if top in sys.stdlib_module_names else OTHER)
