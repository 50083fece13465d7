"""Traces in the real Perfetto: it sees what we wrote, and would say so if it did not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.comparison import problems
from tests.browser.conftest import Alter, Ask, Document, load
from traces.record import NAMES, make
from traces.view import path_of


@pytest.mark.parametrize("name", NAMES)
def test_perfetto_sees_what_is_committed(ask: Ask, name: str) -> None:
    path = path_of(name)

    assert problems(name, load(path), ask(path)) == []


@pytest.mark.parametrize("name", ["def-model", "upload-spooled", "pair-def-vs-async-def"])
def test_perfetto_sees_what_is_recorded_now(ask: Ask, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.json.gz"
    assert make(name, path) == ""

    assert problems(name, load(path), ask(path)) == []


def without_an_arrow(document: Document) -> None:
    events = document["traceEvents"]
    identity = next(event["id"] for event in events if event["ph"] == "s")
    document["traceEvents"] = [event for event in events if event.get("id") != identity]


def with_an_arrow_to_the_wrong_slice(document: Document) -> None:
    events = document["traceEvents"]
    end = next(event for event in events if event["ph"] == "f")
    end["ts"] = max(
        event["ts"] for event in events if event.get("tid") == end["tid"] and event["ph"] == "X"
    )
    events.sort(key=lambda event: event.get("ts", -1))


def with_a_thread_renamed(document: Document) -> None:
    for event in document["traceEvents"]:
        if event["name"] == "thread_name" and event["args"]["name"] == "worker 1":
            event["args"]["name"] = "AnyIO worker thread"


def without_the_counter(document: Document) -> None:
    events = document["traceEvents"]
    document["traceEvents"] = [event for event in events if event["ph"] != "C"]


def with_slices_that_cross(document: Document) -> None:
    inner = [event for event in document["traceEvents"] if event["ph"] == "X"][-1]
    crossing = {**inner, "ts": inner["ts"] + inner["dur"] / 2}
    document["traceEvents"] += [crossing]


def with_a_later_start(document: Document) -> None:
    for event in document["traceEvents"]:
        if "ts" in event:
            event["ts"] += 5


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (without_an_arrow, "there are 3 arrows for 2 hops"),
        (without_an_arrow, "no arrow is (1, 'hop 1: hand-over')"),
        (with_an_arrow_to_the_wrong_slice, "an arrow is wrong: "),
        (with_a_thread_renamed, "a thread is called AnyIO worker thread"),
        (with_a_thread_renamed, "an arrow is wrong: "),
        (without_the_counter, "process 1 has no track of borrowed tokens"),
        (with_slices_that_cross, "Perfetto misses the slice"),
        (with_a_later_start, "process 1 does not begin at zero"),
    ],
)
def test_a_broken_trace_is_found_out(
    ask: Ask, alter: Alter, change: Callable[[Document], None], found: str
) -> None:
    path = alter("def-model", change)

    assert [each for each in problems("def-model", load(path), ask(path)) if each.startswith(found)]


def without_a_slice(document: Document) -> None:
    slices = [event for event in document["traceEvents"] if event["ph"] == "X"]
    document["traceEvents"].remove(slices[-1])


def test_a_slice_that_perfetto_does_not_see_is_found_out(ask: Ask, alter: Alter) -> None:
    seen = ask(alter("def-model", without_a_slice))
    (found,) = problems("def-model", load(path_of("def-model")), seen)

    assert found.startswith("Perfetto misses the slice")
