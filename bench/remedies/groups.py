"""The remedies of a user, in groups: each group holds a default and what can be done instead."""

from __future__ import annotations

from bench.handlers import CATALOGUE
from bench.handlers.endpoints import Greeting
from bench.remedies import apps
from bench.remedies.remedy import (
    ABANDONS,
    EXECUTOR,
    INLINE,
    LOST,
    MORE_TOKENS,
    ONE_THREAD,
    Behaviour,
    Remedy,
    more_tokens,
)

HELLO = CATALOGUE["def"].body
VALUE = CATALOGUE["def-deps-4"].body
STREAM = CATALOGUE["def-stream"].body


def hello():  # type: ignore[no-untyped-def]  # noqa: ANN201 an annotation would be a model
    """The sync code of endpoints: the catalogue's."""
    return {"message": "hello"}


def greeting() -> Greeting:
    """The same where the answer has a model."""
    return Greeting(message="hello")


def one() -> int:
    """The sync code of dependencies and streams."""
    return 1


ENDPOINT = (
    Remedy("def", "`def` endpoint", apps.def_endpoint, hello, 1, HELLO),
    Remedy(
        "async-def",
        "`async def` that calls the code inline",
        apps.inline,
        hello,
        0,
        HELLO,
        INLINE,
        "def",
        "Every other request waits while the code runs.",
    ),
    Remedy(
        "to-thread",
        "`async def` with `asyncio.to_thread`",
        apps.to_thread,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, limiter=EXECUTOR),
        "def",
        "Its threads are asyncio's, beside AnyIO's, and `anyio.from_thread` does not work in them.",
    ),
    Remedy(
        "run-in-executor",
        "`async def` with `loop.run_in_executor`",
        apps.in_executor,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, LOST, EXECUTOR),
        "def",
        "Its threads are asyncio's, beside AnyIO's, and `anyio.from_thread` does not work in them.",
    ),
    Remedy(
        "one-worker",
        "`async def` with an executor of one thread",
        apps.one_worker,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, LOST, ONE_THREAD),
        "def",
        "Requests run their code one after another, and one that blocks holds up all.",
    ),
    Remedy(
        "own-worker",
        "`async def` with a thread of one's own behind a `SimpleQueue`",
        apps.own_worker,
        hello,
        0,
        HELLO,
        Behaviour(ABANDONS, LOST, ONE_THREAD),
        "def",
        "Requests run their code one after another, the thread is never ended, and its code is "
        "yours to maintain.",
    ),
    Remedy(
        "more-tokens",
        "`def` endpoint under a larger limiter",
        apps.def_endpoint,
        hello,
        1,
        HELLO,
        Behaviour(limiter=MORE_TOKENS),
        "def",
        "More threads take more memory, and contend for the interpreter.",
        more_tokens,
    ),
)

UNVALIDATED = "The answer is neither validated nor filtered"

MODEL = (
    Remedy("def-model", "`def` with a return annotation", apps.def_model, greeting, 2, HELLO),
    Remedy(
        "async-def-model",
        "`async def` with a return annotation that calls the code inline",
        apps.inline_model,
        greeting,
        0,
        HELLO,
        INLINE,
        "def-model",
        "Every other request waits while the code runs.",
    ),
    Remedy(
        "threadpool-model",
        "`async def` with a return annotation that awaits `run_in_threadpool`",
        apps.threadpool_model,
        greeting,
        1,
        HELLO,
        instead_of="def-model",
        loses="The answer is validated on the loop, as an `async def`'s is: a large one blocks it.",
    ),
    Remedy(
        "def-response",
        "`def` that returns a response class",
        apps.def_response,
        greeting,
        1,
        HELLO,
        instead_of="def-model",
        loses=f"{UNVALIDATED}, and OpenAPI does not describe it.",
    ),
    Remedy(
        "def-unvalidated",
        "`def` with a return annotation and `response_model=None`",
        apps.def_unvalidated,
        greeting,
        1,
        HELLO,
        instead_of="def-model",
        loses=f"{UNVALIDATED}, and OpenAPI does not describe it.",
    ),
)

DEPENDENCIES = (
    Remedy("def-deps-4", "four `def` dependencies", apps.def_dependencies, one, 4, VALUE),
    Remedy(
        "one-def-dep",
        "one `def` dependency that calls all four",
        apps.one_def_dependency,
        one,
        1,
        VALUE,
        instead_of="def-deps-4",
        loses="FastAPI no longer sees the four: it cannot cache, override or validate one of them.",
    ),
    Remedy(
        "async-deps-4",
        "four `async def` dependencies that call the code inline",
        apps.inline_dependencies,
        one,
        0,
        VALUE,
        INLINE,
        "def-deps-4",
        "Every other request waits while the code runs.",
    ),
)

CLASS = (
    Remedy("class-dep", "a class as a dependency", apps.class_dependency, one, 1, VALUE),
    Remedy(
        "async-class-dep",
        "an `async def` dependency that makes the object",
        apps.async_class_dependency,
        one,
        0,
        VALUE,
        INLINE,
        "class-dep",
        "Parameters stand a second time in the function, and what the class does blocks the loop.",
    ),
)

STREAMS = (
    Remedy("def-stream", "a sync iterator as a stream", apps.def_stream, one, 11, STREAM),
    Remedy(
        "batched-stream",
        "the same iterator, four items fetched in one hop",
        apps.batched_stream,
        one,
        3,
        STREAM,
        instead_of="def-stream",
        loses="The first item waits until its batch is full.",
    ),
    Remedy(
        "async-stream",
        "the same iterator, walked by an async generator",
        apps.inline_stream,
        one,
        0,
        STREAM,
        INLINE,
        "def-stream",
        "Every other request waits for each item.",
    ),
)

GROUPS: dict[str, tuple[Remedy, ...]] = {
    "endpoint": ENDPOINT,
    "model": MODEL,
    "dependencies": DEPENDENCIES,
    "class": CLASS,
    "stream": STREAMS,
}

REMEDIES: dict[str, Remedy] = {one.name: one for group in GROUPS.values() for one in group}
