"""The round trip of a hop: frame by frame, there and back, and who is entered again on return."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest

from analysis.metadata import InputError
from analysis.recordings.resumptions import resumptions
from analysis.recordings.round_trip import (
    HANDED_OVER,
    REPORTED,
    RESUMED,
    RUN,
    Step,
    round_trip,
)
from tests.synthetic_traces import ASYNC_DEF, DEF, hops_in_line, process_of

AWAITING = [
    "get_request_handler.app",
    "run_endpoint_function",
    "run_in_threadpool",
    "run_sync",
    "AsyncIOBackend.run_sync_in_worker_thread",
]


@pytest.fixture(scope="module")
def trip() -> tuple[Step, ...]:
    return round_trip(process_of(DEF))


def names(steps: Sequence[Step], leg: str) -> list[str]:
    return [step.frame.name for step in steps if step.leg == leg]


def test_the_legs_of_a_trip_follow_each_other(trip: tuple[Step, ...]) -> None:
    legs = [(leg, {step.thread for step in steps}) for leg, steps in groupby(trip, lambda s: s.leg)]

    assert legs == [
        (HANDED_OVER, {"event loop"}),
        (RUN, {"worker 1"}),
        (REPORTED, {"event loop"}),
        (RESUMED, {"event loop"}),
    ]


def test_there_it_goes_from_the_request_handler_to_the_queue(trip: tuple[Step, ...]) -> None:
    assert names(trip, HANDED_OVER) == [*AWAITING, "Queue.put_nowait"]


def test_on_the_worker_it_goes_to_the_handler_and_reports(trip: tuple[Step, ...]) -> None:
    assert names(trip, RUN) == [
        "WorkerThread.run",
        "_contextvars.Context.run",
        "def_endpoint.read",
        "BaseEventLoop.call_soon_threadsafe",
    ]


def test_the_report_is_a_callback_of_the_loop(trip: tuple[Step, ...]) -> None:
    assert names(trip, REPORTED) == [
        "Handle._run",
        "_contextvars.Context.run",
        "WorkerThread._report_result",
    ]


def test_back_it_comes_to_the_frame_that_awaits(trip: tuple[Step, ...]) -> None:
    assert names(trip, RESUMED) == AWAITING


def test_passes_of_the_loop_are_counted_from_the_request_s_own(trip: tuple[Step, ...]) -> None:
    passes = {(step.leg, step.loop_pass) for step in trip}

    assert passes == {(HANDED_OVER, 1), (RUN, None), (REPORTED, 2), (RESUMED, 3)}


def test_claimed_functions_are_found_where_they_are_called(trip: tuple[Step, ...]) -> None:
    claimed = [step.claimed for step in trip if step.leg == HANDED_OVER]

    assert claimed == [
        "get_request_handler",
        "run_endpoint_function",
        "run_in_threadpool",
        "run_sync",
        None,
        None,
    ]
    assert {step.claimed for step in trip if step.leg in (RUN, REPORTED)} == {None}


def test_it_begins_with_the_first_function_claimed_that_leads_to_the_hop() -> None:
    script = DEF.replace("FastAPI.__call__", "get_route_handler.<locals>.app")
    trip = round_trip(process_of(script))

    assert names(trip, HANDED_OVER)[:2] == ["get_route_handler.app", "get_request_handler.app"]
    assert names(trip, RESUMED)[:2] == ["get_route_handler.app", "get_request_handler.app"]


def test_of_several_hops_it_follows_the_first() -> None:
    script = hops_in_line(2).replace(
        "value (bench/handlers/dependencies.py:20)", "first (bench/handlers/dependencies.py:21)", 1
    )

    assert "def_dependency.first" in names(round_trip(process_of(script)), RUN)


def test_on_the_worker_it_goes_as_deep_as_code_of_this_project() -> None:
    read = "worker 1 |  def_endpoint.<locals>.read (bench/handlers/endpoints.py:32)"
    script = DEF.replace(
        read,
        f"""worker 1 |  _run_sync_endpoint (fastapi/telemetry/_api.py:240)
        {read.replace("|  ", "|   ")}
        worker 1 |    str.encode
        worker 1 |  Future.set_result (concurrent/futures/_base.py:1)""",
    )

    assert names(round_trip(process_of(script)), RUN)[1:4] == [
        "_contextvars.Context.run",
        "_run_sync_endpoint",
        "def_endpoint.read",
    ]


def test_a_trip_needs_a_hop() -> None:
    with pytest.raises(InputError, match="'made-up · made up' must have a hop: record it again"):
        round_trip(process_of(ASYNC_DEF))


def without_return(script: str) -> str:
    """The script cut where the loop resumes what awaits."""
    report = script.index("@1 woken") + len("@1 woken")

    return f"{script[:report]}\nanswer"


def test_a_hop_that_does_not_come_back_is_refused() -> None:
    with pytest.raises(InputError, match="must have a hop that comes back"):
        round_trip(process_of(without_return(DEF)))


def test_a_hop_that_nothing_awaits_is_refused() -> None:
    script = """
        worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
        request
        loop     |Queue.put_nowait (queue.py:220)   @1 hands over
        worker 1 | call_soon_threadsafe (asyncio/base_events.py:872)   @1 taken
        worker 1 | call_soon_threadsafe (asyncio/base_events.py:872)   @1 wakes
        loop     |_report_result (anyio/_backends/_asyncio.py:1092)   @1 woken
        loop     |last (asyncio/events.py:1)
        answer
    """

    with pytest.raises(InputError, match="must have a hop that comes back"):
        round_trip(process_of(script))


def test_coroutines_that_are_entered_again_are_resumptions() -> None:
    assert resumptions(process_of(DEF).loop) == {
        "other": 1,
        "fastapi": 3,
        "starlette": 1,
        "anyio": 2,
    }


def test_a_request_that_never_waits_has_no_resumptions() -> None:
    assert resumptions(process_of(ASYNC_DEF).loop) == {}


def test_what_a_resumed_coroutine_calls_anew_is_no_resumption() -> None:
    script = """
        loop |_contextvars.Context.run
        request
        loop | app (fastapi/routing.py:1)
        loop |  before (starlette/routing.py:1)
        loop |_contextvars.Context.run
        loop | app (fastapi/routing.py:1)
        loop |  after (starlette/routing.py:2)
        loop |  before (starlette/routing.py:1)
        answer
    """

    assert resumptions(process_of(script).loop) == {"fastapi": 1}


def test_a_callback_is_no_resumption() -> None:
    script = """
        loop |_contextvars.Context.run
        request
        loop | app (fastapi/routing.py:1)
        loop |_contextvars.Context.run
        loop | _report_result (anyio/_backends/_asyncio.py:1)
        answer
    """

    assert resumptions(process_of(script).loop) == {}


def test_what_a_resumed_coroutine_calls_a_second_time_is_no_resumption() -> None:
    step = """
        loop |_contextvars.Context.run
        loop | app (fastapi/routing.py:1)
        loop |  first (starlette/routing.py:1)
        loop |  second (anyio/to_thread.py:1)
    """
    track = process_of(f"request\n{step}{step}\nanswer").loop

    assert resumptions(track) == {"fastapi": 1, "starlette": 1}


def test_one_name_called_in_two_ways_is_two_coroutines() -> None:
    script = """
        loop |_contextvars.Context.run
        request
        loop | app (fastapi/routing.py:1)
        loop |  run_sync (anyio/to_thread.py:27)
        loop |_contextvars.Context.run
        loop | run_sync (anyio/to_thread.py:27)
        answer
    """

    assert resumptions(process_of(script).loop) == {}
