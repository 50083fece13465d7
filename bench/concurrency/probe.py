"""Turns a request into a probe: how many other requests were served between its hops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from anyio._backends._asyncio import AsyncIOBackend


@dataclass(slots=True)
class Probe:
    """What others had been served when each hop of the probe began and ended in its thread."""

    served: Callable[[], int]
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    @property
    def served_between(self) -> int:
        """How many were served between its first hop and its last."""
        return self.begun[-1] - self.ended[0]

    def in_worker(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, observed."""

        def observed(*values: Any) -> Any:
            self.begun.append(self.served())
            try:
                return function(*values)
            finally:
                self.ended.append(self.served())

        return observed


PROBE: ContextVar[Probe] = ContextVar("PROBE")
"""The probe that the running task sends, if it sends one."""


@contextmanager
def watching_hops() -> Iterator[None]:
    """Observes the hops of probes, and of nothing else, inside the block."""
    run_sync = AsyncIOBackend.run_sync_in_worker_thread

    async def watched(
        func: Callable[..., Any], args: tuple[Any, ...], *rest: Any, **options: Any
    ) -> Any:
        probe = PROBE.get(None)
        function = probe.in_worker(func) if probe else func
        return await run_sync(function, args, *rest, **options)

    with mock.patch.object(AsyncIOBackend, "run_sync_in_worker_thread", watched):
        yield
