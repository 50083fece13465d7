"""A worker of one's own: from a function to its result, in one thread, with nothing else kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Worker:
    """One thread that runs what it is given, one after another."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    async def run(self, function: Callable[[], Any]) -> Any:
        """Has the thread call the function; what it returns or raises."""
        future = asyncio.get_running_loop().create_future()
        self._jobs.put((function, future))
        return await future

    def _work(self) -> None:
        while True:
            function, future = self._jobs.get()
            report: Callable[[Any], None]
            try:
                report, outcome = future.set_result, function()
            except BaseException as error:
                report, outcome = future.set_exception, error

            with suppress(RuntimeError):  # the loop may have been closed meanwhile
                future.get_loop().call_soon_threadsafe(tell, future, report, outcome)


def tell(future: asyncio.Future[Any], report: Callable[[Any], None], outcome: Any) -> None:
    """Reports an outcome to a future, unless nobody waits for it any more."""
    if not future.cancelled():
        report(outcome)
