"""Variants of the hop: which step each leaves out, what changes by it, and how it is confined."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from anyio._backends._asyncio import AsyncIOBackend, CapacityLimiter

from bench.benchmark import Fact
from bench.remedies import fusing, hop
from bench.remedies.fusing import Fields, fused
from bench.remedies.hop import acquire_without_suspending, hop_without
from bench.remedies.lean_worker import CHECKPOINT, IDLE, LIMITER, QUEUE, SCOPE

SECOND_HOP = "second-hop"
"""The step of FastAPI, not of AnyIO: back to the loop between the endpoint and its validation."""

NOTHING = "nothing"
BROKEN = Path(__file__).with_name("broken.toml")

Around = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A test of an upstream suite that fails under a variant, as `tox -e upstream` finds.

    Attributes:
        suite: whose it is: AnyIO, Starlette or FastAPI.
        test: its name, without its file and its parameters.
        why: what it looks at, as a phrase.
    """

    suite: str
    test: str
    why: str


@dataclass(frozen=True, slots=True)
class Variant:
    """The hop without some of its steps.

    Attributes:
        leaves_out: the steps; none: a copy of AnyIO's own, to be compared with it.
        changes: what is otherwise than today, as a sentence.
        breaks: tests of AnyIO, Starlette and FastAPI that say otherwise.
        upstream: whose function it is, and of which version.
    """

    name: str
    title: str
    leaves_out: frozenset[str]
    changes: str
    breaks: tuple[Broken, ...] = ()
    upstream: str = hop.SOURCE

    @property
    def facts(self) -> dict[str, Fact]:
        """What the result file says of it."""
        return {
            "way": self.title,
            "leaves_out": " ".join(sorted(self.leaves_out)) or "nothing",
            "changes": self.changes,
            "upstream": self.upstream,
        }


def broken_by(variant: str) -> tuple[Broken, ...]:
    """The upstream tests that a variant is known to break."""
    known = tomllib.loads(BROKEN.read_text(encoding="utf-8"))["test"]
    return tuple(
        Broken(test["suite"], test["name"], test["why"])
        for test in known
        if variant in test["variants"]
    )


COPY = Variant("copy", "AnyIO's own steps, copied", frozenset(), NOTHING)

STEPS = (
    Variant(
        "no-checkpoint",
        "no first checkpoint",
        frozenset({CHECKPOINT}),
        "A cancellation that comes in the same pass of the loop, after the hop was asked for, no "
        "longer keeps the function from being run.",
    ),
    Variant(
        "quick-limiter",
        "a limiter that does not suspend when a token is free",
        frozenset({LIMITER}),
        "Taking a free token is no longer a point where other tasks get their turn: a loop that "
        "only takes and gives back tokens starves them. Nor can asyncio itself cancel a task "
        "there.",
        broken_by("quick-limiter"),
    ),
    Variant(
        "no-scope",
        "no cancel scope when nothing can cancel",
        frozenset({SCOPE}),
        "Nothing that a task can see: outside of all cancel scopes there is none to shield from.",
    ),
    Variant(
        "simple-queue",
        "`SimpleQueue` instead of `Queue`",
        frozenset({QUEUE}),
        "A worker's queue has no limit and counts no unfinished jobs; AnyIO itself asks for "
        "neither.",
        broken_by("simple-queue"),
    ),
    Variant(
        "early-idle",
        "the worker idle again before its result is reported",
        frozenset({IDLE}),
        "Worker threads, too, change the list of idle ones: one that finishes while its root task "
        "ends may be listed as idle after it was told to stop.",
    ),
)

FUSED = Variant(
    "fused",
    "FastAPI's second hop fused with the first",
    frozenset({SECOND_HOP}),
    "Validators see the context variables that the endpoint has set, and no other request is "
    "served between endpoint and validation.",
    upstream=fusing.SOURCE,
)

ALL = Variant(
    "all",
    "all of them",
    frozenset({CHECKPOINT, LIMITER, SCOPE, QUEUE, IDLE, SECOND_HOP}),
    "All of these at once; and where asyncio itself had cancelled the task before, the function is "
    "still handed to a worker thread, which may run it. As nothing suspends before, that is done "
    "in the pass of the loop that asks for the hop.",
    broken_by("all"),
    upstream=f"{hop.SOURCE}, {fusing.SOURCE}",
)

VARIANTS: dict[str, Variant] = {one.name: one for one in (COPY, *STEPS, FUSED, ALL)}


def patched(leaves_out: frozenset[str], fields: Fields) -> Around:
    """Makes blocks inside which every hop leaves these steps out; nothing is changed outside.

    All blocks share their worker threads, which nothing else uses.
    """
    run_sync = classmethod(hop_without(leaves_out))

    @contextmanager
    def around() -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(
                mock.patch.object(AsyncIOBackend, "run_sync_in_worker_thread", run_sync)
            )
            if LIMITER in leaves_out:
                stack.enter_context(
                    mock.patch.object(
                        CapacityLimiter, "acquire_on_behalf_of", acquire_without_suspending
                    )
                )

            if SECOND_HOP in leaves_out:
                stack.enter_context(fused(fields))

            yield

    return around
