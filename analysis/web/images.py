"""Turns the path of a picture into itself, as an address that holds all its bytes."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
VIEW_BOX = re.compile(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def picture(path: str, content: Mapping[str, bytes], root: Path) -> bytes | None:
    """Give the bytes of a picture made with the page, or in the repository; else None."""
    if path in content:
        return content[path]

    file = (root / path).resolve()

    inside = file.is_relative_to(root.resolve())

    return file.read_bytes() if inside and file.is_file() else None


def address(path: str, data: bytes) -> str:
    """Give an address with all of the picture in it."""
    kind = KINDS[PurePosixPath(path).suffix]

    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def size(data: bytes) -> tuple[int, int] | None:
    """Give width and height of an SVG, in units of its own, so that the page keeps the room."""
    found = VIEW_BOX.search(data)

    return (round(float(found[1])), round(float(found[2]))) if found else None
