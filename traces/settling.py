"""Settling: from a race between loop and workers to one order of events, the same every time.

Which of two threads is faster decides whether a worker must wait for its next item, and so
which functions of `queue` and `threading` are called. While recording, a thread keeps the
interpreter until it waits, and the loop goes on when every worker waits: counts are then exact.
A function that blocks on purpose can be named as one in which a worker waits.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from anyio._backends._asyncio import WorkerThread

POLL_SECONDS = 0.00002
PATIENCE_SECONDS = 1.0
"""A worker busy for longer is left alone: no handler kind of the catalogue is."""


class SettlingWait:
    """An `epoll` or `kqueue` object that lets the workers come to rest before and after it waits.

    Before, so that what a worker has to tell is there to be seen; after, since between its return
    and the selector's next call a worker that has woken the loop may or may not make a call.
    """

    def __init__(self, system: Any, blocking: Collection[CodeType]) -> None:
        self._system = system
        self._blocking = blocking

    def __getattr__(self, name: str) -> Any:
        return getattr(self._system, name)

    def poll(self, timeout: float, maximum: int) -> Any:
        """As that of an `epoll`, a little later."""
        settle(self._blocking)
        events = self._system.poll(timeout, maximum)
        settle(self._blocking)
        return events

    def control(self, changes: Any, maximum: int, timeout: float | None = None) -> Any:
        """As that of a `kqueue`, a little later."""
        settle(self._blocking)
        events = self._system.control(changes, maximum, timeout)
        settle(self._blocking)
        return events


class SettlingSelector(selectors.DefaultSelector):
    """The usual selector, but what it waits with settles."""

    _selector: Any

    def __init__(self, blocking: Collection[CodeType]) -> None:
        super().__init__()
        self._selector = SettlingWait(self._selector, blocking)


def settle(blocking: Collection[CodeType] = ()) -> None:
    """Returns when every worker waits: for an item, for the loop, or in one of `blocking`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(waits(thread, blocking) for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            break

        time.sleep(POLL_SECONDS)


def waits(thread: threading.Thread, blocking: Collection[CodeType] = ()) -> bool:
    """Whether `thread` is no worker, or stands in a function that blocks.

    It does in `Condition.wait` while nobody has woken it, and in any function of `blocking`.
    """
    if not isinstance(thread, WorkerThread):
        return True

    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 the documented way to ask
    if frame is not None and frame.f_code in blocking:
        return True

    if frame is None or frame.f_code is not threading.Condition.wait.__code__:
        return False

    waiter = frame.f_locals.get("waiter")
    return waiter is not None and waiter.locked()


def join_workers() -> None:
    """Waits for the workers, which their root task has told to end: open calls are not traced."""
    for thread in threading.enumerate():
        if isinstance(thread, WorkerThread):
            thread.join()


@contextmanager
def settling_loop(
    blocking: Collection[CodeType] = (),
) -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that settles, and threads that keep the interpreter until they wait."""
    interval = sys.getswitchinterval()
    loop = asyncio.SelectorEventLoop(SettlingSelector(blocking))
    sys.setswitchinterval(100.0)
    try:
        yield loop
    finally:
        loop.close()
        sys.setswitchinterval(interval)
