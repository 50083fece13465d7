"""Timelines: the calls of all threads numbered in the order of time, and the arrows between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.recordings.rows import Process, Track
from analysis.recordings.timeline import Crossing, Lane, Segment, Timeline, callers, timeline
from tests.synthetic_traces import ASYNC_DEF, DEF, process_of

SMALL = """
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
    request
    loop     | app (fastapi/routing.py:438)
    loop     |  run_sync (anyio/to_thread.py:27)
    loop     |   put (anyio/to_thread.py:28)   @1 hands over
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    worker 1 | read (bench/handlers/endpoints.py:7)   @1 taken
    worker 1 | report (anyio/_backends/_asyncio.py:1)   @1 wakes
    loop     | woken (asyncio/events.py:1)   @1 woken
    loop     |  app (fastapi/routing.py:438)
    answer
    loop     |  late (fastapi/routing.py:500)
"""


@pytest.fixture(scope="module")
def small() -> Timeline:
    return timeline(process_of(SMALL), "def")


def lane(found: Timeline, thread: str) -> Lane:
    return next(one for one in found.lanes if one.thread == thread)


def test_calls_are_numbered_over_all_threads_in_the_order_of_time(small: Timeline) -> None:
    assert lane(small, "event loop").segments == (
        Segment("fastapi", 0, 1),
        Segment("anyio", 1, 2),
        Segment("asyncio", 3, 1),
        Segment("asyncio", 6, 1),
        Segment("fastapi", 7, 1),
    )
    assert lane(small, "worker 1").segments == (Segment("handler", 4, 1), Segment("anyio", 5, 1))


def test_every_call_is_in_one_segment() -> None:
    found = timeline(process_of(DEF), "def")
    places = sorted(
        place
        for one in found.lanes
        for part in one.segments
        for place in range(part.first, part.first + part.count)
    )

    assert places == list(range(found.calls))


def test_what_began_before_the_request_or_after_its_answer_is_cut(small: Timeline) -> None:
    assert small.calls == 8
    assert timeline(process_of(SMALL.replace("answer", "") + "answer"), "def").calls == 9


def test_an_arrow_leads_from_the_call_before_it_to_the_call_after_it(small: Timeline) -> None:
    assert small.crossings == (
        Crossing("hand-over", start=3, end=4, from_lane=0, to_lane=1),
        Crossing("wake-up", start=6, end=6, from_lane=1, to_lane=0),
    )


def test_lanes_are_the_loop_and_then_the_workers(small: Timeline) -> None:
    assert [one.thread for one in small.lanes] == ["event loop", "worker 1"]
    assert [one.thread for one in timeline(process_of(ASYNC_DEF), "async-def").lanes] == [
        "event loop"
    ]


def test_lanes_of_arrows_do_not_depend_on_the_order_of_tracks(small: Timeline) -> None:
    process = process_of(SMALL)
    last = len(process.tracks) - 1
    turned = replace(
        process,
        tracks=process.tracks[::-1],
        arrows=tuple(
            replace(
                arrow,
                start=replace(arrow.start, track=last - arrow.start.track),
                end=replace(arrow.end, track=last - arrow.end.track),
            )
            for arrow in process.arrows
        ),
    )

    assert timeline(turned, "def") == small


def test_passes_are_where_the_loop_begins_them(small: Timeline) -> None:
    assert lane(small, "event loop").passes == (0, 3)
    assert lane(small, "worker 1").passes == ()


def test_the_standard_library_works_for_its_caller() -> None:
    track = process_of(
        """
        request
        loop |app (fastapi/routing.py:438)
        loop | enter (contextlib.py:1)
        loop |  builtins.next
        loop |   run_sync (anyio/to_thread.py:27)
        loop | get (opentelemetry/trace/__init__.py:564)
        loop |put (queue.py:1)
        answer
        """
    ).loop

    assert callers(track) == [
        "fastapi",
        "fastapi",
        "fastapi",
        "anyio",
        "fastapi",
        "standard library",
    ]


def test_calls_at_one_time_stay_in_calling_order() -> None:
    found = process_of("request\nloop |run (starlette/a.py:1)\nloop | app (fastapi/a.py:1)\nanswer")
    tracks = tuple(at_once(track) if track.is_loop else track for track in found.tracks)
    made = timeline(Process(found.label, tracks, ()), "async-def")

    assert [part.package for part in made.lanes[0].segments] == ["starlette", "fastapi"]


def at_once(track: Track) -> Track:
    return replace(track, frames=tuple(replace(frame, start_ns=0) for frame in track.frames))


def test_a_timeline_is_called_after_its_kind(small: Timeline) -> None:
    assert small.kind == "def"
