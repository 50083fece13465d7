"""Timers that go off when they should: from asyncio's event loop to one that is not rounded.

epoll rounds a timeout up to the next millisecond, and Linux may add 50 us to any wait. A wait of
10 us would last 1 ms, and every arrival on a clock would be late by as much. Real waits, for a
socket or a disk, end by an event and know no rounding; so both are switched off for all subjects.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import select
import selectors
import sys
from collections.abc import Iterator

SET_TIMER_SLACK = 29
GET_TIMER_SLACK = 30
"""Options of prctl(2), from linux/prctl.h."""

LEAST_NANOSECONDS = 1


class PunctualSelector(selectors.DefaultSelector):
    """The selector asyncio uses here, whose timeouts are kept to the microsecond.

    `select` does not round, and can wait for an epoll as for any file. A loop of nothing but
    `SelectSelector` would do as well, but each of its turns takes some microseconds longer.
    """

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            select.select([self.fileno()], [], [], timeout)
            timeout = 0

        return super().select(timeout)


def punctual_loop() -> asyncio.AbstractEventLoop:
    """A new event loop with punctual timers."""
    return asyncio.SelectorEventLoop(PunctualSelector())


@contextlib.contextmanager
def punctual_waits() -> Iterator[None]:
    """No slack for the waits of this thread, and of threads it starts, inside the block.

    Only Linux has slack to take away; elsewhere nothing is done.
    """
    if sys.platform != "linux":
        yield
        return

    prctl = ctypes.CDLL(None).prctl
    slack_nanoseconds = prctl(GET_TIMER_SLACK, 0, 0, 0, 0)
    prctl(SET_TIMER_SLACK, LEAST_NANOSECONDS, 0, 0, 0)
    try:
        yield
    finally:
        prctl(SET_TIMER_SLACK, slack_nanoseconds, 0, 0, 0)
