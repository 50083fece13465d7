"""Annotating: slices that nest, arrows that are exact, names that are public."""

from __future__ import annotations

import asyncio
import gzip
import json
import sysconfig
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from hypothesis import given
from hypothesis import strategies as st

from bench.handlers import CATALOGUE
from bench.provenance import ROOT
from traces.annotate import Part, document
from traces.arrows import Arrow, Point, UnexpectedTraceError, arrows, function
from traces.frames import Recording, recording
from traces.marks import BEGIN, END, SETTLED, Mark
from traces.names import UnknownPlaceError, scrubbed
from traces.record import NAMES, PAIR, make
from traces.resuming import new_tracer
from traces.slices import Slice, nested
from traces.tracing import events_of, record

HOPS = 4


@pytest.fixture(scope="module", params=("def-model", "wsgi", "def-sse", PAIR, "overlap"))
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("trace") / "trace.json.gz"
    assert make(request.param, path, "--takes", "1") == ""
    return json.loads(gzip.decompress(path.read_bytes()))


def nanoseconds(event: dict[str, Any]) -> tuple[int, int]:
    start = round(event["ts"] * 1000)
    return start, start + round(event["dur"] * 1000)


def tracks(trace: Any) -> dict[int, list[tuple[int, int]]]:
    """Start and end of all slices, by track, in the order of the file."""
    found: dict[int, list[tuple[int, int]]] = {}
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            found.setdefault(event["tid"], []).append(nanoseconds(event))

    return found


def test_slices_nest_on_every_track(trace: Any) -> None:
    for slices in tracks(trace).values():
        open_ends: list[int] = []
        for start, end in slices:
            while open_ends and open_ends[-1] <= start:
                open_ends.pop()

            assert not open_ends or end <= open_ends[-1]
            open_ends.append(end)


def test_times_are_in_order_and_start_at_zero(trace: Any) -> None:
    times = [event["ts"] for event in trace["traceEvents"] if event["ph"] != "M"]

    assert times == sorted(times)
    assert times[0] == 0


def test_arrows_start_and_end_inside_slices_of_different_threads(trace: Any) -> None:
    ends: dict[int, dict[str, Any]] = {}
    for event in trace["traceEvents"]:
        if event["ph"] in ("s", "f"):
            time_ns = round(event["ts"] * 1000)
            assert any(start <= time_ns < end for start, end in tracks(trace)[event["tid"]])
            assert event["ph"] not in ends.setdefault(event["id"], {})
            ends[event["id"]][event["ph"]] = event

    for pair in ends.values():
        assert pair["s"]["tid"] != pair["f"]["tid"]
        assert pair["s"]["ts"] < pair["f"]["ts"]
        assert pair["f"]["bp"] == "e"


def test_every_process_has_a_loop_a_request_and_a_counter(trace: Any) -> None:
    events = trace["traceEvents"]
    for process in {event["pid"] for event in events}:
        own = [event for event in events if event["pid"] == process]
        names = [event["args"]["name"] for event in own if event["name"] == "thread_name"]

        assert "event loop" in names
        assert [event for event in own if event["name"] == "request"] != []
        assert next(event for event in own if event["ph"] == "C")["args"] == {"borrowed tokens": 0}


def test_passes_of_the_loop_are_numbered(trace: Any) -> None:
    passes = [
        int(event["name"].split()[1])
        for event in trace["traceEvents"]
        if event["pid"] == 1 and event["name"].startswith("pass ")
    ]

    assert passes == list(range(1, len(passes) + 1))


def test_processes_and_threads_are_numbered_anew(trace: Any) -> None:
    processes = {event["pid"] for event in trace["traceEvents"]}

    assert processes == set(range(1, len(processes) + 1))
    assert all(tid // 100 in processes for tid in tracks(trace))


def at_once(barrier: threading.Barrier, turns: list[threading.Event], turn: int) -> None:
    """Waits until all workers have their item, then until the later ones have ended."""
    barrier.wait(10)
    turns[turn].wait(10)
    turns[turn - 1].set()


def first(barrier: threading.Barrier, turns: list[threading.Event]) -> None:
    at_once(barrier, turns, 0)


def second(barrier: threading.Barrier, turns: list[threading.Event]) -> None:
    at_once(barrier, turns, 1)


def third(barrier: threading.Barrier, turns: list[threading.Event]) -> None:
    at_once(barrier, turns, 2)


def fourth(barrier: threading.Barrier, turns: list[threading.Event]) -> None:
    at_once(barrier, turns, 3)


async def all_at_once(mark: Mark) -> None:
    """Four hops under way together, which end in the opposite order."""
    functions = (first, second, third, fourth)
    for request in (False, True):
        if request:
            mark(BEGIN, request=1)

        turns = [threading.Event() for _ in functions]
        turns[-1].set()
        barrier = threading.Barrier(HOPS)
        await asyncio.gather(*(to_thread.run_sync(each, barrier, turns) for each in functions))

    mark(END, request=1)
    mark(SETTLED)


@pytest.fixture(scope="module")
def concurrent() -> Recording:
    tracer = new_tracer(100_000)
    with closing(asyncio.new_event_loop()) as loop:
        record(tracer, loop, all_at_once)

    return recording(events_of(tracer))


def around(recording: Recording, thread: int, time_ns: int) -> list[int]:
    """The slices open at a moment, from the outside in."""
    slices = recording.threads[thread]
    return [i for i, each in enumerate(slices) if each.start_ns <= time_ns < each.end_ns]


def innermost(recording: Recording, point: Point) -> str:
    index = around(recording, point.thread, point.time_ns)[-1]
    return function(recording.threads[point.thread][index])


def work(recording: Recording, arrow: Arrow) -> str:
    """The function that is run where a hand-over ends."""
    slices = recording.threads[arrow.end.thread]
    run = around(recording, arrow.end.thread, arrow.end.time_ns)[-1]
    return next(function(each) for each in slices if each.parent == run)


def test_hops_under_way_together_are_paired_exactly(concurrent: Recording) -> None:
    found = arrows(concurrent)
    hand_overs, wake_ups = found[::2], found[1::2]

    assert [work(concurrent, arrow) for arrow in hand_overs] == [
        "first",
        "second",
        "third",
        "fourth",
    ]
    assert [arrow.end.thread for arrow in hand_overs] == [arrow.start.thread for arrow in wake_ups]
    assert len({arrow.end.thread for arrow in hand_overs}) == HOPS
    assert sorted(wake_ups, key=lambda arrow: arrow.start.time_ns) == wake_ups[::-1]


def test_an_arrow_is_tied_to_the_innermost_slice_it_speaks_of(concurrent: Recording) -> None:
    for arrow in arrows(concurrent):
        ends = [innermost(concurrent, end) for end in (arrow.start, arrow.end)]
        expected = {
            "hand-over": ["put_nowait", "Context.run"],
            "wake-up": ["call_soon_threadsafe", "_report_result"],
        }

        assert ends == expected[arrow.step]


def test_a_missing_arrow_is_refused(concurrent: Recording) -> None:
    with pytest.raises(UnexpectedTraceError, match="two arrows for each of 5 hops"):
        document([Part("test", concurrent, HOPS + 1)], {})


def test_a_missing_worker_is_refused(concurrent: Recording) -> None:
    loop = {concurrent.loop_thread: concurrent.threads[concurrent.loop_thread]}
    without = Recording(loop, concurrent.marks, concurrent.loop_thread, concurrent.length_ns)

    with pytest.raises(UnexpectedTraceError, match="must follow every taken"):
        document([Part("test", without, HOPS)], {})


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30))
def test_nesting_never_lets_a_call_outlast_its_caller(spans: list[tuple[int, int]]) -> None:
    found = nested([Slice("f", start, start + length) for start, length in spans])

    assert len(found) == len(spans)
    for each in found:
        if each.parent >= 0:
            caller = found[each.parent]
            assert caller.start_ns <= each.start_ns <= each.end_ns <= caller.end_ns


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("builtins.len", "builtins.len"),
        ("select.epoll.poll", "select.epoll.poll"),
        ("f (<frozen os>:1)", "f (<frozen os>:1)"),
        (f"g.<locals>.f ({ROOT}/bench/asgi.py:7)", "g.<locals>.f (bench/asgi.py:7)"),
        (f"f ({sysconfig.get_path('purelib')}/anyio/abc.py:7)", "f (anyio/abc.py:7)"),
        (f"f ({sysconfig.get_path('stdlib')}/queue.py:180)", "f (queue.py:180)"),
    ],
)
def test_names_are_relative_to_where_their_package_is(name: str, expected: str) -> None:
    assert scrubbed(name) == expected


def test_a_place_without_a_public_name_is_refused() -> None:
    with pytest.raises(UnknownPlaceError, match=r"secret\.py is not"):
        scrubbed("f (/somewhere/secret.py:1)")


@pytest.mark.parametrize("name", ["run of <Context at 0x7f>", "/home/ada/fast.so.run"])
def test_a_c_function_with_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownPlaceError, match="must have a plain name"):
        scrubbed(name)


def test_every_kind_and_no_other_has_a_committed_trace() -> None:
    committed = {path.name.partition(".")[0] for path in (ROOT / "traces/recorded").glob("*.gz")}

    assert committed == set(NAMES)
    assert set(CATALOGUE) < committed


def test_committed_traces_are_of_one_environment_and_not_too_large() -> None:
    found = set()
    for path in Path(ROOT / "traces/recorded").glob("*.gz"):
        facts = json.loads(gzip.decompress(path.read_bytes()))["hopcost"]
        found.add((facts["python"], *facts["versions"].items()))
        assert path.stat().st_size <= 200_000

    assert len(found) == 1
