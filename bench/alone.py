"""One run at a time: a lock beside the result file, which the system lets go of with its holder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from bench.errors import UsageError


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the lock of a result file, also over a moment in which there is no such file yet.

    Raises:
        UsageError: another run holds it.
    """
    lock = path.parent / f".{path.name}.lock"
    try:
        descriptor = taken(lock)
    except BlockingIOError:
        raise UsageError(
            f"only one run at a time writes a result file, another is writing {path}: "
            "wait for it, or name another file"
        ) from None
    except OSError:
        yield  # where no lock can be made, no result can be saved: loading or saving says why
        return

    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # a directory that has become read-only keeps it
            lock.unlink()

        os.close(descriptor)


def taken(lock: Path) -> int:
    """The descriptor of the lock's file, locked.

    Raises:
        BlockingIOError: it is locked already.
        OSError: it cannot be made.
    """
    import fcntl  # Windows has none, and lists and helps all the same

    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_at(descriptor, lock):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise

        os.close(descriptor)  # its holder has just removed it


def is_at(descriptor: int, lock: Path) -> bool:
    """Whether the open file still is the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), lock.stat())
    except FileNotFoundError:
        return False
