"""Resuming: every call is traced on every Python, also of a frame that goes on silently on 3.11."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest

from traces.names import located
from traces.resuming import new_tracer, running
from traces.tracing import events_of


class Suspension:
    """Awaited, it suspends once."""

    def __await__(self) -> Generator[None]:
        yield


async def swallow() -> None:
    try:
        await Suspension()
    except LookupError:
        step()


async def go_on() -> None:
    await swallow()
    step()


async def go_on_silently() -> None:
    await swallow()


async def go_on_twice() -> None:
    await go_on_silently()
    await Suspension()
    await go_on()


async def pass_on() -> None:
    await Suspension()


def step() -> None:
    """Something to be called."""


def thrown_into(coroutine: Coroutine[Any, None, None]) -> None:
    """Runs it to its end, with an exception at every suspension but those that let it out."""
    coroutine.send(None)
    try:
        while True:
            coroutine.throw(LookupError())
    except (LookupError, StopIteration):
        pass


def sent_between(coroutine: Coroutine[Any, None, None]) -> None:
    """Throws into the first and the last of three suspensions."""
    coroutine.send(None)
    coroutine.throw(LookupError())
    coroutine.send(None)
    with pytest.raises(StopIteration):
        coroutine.throw(LookupError())


def traced(function: Callable[[], object]) -> list[dict[str, Any]]:
    """The events of the functions above, and of `function` itself, by their start."""
    tracer = new_tracer(10_000)
    with running(tracer):
        function()

    events = [event for event in events_of(tracer) if event["ph"] == "X"]
    own = [event for event in events if located(event["name"])[1] == "tests/test_resuming.py"]
    return sorted(own, key=lambda event: (event["ts"], -event["dur"]))


def names(events: list[dict[str, Any]]) -> list[str]:
    return [located(event["name"])[0].rpartition(".")[2] for event in events]


def test_a_coroutine_that_goes_on_has_its_calls() -> None:
    assert names(traced(lambda: thrown_into(go_on()))) == [
        "<lambda>",
        "thrown_into",
        *("go_on", "swallow", "__await__"),
        *("__await__", "swallow", "step", "go_on", "step"),
    ]


def test_a_coroutine_that_goes_on_without_a_call_is_traced() -> None:
    assert names(traced(lambda: thrown_into(go_on_silently())))[5:] == [
        *("__await__", "swallow", "step", "go_on_silently"),
    ]


def test_a_chain_of_coroutines_goes_on_from_the_inside_out() -> None:
    assert names(traced(lambda: sent_between(go_on_twice())))[6:] == [
        *("__await__", "swallow", "step", "go_on_silently", "go_on_twice", "__await__"),
        *("go_on_twice", "__await__", "go_on", "swallow", "__await__"),
        *("__await__", "swallow", "step", "go_on", "step", "go_on_twice"),
    ]


def test_a_coroutine_that_only_passes_an_exception_on_is_not_called_twice() -> None:
    assert names(traced(lambda: thrown_into(pass_on())))[2:] == [
        *("pass_on", "__await__", "__await__", "pass_on"),
    ]


def test_calls_lie_inside_the_coroutine_that_went_on() -> None:
    events = traced(lambda: thrown_into(go_on()))
    resumed, call = events[-2:]

    assert resumed["ts"] < call["ts"]
    assert call["ts"] + call["dur"] < resumed["ts"] + resumed["dur"]


def in_a_thread() -> None:
    thread = threading.Thread(target=thrown_into, args=(go_on(),))
    thread.start()
    thread.join()


def test_a_thread_started_meanwhile_is_traced() -> None:
    events = traced(in_a_thread)

    assert names(events).count("go_on") == 2
    assert len({event["tid"] for event in events}) == 2


def test_a_tracer_that_is_gone_does_not_hide_the_threads_of_another() -> None:
    gone = new_tracer(1000)
    tracer = new_tracer(1000)
    del gone
    gc.collect()
    with running(tracer):
        in_a_thread()

    assert "go_on" in " ".join(event["name"] for event in events_of(tracer))


def test_a_tracer_leaves_no_profile_function_behind() -> None:
    before = threading.getprofile()
    traced(step)

    assert threading.getprofile() is before is None
