"""What hops cost here: measured in a few seconds, on one CPU and free, and remembered."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.hops.price import PACKAGES, Price, measured

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """Prices of hops in a request; `one_cpu` is None where a process cannot be pinned."""

    one_cpu: Price | None
    free: Price


def cost(*, again: bool = False) -> Cost:
    """The cost of a hop on this machine with these versions, measured if it is not remembered."""
    path, key = cache_file(), this_machine()
    known = {} if again else remembered(path)
    if key not in known:
        known = {**remembered(path), key: asdict(Cost(*measured()))}
        remember(path, known)

    pinned, free = known[key]["one_cpu"], known[key]["free"]
    return Cost(None if pinned is None else Price(**pinned), Price(**free))


def cache_file() -> Path:
    """In the user's own cache directory; a user without a home has one of the machine's."""
    given = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        cache = Path(given) if given else Path.home() / ".cache"
    except RuntimeError:
        cache = Path(tempfile.gettempdir())

    return cache / "hopcost" / "hop.json"


def this_machine() -> str:
    """What a measurement is valid for."""
    facts = (
        *(platform.system(), platform.machine(), platform.processor(), f"{os.cpu_count()} CPUs"),
        *(platform.python_implementation(), platform.python_version()),
        "GIL" if getattr(sys, "_is_gil_enabled", lambda: True)() else "no GIL",
        *(f"{name} {version}" for name, version in installed(PACKAGES)),
        f"format {FORMAT}",
    )
    return ", ".join(fact for fact in facts if fact)


def installed(packages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and version of each package that is there."""
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            yield name, metadata.version(name)


def remembered(path: Path) -> dict[str, dict[str, Any]]:
    """What earlier measurements found; nothing, if their file cannot be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}

    return found if isinstance(found, dict) else {}


def remember(path: Path, known: dict[str, dict[str, Any]]) -> None:
    """Keeps measurements for the next time, where that is allowed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(known, indent=1), "utf-8")
    except OSError:
        return
