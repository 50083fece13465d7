"""Nothing is timed that answers or hops otherwise than declared."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import anyio.to_thread
import pytest
from anyio._backends._asyncio import AsyncIOBackend

from bench.asgi import Answer
from bench.correctness import (
    OBSERVED,
    WARM_UP,
    WrongAnswerError,
    check,
    check_called,
    check_hops,
    check_step,
    observe,
    shown,
    typical,
)
from bench.counting import Counts
from bench.handlers import CATALOGUE, HandlerKind

Loop = asyncio.AbstractEventLoop
DEF = CATALOGUE["def"]


def checked(kind: HandlerKind, loop: Loop) -> Counts:
    return check(kind, kind.request.exchange(kind.build()), loop)


def called(kind: HandlerKind, loop: Loop) -> Callable[[], Answer]:
    """The kind behind an instrument that is called, as `TestClient` is."""
    exchange = kind.request.exchange(kind.build())

    async def answer() -> Answer:
        return await exchange()

    return lambda: loop.run_until_complete(answer())


def hop() -> Any:
    return anyio.to_thread.run_sync(threading.get_ident)


WRONG = [
    (replace(DEF, body=b"bye"), r"def must answer 200 b'bye', it answered 200 b'.*hello.*'"),
    (replace(DEF, status=404), r"def must answer 404 b'.*hello.*', it answered 200 b'.*hello.*'"),
    (replace(DEF, hops=2), r"def must hop 2 times per request, it hopped 1\b.*"),
    (replace(DEF, hops=0), r"def must hop 0 times per request, it hopped 1\b.*"),
]


@pytest.mark.parametrize(("kind", "sentence"), WRONG)
def test_a_kind_that_does_not_do_what_it_says_is_refused(
    loop: Loop, kind: HandlerKind, sentence: str
) -> None:
    with pytest.raises(WrongAnswerError, match=f"^{sentence}$"):
        checked(kind, loop)


@pytest.mark.parametrize(("kind", "sentence"), WRONG)
def test_it_is_refused_through_an_instrument_that_is_called_too(
    loop: Loop, kind: HandlerKind, sentence: str
) -> None:
    with pytest.raises(WrongAnswerError, match=f"^{sentence}$"):
        check_called(kind, called(kind, loop))


def test_a_hop_that_stays_on_the_thread_of_the_loop_is_refused(loop: Loop) -> None:
    async def stay(function: Callable[..., Any], arguments: Any, *rest: Any, **options: Any) -> Any:
        return function(*arguments)

    with (
        mock.patch.object(AsyncIOBackend, "run_sync_in_worker_thread", stay),
        pytest.raises(WrongAnswerError, match="def must hop to a worker thread, it stayed on"),
    ):
        checked(DEF, loop)


def test_a_kind_that_does_what_it_says_is_counted_warm(loop: Loop) -> None:
    counts = checked(DEF, loop)

    assert (counts.hops, counts.threads_started) == (1, 0)


def test_a_called_kind_that_does_what_it_says_gives_its_hops(loop: Loop) -> None:
    assert check_called(CATALOGUE["def-model"], called(CATALOGUE["def-model"], loop)) == 2


def test_a_kind_that_is_wrong_only_now_and_then_is_refused(loop: Loop) -> None:
    exchange = DEF.request.exchange(DEF.build())
    requests = 0

    async def moody() -> Answer:
        nonlocal requests
        requests += 1
        if requests == WARM_UP + OBSERVED:
            await hop()

        return await exchange()

    with pytest.raises(WrongAnswerError, match="it hopped 2"):
        check(DEF, moody, loop)


@pytest.mark.parametrize("hops", [0, 2])
def test_a_rung_that_hops_otherwise_than_declared_is_refused(loop: Loop, hops: int) -> None:
    with pytest.raises(WrongAnswerError, match=f"a-rung must hop {hops} times"):
        check_step("a-rung", hops, hop, loop)


def test_a_rung_that_hops_as_declared_is_counted(loop: Loop) -> None:
    assert check_step("a-rung", 1, hop, loop).hops == 1


def test_hops_to_worker_threads_are_accepted() -> None:
    check_hops("def", 1, Counts(hops=1, workers={threading.get_ident() + 1}))


def test_warm_up_comes_before_what_is_observed(loop: Loop) -> None:
    awaited = iter(range(100))

    async def step() -> int:
        return next(awaited)

    observed = loop.run_until_complete(observe(step))

    assert [result for result, _ in observed] == list(range(WARM_UP, WARM_UP + OBSERVED))


def test_the_most_frequent_counts_are_typical() -> None:
    usual, late = Counts(hops=1, loop_passes=3), Counts(hops=1, loop_passes=4)

    assert typical([late, usual, usual, late, usual]) == usual


def test_a_long_body_is_shortened_in_a_sentence() -> None:
    assert shown(b"x" * 1000) == f"{b'x' * 40!r}... (1000 bytes)"
