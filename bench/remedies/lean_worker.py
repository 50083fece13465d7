"""AnyIO's worker thread with some of its steps left out, and the steps that can be.

A copy of `WorkerThread` in anyio/_backends/_asyncio.py, in the same order (see `hop`).
"""

from __future__ import annotations

from queue import SimpleQueue
from typing import Any

from anyio._backends._asyncio import AsyncIOBackend, WorkerThread
from anyio._core._eventloop import claim_worker_thread, threadlocals

CHECKPOINT = "checkpoint"
LIMITER = "limiter"
SCOPE = "scope"
QUEUE = "queue"
IDLE = "idle"
"""Steps that can be left out: the first checkpoint; the limiter's when a token is free; the cancel
scope when nothing can cancel; a queue that counts and limits; the loop's turn before a worker is
idle again."""


class LeanWorker(WorkerThread):
    """AnyIO's worker thread, with some of its steps left out."""

    def __init__(self, left_out: frozenset[str], *rest: Any) -> None:
        super().__init__(*rest)
        self.counts_jobs = QUEUE not in left_out
        self.idle_early = IDLE in left_out
        if not self.counts_jobs:
            self.queue = SimpleQueue()  # type: ignore[assignment]  # this is the step left out

    def report_only(self, future: Any, result: Any, error: BaseException | None) -> None:
        """The rest of `_report_result`: the worker has put itself back."""
        if not future.cancelled():
            if error is not None:
                if isinstance(error, StopIteration):
                    new_error = RuntimeError("coroutine raised StopIteration")
                    new_error.__cause__ = error
                    error = new_error

                future.set_exception(error)
            else:
                future.set_result(result)

    def run(self) -> None:  # noqa: C901 as long as the original, to be read beside it
        report = self.report_only if self.idle_early else self._report_result
        with claim_worker_thread(AsyncIOBackend, self.loop):
            while True:
                item = self.queue.get()
                if item is None:
                    return

                context, func, args, future, cancel_scope = item
                result = None
                exception: BaseException | None = None
                if not future.cancelled():
                    threadlocals.current_cancel_scope = cancel_scope
                    try:
                        result = context.run(func, *args)
                    except BaseException as error:
                        exception = error
                    finally:
                        del threadlocals.current_cancel_scope

                if self.idle_early:
                    self.idle_since = self.loop.time()
                    if not self.stopping:
                        self.idle_workers.append(self)

                try:
                    self.loop.call_soon_threadsafe(report, future, result, exception)
                except RuntimeError:
                    if not self.loop.is_closed():
                        raise

                del result, exception
                if self.counts_jobs:
                    self.queue.task_done()

                del item, context, func, args, future, cancel_scope
