"""The remedy: another way to run the same sync code, and what a request loses by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from starlette.types import ASGIApp

from bench.benchmark import Fact
from bench.handlers import HandlerKind

Sync = Callable[[], Any]
"""The sync code a user keeps."""

WAITS = "waits"
ABANDONS = "abandons"
CANNOT = "cannot"
"""What AnyIO's cancellation does to a request whose sync code runs: it waits for the code; it
leaves the code to run on alone; it cannot arrive, as the code holds the loop."""

COPIED = "copied"
SHARED = "shared"
LOST = "lost"
"""What the code sees of the request's context variables: a copy; the variables themselves, so that
what it sets is seen afterwards; nothing."""

TOKENS = "tokens"
MORE_TOKENS = "more-tokens"
EXECUTOR = "executor"
ONE_THREAD = "one-thread"
LOOP = "loop"
"""What bounds how many requests run their code at once."""

MANY_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a request can rely on while its sync code runs; a test observes each of these.

    Attributes:
        cancellation: WAITS, ABANDONS or CANNOT.
        context: COPIED, SHARED or LOST.
        limiter: what bounds how many run at once.
        blocks_loop: whether nothing else happens on the loop meanwhile.
    """

    cancellation: str = WAITS
    context: str = COPIED
    limiter: str = TOKENS
    blocks_loop: bool = False

    @property
    def at_once(self) -> int:
        """How many requests can run their code at once."""
        return BOUNDS[self.limiter]()

    @property
    def facts(self) -> dict[str, Fact]:
        """The same as metadata."""
        return {
            "cancellation": self.cancellation,
            "context": self.context,
            "limiter": self.limiter,
            "at_once": self.at_once,
            "blocks_loop": int(self.blocks_loop),
        }


HOP = Behaviour()
"""That of AnyIO's hop."""

INLINE = Behaviour(CANNOT, SHARED, LOOP, blocks_loop=True)
"""That of a call on the event loop's thread."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to run the sync code, as an app that a reader could have written.

    Attributes:
        build: makes the app that runs this code.
        sync: the code that is timed.
        hops: calls of `anyio.to_thread.run_sync` per request; other ways to a thread count none.
        body: what the app must answer if it runs `sync`.
        behaviour: what a request can rely on.
        instead_of: the remedy's default; empty on defaults.
        loses: what else is lost, as a sentence; empty: nothing.
        around: what must hold while it runs.
    """

    name: str
    title: str
    build: Callable[[Sync], ASGIApp]
    sync: Sync
    hops: int
    body: bytes
    behaviour: Behaviour = HOP
    instead_of: str = ""
    loses: str = ""
    around: Callable[[], AbstractContextManager[None]] = nullcontext

    @property
    def kind(self) -> HandlerKind:
        """The handler kind that is timed."""
        return self.kind_of(self.sync)

    def kind_of(self, sync: Sync) -> HandlerKind:
        """The same with other sync code."""
        return HandlerKind(self.name, self.title, lambda: self.build(sync), self.hops, self.body)

    @property
    def facts(self) -> dict[str, Fact]:
        """What the result file says of it."""
        told = {"way": self.title, "instead_of": self.instead_of, "loses": self.loses}
        return {**{name: fact for name, fact in told.items() if fact}, **self.behaviour.facts}


@contextmanager
def more_tokens() -> Iterator[None]:
    """A larger limiter of the running loop, as an app sets it at its start, inside the block."""
    limiter = to_thread.current_default_thread_limiter()
    usual_tokens = limiter.total_tokens
    limiter.total_tokens = MANY_TOKENS
    try:
        yield
    finally:
        limiter.total_tokens = usual_tokens


def usual_tokens() -> int:
    """Tokens of AnyIO's default limiter, whose size it has from its sources."""
    return 40


def executor_threads() -> int:
    """Threads of the executor that asyncio makes where none is set."""
    with ThreadPoolExecutor() as executor:
        return executor._max_workers  # noqa: SLF001 it has no public name, and rules that differ by version


BOUNDS: dict[str, Callable[[], int]] = {
    TOKENS: usual_tokens,
    MORE_TOKENS: lambda: MANY_TOKENS,
    EXECUTOR: executor_threads,
    ONE_THREAD: lambda: 1,
    LOOP: lambda: 1,
}
