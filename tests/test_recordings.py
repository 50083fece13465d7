"""The loader of traces: what it reads, and that nothing else gets past it."""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.committed import RECORDED
from analysis.metadata import InputError
from analysis.recordings.load import load_recording, load_recordings
from analysis.recordings.packages import OTHER, own_package
from analysis.recordings.rows import Arrow, End, Frame, Recording, Track
from analysis.source import ROOT
from bench.handlers import CATALOGUE
from tests import synthetic, synthetic_traces
from tests.synthetic_traces import DEF, Part, Tree

Change = Callable[[Tree], object]

SMALL = synthetic_traces.of_kind("def", DEF, "async-def")
PACKED = synthetic.packed(SMALL)
RUBBISH: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    -0.5,
    0.25,
    3,
    101,
    "",
    "x",
    "\n",
    "M",
    "X",
    "f",
    "event loop",
    "hop 1: wake-up",
    "process_name",
    [],
    {},
    [1],
    {"name": "worker 1"},
    10**400,
    1e308,
    1e-320,
)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings") / "def.json.gz"


@pytest.fixture(scope="module")
def committed() -> dict[str, Recording]:
    return {one.name: one for one in load_recordings(ROOT / RECORDED)}


def mangled(change: Change) -> Tree:
    tree = copy.deepcopy(SMALL)
    change(tree)

    return tree


def loaded(path: Path, tree: Tree) -> Recording:
    path.write_bytes(synthetic.packed(tree))

    return load_recording(path)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_recording(path)

    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert len(sentence.split()) > 5

    return sentence


def events(tree: Tree, **wanted: object) -> list[Tree]:
    """The events of a trace that have these values."""
    return [
        event
        for event in tree["traceEvents"]
        if all(event.get(key) == value for key, value in wanted.items())
    ]


def set_fact(name: str, value: object) -> Change:
    return lambda tree: tree["hopcost"].update({name: value})


def set_request(name: str, value: object) -> Change:
    return lambda tree: tree["hopcost"]["requests"][0].update({name: value})


def set_event(values: Tree, **wanted: object) -> Change:
    """Change the first event that has the wanted values."""
    return lambda tree: events(tree, **wanted)[0].update(values)


def drop_events(**wanted: object) -> Change:
    """Remove all events that have the wanted values."""

    def drop(tree: Tree) -> None:
        gone = events(tree, **wanted)
        tree["traceEvents"] = [event for event in tree["traceEvents"] if event not in gone]

    return drop


def add(event: Tree) -> Change:
    return lambda tree: tree["traceEvents"].append(event)


def name_again(old: str, new: str) -> Change:
    """Give a process or a track another name."""
    return set_event({"args": {"name": new}}, args={"name": old})


def two_requests(tree: Tree) -> None:
    tree["hopcost"]["requests"] *= 2


def swap_slices(tree: Tree) -> None:
    """Exchange two calls that follow each other on the event loop."""
    found = tree["traceEvents"]
    places = [place for place, event in enumerate(found) if event.get("ph") == "X"]
    one, other = places[-3:-1]
    found[one], found[other] = found[other], found[one]


def test_reads_every_call_with_its_place_caller_and_thread(tmp_path: Path) -> None:
    script = """
        loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
        worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
        request
        loop     | app.<locals>.read (bench/handlers/endpoints.py:7)
        loop     |  str.encode
        answer
    """
    process = loaded(tmp_path / "def.json.gz", synthetic_traces.of_kind("def", script)).processes[0]
    run_once = Frame(
        "BaseEventLoop._run_once", "asyncio/base_events.py", 1947, 0, 2000, -1, began_before=True
    )
    read = Frame(
        "app.<locals>.read", "bench/handlers/endpoints.py", 7, 0, 2000, 0, began_before=False
    )
    encode = Frame("str.encode", "", 0, 1000, 2000, 1, began_before=False)

    assert process.loop == Track("event loop", (run_once, read, encode))
    assert [track.name for track in process.tracks] == ["request", "event loop", "worker 1"]
    assert [frame.name for frame in process.loop.frames][1:] == ["app.read", "str.encode"]
    assert [frame.place for frame in process.loop.frames][1:] == [
        "bench/handlers/endpoints.py:7",
        "",
    ]
    assert process.length_ns == 2000


def test_reads_two_arrows_per_hop_the_hand_over_first(tmp_path: Path) -> None:
    tree = mangled(lambda tree: tree["traceEvents"].reverse())
    slices = [event for event in tree["traceEvents"] if event["ph"] == "X"][::-1]
    tree["traceEvents"] = [event for event in tree["traceEvents"] if event["ph"] != "X"] + slices
    found = loaded(tmp_path / "def.json.gz", tree).processes[0]
    names = {track.name: place for place, track in enumerate(found.tracks)}
    loop, worker = names["event loop"], names["worker 1"]

    assert found.arrows == (
        Arrow(1, "hand-over", End(loop, 7_500), End(worker, 10_500)),
        Arrow(1, "wake-up", End(worker, 12_500), End(loop, 15_500)),
    )


def test_a_call_is_open_from_its_start_until_its_end(tmp_path: Path) -> None:
    loop = loaded(tmp_path / "def.json.gz", SMALL).processes[0].loop
    put = next(i for i, frame in enumerate(loop.frames) if frame.name == "Queue.put_nowait")
    own = loop.frames[put]

    assert loop.innermost(own.start_ns - 1) == own.parent
    assert loop.innermost(own.start_ns) == loop.innermost(own.end_ns - 1) == put
    assert loop.frames[loop.innermost(own.end_ns)].name == "BaseEventLoop._run_once"
    assert loop.innermost(loop.frames[-1].end_ns) == -1


def test_a_pass_of_the_loop_is_a_call_like_others(tmp_path: Path) -> None:
    name = "BaseEventLoop._run_once (asyncio/base_events.py:1947)"
    change = set_event({"name": f"pass 12 of the event loop: {name}"}, name=name)
    found = loaded(tmp_path / "def.json.gz", mangled(change))

    assert found.processes[0].loop.frames[0].function == "BaseEventLoop._run_once"


def test_reads_what_was_requested(tmp_path: Path) -> None:
    found = loaded(tmp_path / "def.json.gz", SMALL)
    request = found.requests[0]

    assert (found.name, found.python) == ("def", "3.13.0")
    assert dict(found.versions) == synthetic_traces.VERSIONS
    assert (request.kind, request.twin) == ("def", "async-def")
    assert (request.hops, request.inflation) == (1, 2.0)


def test_a_kind_without_a_twin_has_none(tmp_path: Path) -> None:
    found = loaded(tmp_path / "def.json.gz", mangled(set_request("twin", "")))

    assert found.requests[0].twin is None


def test_of_requests_that_overlap_the_trace_says_nothing(tmp_path: Path) -> None:
    parts = (Part("def that blocks", DEF), Part("async def", synthetic_traces.ASYNC_DEF))
    tree = synthetic_traces.document("overlap", *parts, overlapping=True)
    found = load_recording(synthetic_traces.write(tmp_path, tree))

    assert found.requests == ()
    assert [process.label.split()[0] for process in found.processes] == ["def", "async"]


def test_reads_a_folder_by_name_and_nothing_but_traces_in_it(tmp_path: Path) -> None:
    synthetic_traces.write_all(tmp_path)
    (tmp_path / "notes.txt").write_text("no trace")

    assert [one.name for one in load_recordings(tmp_path)] == [
        "async-def",
        "async-deps-2",
        "def-deps-2",
        "def",
        "overlap",
        "pair-def-vs-async-def",
    ]


def test_reading_twice_gives_the_same_recording(scratch: Path) -> None:
    assert loaded(scratch, SMALL) == loaded(scratch, SMALL)


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.json.gz")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a gzip file"),
        (b'{"traceEvents": []}', "is not a gzip file"),
        (PACKED[: len(PACKED) // 2], "is truncated or damaged"),
        (PACKED + b"more", "is truncated or damaged"),
        (synthetic.zipped(b"\xff\xfe"), "no UTF-8 text"),
        (synthetic.zipped(b"{"), "must hold strict JSON"),
        (synthetic.zipped(b"[" * 100_000), "must hold strict JSON"),
        (synthetic.zipped(b'{"a": 1, "a": 2}'), "repeats the key 'a'"),
        (synthetic.zipped(b"[]"), "must have a trace as an object"),
        (synthetic.zipped(b"{}"), "must have 'hopcost' as an object"),
        (synthetic.zipped(b'{"traceEvents": []}'), "must have 'hopcost' as an object"),
    ],
)
def test_refuses_what_is_no_trace(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "def.json.gz"
    path.write_bytes(content)

    assert said in refusal(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_refuses_numbers_that_are_none(tmp_path: Path, number: str) -> None:
    text = json.dumps(mangled(set_event({"ts": 12345.5}, ph="C")))
    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.zipped(text.replace("12345.5", number).encode()))

    assert "every number must be finite" in refusal(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_fact("format", 2), "must have format 1"),
        (set_fact("format", None), "must have the metadata 'format'"),
        (set_fact("format", 0), "whole number from 1 as 'format'"),
        (set_fact("name", None), "must have the metadata 'name'"),
        (set_fact("name", "async-def"), "must be called as what it is of, 'async-def'"),
        (set_fact("python", "3.13\n"), "printable text as 'python'"),
        (set_fact("versions", []), "must have 'versions' as an object"),
        (set_fact("versions", {"fastapi": 0.165}), "printable text as 'fastapi'"),
        (set_fact("requests", None), "must have 'requests' as a list"),
        (set_fact("requests", ["def"]), "must have a request as an object"),
        (set_fact("requests", []), "two arrows per hop"),
        (set_request("kind", "async-def"), "must be of the kind 'def', but is of 'async-def'"),
        (set_request("twin", ["async-def"]), "printable text as 'twin'"),
        (set_request("hops", -1), "whole number from 0 as 'hops'"),
        (set_request("hops", 1.5), "whole number from 0 as 'hops'"),
        (set_request("hops", True), "whole number from 0 as 'hops'"),
        (set_request("hops", 0), "two arrows per hop"),
        (set_request("hops", 2), "two arrows per hop"),
        (set_request("inflation", 0), "must have 'inflation' above 0"),
        (set_request("inflation", None), "must have 'inflation' above 0"),
        (set_request("inflation", -2.0), "must be finite, at least 0"),
        (set_request("inflation", 1e300), "must be finite, at least 0"),
        (set_request("inflation", "2"), "must be a number"),
        (two_requests, "two arrows per hop"),
    ],
)
def test_refuses_what_a_trace_must_not_say_of_itself(
    tmp_path: Path, change: Change, said: str
) -> None:
    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.packed(mangled(change)))

    assert said in refusal(path)


HAND_OVER: Tree = {"name": "hop 1: hand-over"}
WAKE_UP: Tree = {"name": "hop 1: wake-up"}
A_SLICE: Tree = {"ph": "X", "tid": 101, "args": None}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tree: tree.pop("traceEvents"), "must have 'traceEvents' as a list"),
        (add({}), "must have the metadata 'ph'"),
        (lambda tree: tree["traceEvents"].append("X"), "must have an event as an object"),
        (set_event({"ph": "B"}, **A_SLICE), "must have 'ph' of C, M, X, f, s, but has 'B'"),
        (set_event({"ph": ["X"]}, **A_SLICE), "printable text as 'ph'"),
        (lambda tree: tree["traceEvents"].clear(), "must have a process"),
        (drop_events(name="process_name"), "must have a process"),
        (set_event({"args": None}, name="process_name"), "a name's arguments as an object"),
        (set_event({"pid": 2}, ph="C"), "must name every process"),
        (set_event({"pid": 0}, **A_SLICE), "whole number from 1 as 'pid'"),
        (set_event({"tid": 7}, **A_SLICE), "must be on a track with a name"),
        (set_event({"tid": "101"}, **A_SLICE), "whole number from 1 as 'tid'"),
        (set_event({"tid": 7}, ph="s"), "must be on a track with a name"),
        (drop_events(args={"name": "worker 1"}), "must be on a track with a name"),
        (name_again("worker 1", " "), "printable text as 'name'"),
        (name_again("event loop", "worker 2"), "must have one 'event loop' per process"),
        (name_again("worker 1", "event loop"), "must have one 'event loop' per process"),
        (drop_events(ph="X", name="request"), "must have a request in each process"),
        (name_again("request", "worker 9"), "must have a request in each process"),
    ],
)
def test_refuses_tracks_that_are_none(tmp_path: Path, change: Change, said: str) -> None:
    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.packed(mangled(change)))

    assert said in refusal(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_event({"ts": None}, **A_SLICE), "must have a time and a duration"),
        (set_event({"dur": None}, **A_SLICE), "must have a time and a duration"),
        (set_event({"ts": -0.001}, **A_SLICE), "must be finite, at least 0"),
        (set_event({"dur": -1}, **A_SLICE), "must be finite, at least 0"),
        (set_event({"dur": 10**400}, **A_SLICE), "must be finite, at least 0"),
        (set_event({"dur": 1e300}, **A_SLICE), "must be finite, at least 0"),
        (set_event({"ts": "0"}, **A_SLICE), "must be a number"),
        (set_event({"name": None}, **A_SLICE), "must have the metadata 'name'"),
        (set_event({"name": "a\nb"}, **A_SLICE), "printable text as 'name'"),
        (set_event({"dur": 1000.0}, **A_SLICE), "must have slices that nest"),
        (swap_slices, "must have its slices by time"),
    ],
)
def test_refuses_slices_that_are_none(tmp_path: Path, change: Change, said: str) -> None:
    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.packed(mangled(change)))

    assert said in refusal(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_event({"name": "hop 0: wake-up"}, ph="s"), "must be an arrow of a hop"),
        (set_event({"name": "hop 1: landing"}, ph="s"), "must be an arrow of a hop"),
        (set_event({"name": None}, ph="s"), "must have the metadata 'name'"),
        (set_event({"ts": None}, ph="f"), "must have a time"),
        (set_event({"ts": -1}, ph="f"), "must be finite, at least 0"),
        (set_event(WAKE_UP, ph="s", **HAND_OVER), "has an arrow twice"),
        (drop_events(ph="f", **WAKE_UP), "but one is missing"),
        (drop_events(**WAKE_UP), "but one is missing"),
        (drop_events(ph="s"), "but one is missing"),
        (set_event({"ts": 10.501}, ph="s", **HAND_OVER), "must have arrows forward in time"),
        (set_event({"ts": 1e6}, ph="f", **WAKE_UP), "between frames"),
        (set_event({"tid": 101}, ph="f", **HAND_OVER), "of the loop and of a worker"),
        (set_event({"tid": 102}, ph="f", **WAKE_UP), "of the loop and of a worker"),
        (set_event({"tid": 100}, ph="s", **HAND_OVER), "of the loop and of a worker"),
        (set_event({"tid": 100}, ph="s", **WAKE_UP), "of the loop and of a worker"),
    ],
)
def test_refuses_arrows_that_lead_nowhere(tmp_path: Path, change: Change, said: str) -> None:
    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.packed(mangled(change)))

    assert said in refusal(path)


def test_an_arrow_may_take_no_time(tmp_path: Path) -> None:
    change = set_event({"ts": 10.5}, ph="s", **HAND_OVER)
    found = loaded(tmp_path / "def.json.gz", mangled(change))

    hand_over = found.processes[0].arrows[0]

    assert (hand_over.start.time_ns, hand_over.end.time_ns) == (10_500, 10_500)


@pytest.mark.parametrize("step", ["hand-over", "wake-up"])
def test_refuses_arrows_that_go_the_other_way(tmp_path: Path, step: str) -> None:
    def turn(tree: Tree) -> None:
        start, end = events(tree, name=f"hop 1: {step}")
        start["tid"], end["tid"] = end["tid"], start["tid"]

    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.packed(mangled(turn)))

    assert "of the loop and of a worker" in refusal(path)


def test_refuses_an_arrow_into_a_pause_between_frames(tmp_path: Path) -> None:
    script = DEF.replace("worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)", "")
    tree = synthetic_traces.of_kind("def", script)
    events(tree, ph="f", **HAND_OVER)[0]["ts"] = 9.5
    events(tree, ph="X", name="Queue.get (queue.py:180)")[0]["dur"] = 9.0

    path = tmp_path / "def.json.gz"
    path.write_bytes(synthetic.packed(tree))

    assert "between frames" in refusal(path)


@pytest.mark.parametrize("name", ["```", "a b", "a|b", "<i>"])
def test_refuses_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    path = synthetic_traces.write(tmp_path, synthetic_traces.of_kind(name, DEF))

    assert "must have plain names" in refusal(path)


def test_refuses_a_pair_of_which_a_request_has_no_process(tmp_path: Path) -> None:
    parts = (Part("def", DEF, "async-def"), Part("async-def", synthetic_traces.ASYNC_DEF))
    tree = synthetic_traces.document("pair", *parts)
    tree["traceEvents"] = [event for event in tree["traceEvents"] if event["pid"] == 1]

    assert "two arrows per hop" in refusal(synthetic_traces.write(tmp_path, tree))


@given(st.integers(0, len(PACKED) - 1))
def test_every_truncation_is_refused(scratch: Path, length: int) -> None:
    scratch.write_bytes(PACKED[:length])

    refusal(scratch)


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_a_changed_byte_changes_no_recording(scratch: Path, place: int, mask: int) -> None:
    whole = loaded(scratch, SMALL)
    changed = bytearray(PACKED)
    changed[place] ^= mask
    scratch.write_bytes(changed)

    # Only the gzip header's time stamp and flags carry no meaning and no checksum.
    try:
        found = load_recording(scratch)
    except InputError:
        return

    assert found == whole


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(scratch: Path, content: bytes) -> None:
    scratch.write_bytes(content)
    refusal(scratch)

    scratch.write_bytes(synthetic.zipped(content))
    refusal(scratch)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_refused(scratch: Path, content: object) -> None:
    scratch.write_bytes(synthetic.zipped(json.dumps(content).encode()))

    refusal(scratch)


def places(node: object) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON tree: the container and the key or index in it."""
    items = node.items() if isinstance(node, dict) else enumerate(node)  # type: ignore[arg-type]

    for key, child in list(items):
        yield node, key
        if isinstance(child, dict | list):
            yield from places(child)


PLACES = len(list(places(SMALL)))


def require_sane(found: Recording) -> None:
    """Nothing of a recording could lead astray later."""
    assert len(found.requests) == len(found.processes) == 1
    assert 0 < found.requests[0].inflation <= 1e7
    for process in found.processes:
        assert len(process.arrows) == 2 * found.requests[0].hops
        assert 0 <= process.length_ns <= 2e10
        for track in process.tracks:
            for index, frame in enumerate(track.frames):
                assert -1 <= frame.parent < index
                assert 0 <= frame.start_ns <= frame.end_ns <= 2e10


@settings(max_examples=300)
@given(st.integers(0, PLACES - 1), st.sampled_from(RUBBISH))
def test_rubbish_anywhere_is_refused_or_harmless(
    scratch: Path, place: int, rubbish: object
) -> None:
    tree = copy.deepcopy(SMALL)
    node, key = list(places(tree))[place]
    node[key] = rubbish

    with contextlib.suppress(InputError):
        require_sane(loaded(scratch, tree))


@settings(max_examples=300)
@given(st.lists(st.integers(0, PLACES - 1), min_size=1, max_size=3))
def test_what_is_deleted_is_refused_or_harmless(scratch: Path, gone: list[int]) -> None:
    tree = copy.deepcopy(SMALL)
    for place in gone:
        if found := list(places(tree)):
            node, key = found[place % len(found)]
            del node[key]

    with contextlib.suppress(InputError):
        require_sane(loaded(scratch, tree))


@settings(max_examples=200)
@given(st.integers(0, PLACES - 1), st.integers(0, PLACES - 1))
def test_what_stands_in_the_wrong_place_is_refused_or_harmless(
    scratch: Path, place: int, other: int
) -> None:
    tree = copy.deepcopy(SMALL)
    found = list(places(tree))
    (node, key), (there, name) = found[place], found[other]
    node[key], there[name] = copy.deepcopy(there[name]), copy.deepcopy(node[key])

    with contextlib.suppress(InputError):
        require_sane(loaded(scratch, tree))


def test_reads_the_committed_traces(committed: dict[str, Recording]) -> None:
    files = {path.name.partition(".")[0] for path in (ROOT / RECORDED).glob("*.json.gz")}

    assert set(committed) == files


def test_every_handler_kind_is_recorded(committed: dict[str, Recording]) -> None:
    of_one = {name for name, found in committed.items() if len(found.requests) == 1}

    assert of_one == set(CATALOGUE)


def test_a_recorded_kind_hops_and_has_the_twin_that_the_catalogue_says(
    committed: dict[str, Recording],
) -> None:
    requests = [request for found in committed.values() for request in found.requests]
    recorded = {(one.kind, one.hops, one.twin or "") for one in requests}

    assert recorded == {(kind.name, kind.hops, kind.twin) for kind in CATALOGUE.values()}


def test_every_recording_is_of_the_locked_versions(committed: dict[str, Recording]) -> None:
    lock = (ROOT / "requirements" / "traces.txt").read_text(encoding="utf-8")
    pinned = {line.split(" ")[0] for line in lock.splitlines() if "==" in line}
    recorded = {
        f"{name}=={version}" for found in committed.values() for name, version in found.versions
    }

    assert recorded - pinned == set()
    assert len({(found.python, found.versions) for found in committed.values()}) == 1


def test_all_code_of_no_package_is_known_to_be_of_none(committed: dict[str, Recording]) -> None:
    # On a Python whose standard library lacks a module of the recordings, it would be `other`.
    files = {
        frame.file.partition("/")[0]
        for found in committed.values()
        for process in found.processes
        for track in process.tracks
        for frame in track.frames
        if own_package(frame) == OTHER
    }

    assert files - {"bench", "opentelemetry", "python_multipart", "traces"} == set()


def test_no_committed_trace_names_a_place_of_this_machine() -> None:
    for path in (ROOT / RECORDED).glob("*.json.gz"):
        text = gzip.decompress(path.read_bytes()).decode()

        assert [
            word for word in ('"/', "(/", "/home/", "/root/", "site-packages") if word in text
        ] == []
