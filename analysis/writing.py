"""Turns bytes in memory into files: all of them, each atomically, or none."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from analysis.metadata import InputError

READABLE_BY_ALL = 0o644


def write_all(out: Path, content: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write every file below `out`, first under other names, then all at their places.

    Raises:
        InputError: a folder or file cannot be written; what was there before still is.
    """
    staged: list[tuple[Path, Path]] = []

    try:
        for name, data in content.items():
            target = out / name
            refuse_directory(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.append((stage(target, data), target))

        for source, target in staged:
            source.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"{out} cannot be written ({reason}): name a folder with room and permission"
        ) from None
    finally:
        for source, _ in staged:
            with contextlib.suppress(OSError):
                source.unlink(missing_ok=True)

    return tuple(target for _, target in staged)


def refuse_directory(target: Path) -> None:
    """Refuse to write where a directory stands."""
    if target.is_dir():
        raise InputError(f"{target} is a directory, but a file is to be written: remove it")


def stage(target: Path, data: bytes) -> Path:
    """Write data beside its target, onto the disk."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")

    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

    Path(name).chmod(READABLE_BY_ALL)

    return Path(name)
