"""Recording: one process a kind, whole or not at all, with the same counts every time."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import platform
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from bench.asgi import Exchange, Http
from bench.correctness import WrongAnswerError
from bench.errors import UsageError
from bench.handlers import CATALOGUE
from bench.provenance import ROOT
from traces import inflation, record, request, tracing
from traces.__main__ import main
from traces.arrows import UnexpectedTraceError
from traces.endings import FAILED, REASON_LIMIT_BYTES
from traces.overlap import blocked
from traces.resuming import new_tracer, running
from traces.settling import settle, settling_loop

SOME = (
    "def",
    "async-def",
    "def-yield-dep",
    "def-background-2",
    "def-stream",
    "async-stream",
    "def-jsonl",
    "async-sse",
    "upload-spooled",
    "file-small",
    "gzip-above",
    "wsgi",
    record.PAIR,
    record.OVERLAP,
)

WALK_A_SET = {"file-small", "upload-spooled", record.OVERLAP}
"""AnyIO walks sets of tasks, in an order of their addresses; overlapping requests do not count."""

TOGETHER = """
import gc
import sys
from traces import inflation, request

gc.freeze()  # each take collects first: what was imported is no garbage
inflation.BLOCKS = 1
directory, *names = sys.argv[1:]
for name in names:
    output = f"{directory}/{name}.json.gz"
    assert request.main([name, "--output", output, "--takes", "1"]) == 0, name
"""

Recorded = dict[str, dict[str, Any]]


def load(path: Path) -> dict[str, Any]:
    trace: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return trace


def calls(trace: dict[str, Any]) -> Counter[tuple[int, str]]:
    """How often each function is called, by track."""
    slices = (event for event in trace["traceEvents"] if event["ph"] == "X")
    return Counter((event["tid"], event["name"]) for event in slices)


def by_track(trace: dict[str, Any]) -> dict[int, list[str]]:
    """The functions called on each track, in the order of time."""
    found: dict[int, list[str]] = {}
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            found.setdefault(event["tid"], []).append(event["name"])

    return found


COMPARABLE = load(record.RECORDED / "def.json.gz")["hopcost"]["python"] == platform.python_version()


def recorded(names: Sequence[str], directory: Path) -> Recorded:
    outcomes: list[record.Outcome] = []
    assert record.record(names, outcomes.append, directory, "--takes", "1") == 0, outcomes
    return {name: load(directory / f"{name}.json.gz") for name in names}


def recorded_together(names: Sequence[str], directory: Path) -> Recorded:
    """The same by one process, which imports once and hardly times."""
    subprocess.run(
        [sys.executable, "-c", TOGETHER, str(directory), *names],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=True,
    )
    return {name: load(directory / f"{name}.json.gz") for name in names}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded")


@pytest.fixture(scope="module")
def every(directory: Path) -> Recorded:
    """All names, recorded: those whose calls are compared each by a process of its own."""
    others = [name for name in record.NAMES if name not in SOME]

    return {**recorded(SOME, directory), **recorded_together(others, directory)}


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Some names, recorded once more."""
    return recorded(SOME, tmp_path_factory.mktemp("again"))


@pytest.mark.parametrize("name", SOME)
def test_two_recordings_have_the_same_calls_on_the_same_tracks(
    every: Recorded, again: Recorded, name: str
) -> None:
    assert calls(every[name]) == calls(again[name])


@pytest.mark.parametrize("name", sorted(set(SOME) - WALK_A_SET))
def test_two_recordings_have_their_calls_in_the_same_order(
    every: Recorded, again: Recorded, name: str
) -> None:
    assert by_track(every[name]) == by_track(again[name])


@pytest.mark.skipif(not COMPARABLE, reason="the committed traces are of another Python")
@pytest.mark.parametrize("name", SOME)
def test_the_committed_trace_has_the_calls_of_a_new_one(every: Recorded, name: str) -> None:
    assert calls(load(record.RECORDED / f"{name}.json.gz")) == calls(every[name])


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_hop_has_two_arrows(every: Recorded, kind: str) -> None:
    phases = Counter(event["ph"] for event in every[kind]["traceEvents"])

    assert (phases["s"], phases["f"]) == (2 * CATALOGUE[kind].hops, 2 * CATALOGUE[kind].hops)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_kind_that_hops_has_the_frames_of_its_worker(every: Recorded, kind: str) -> None:
    names = [name for _, name in calls(every[kind])]
    own = [name for name in names if name.startswith("WorkerThread.run (")]

    assert bool(own) == bool(CATALOGUE[kind].hops)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_trace_tells_what_the_analysis_needs(every: Recorded, kind: str) -> None:
    facts = every[kind]["hopcost"]
    (own,) = facts["requests"]
    hops = CATALOGUE[kind].hops

    assert facts["format"] == 1
    assert (own["kind"], own["twin"], own["hops"]) == (kind, CATALOGUE[kind].twin, hops)
    assert own["inflation"] == round(own["traced_seconds"] / own["untraced_seconds"], 2) > 0
    assert "not to be cited" in facts["note"]


def test_a_pair_says_which_process_is_which_kind(every: Recorded) -> None:
    pair = every[record.PAIR]
    labels = {
        event["pid"]: event["args"]["name"].split(" · ")[0]
        for event in pair["traceEvents"]
        if event["name"] == "process_name"
    }

    assert {own["process"]: own["kind"] for own in pair["hopcost"]["requests"]} == labels


@pytest.mark.parametrize("name", record.NAMES)
def test_nothing_private_is_in_a_trace(every: Recorded, name: str) -> None:
    text = json.dumps(every[name])

    assert re.findall(r"[( \"]/[\w.-]+/[^\")]*", text) == []
    assert socket.gethostname() not in text
    assert "0x" not in text


def test_a_call_has_a_plain_name_with_a_place_or_none(every: Recorded) -> None:
    names = {name for trace in every.values() for _, name in calls(trace)}
    plain = re.compile(r"[\w.]+|.+ \((<[\w. ]+>|\w[\w./-]*\.py):\d+\)")

    assert [name for name in names if not plain.fullmatch(name)] == []


def test_a_trace_is_small_and_has_no_time_stamp(every: Recorded, directory: Path) -> None:
    assert len(every) == len(list(directory.iterdir()))
    for path in directory.iterdir():
        assert path.stat().st_size <= record.SIZE_LIMIT_BYTES
        assert path.read_bytes()[4:8] == bytes(4)


def test_the_instrument_is_not_in_the_trace(every: Recorded) -> None:
    names = [name for kind in CATALOGUE for _, name in calls(every[kind])]

    assert [name for name in names if "(traces/" in name or "threading.enumerate" in name] == []


def test_an_unknown_kind_is_refused_with_the_list_of_kinds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["record", "deff"]) == 2
    assert capsys.readouterr().err.startswith(
        "traces: deff is no handler kind: choose from these\n  def, async-def, def-model"
    )


def test_no_name_means_all() -> None:
    assert record.known([]) == record.NAMES


def test_names_hold_pair_and_overlap() -> None:
    assert record.known(["overlap", "pair-def-vs-async-def"]) == (
        "overlap",
        "pair-def-vs-async-def",
    )

    with pytest.raises(UsageError):
        record.known(["overlap", "pair"])


def test_a_failure_leaves_the_committed_trace_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = tmp_path / "def.json.gz"
    committed.write_bytes(b"as it was")
    make = record.make
    monkeypatch.setattr(record, "make", lambda *given: make(*given, "--buffer", "2000"))
    outcomes: list[record.Outcome] = []

    assert record.record(["def"], outcomes.append, tmp_path) == 1
    assert "must fit in the buffer of 2000 events, it overflowed" in outcomes[0].failure
    assert [path.name for path in tmp_path.iterdir()] == ["def.json.gz"]
    assert committed.read_bytes() == b"as it was"


def test_a_trace_too_large_leaves_the_committed_one_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "def.json.gz").write_bytes(b"as it was")
    monkeypatch.setattr(record, "SIZE_LIMIT_BYTES", 1)
    monkeypatch.setattr(record, "make", lambda _, path, *__: path.write_bytes(b"large") and "")

    assert "must have 1 bytes at most" in record.recorded("def", tmp_path).failure
    assert (tmp_path / "def.json.gz").read_bytes() == b"as it was"


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ("kill -9 $$", "it must end by itself, it was killed by SIGKILL"),
        ("kill -63 $$", "it must end by itself, it was killed by signal 63"),
        ("exit 3", "it must end with status 0, it ended with 3"),
        ("echo the reason >&2; exit 3", "the reason"),
        ("echo at /home/ada/a.py >&2; exit 3", "at <path>"),
        (
            "echo Traceback >&2; echo ValueError: odd >&2; exit 1",
            'it must end with status 0, it ended with 1, saying "ValueError: odd"',
        ),
        (
            r"printf 'a\377\033b' >&2; exit 1",
            'it must end with status 0, it ended with 1, saying "a\N{REPLACEMENT CHARACTER}?b"',
        ),
        ("exit 0", "it must write its trace, it wrote none"),
        ("exec sleep 9", "it must end within 0.5 s, it did not"),
    ],
)
def test_a_recording_that_ends_oddly_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, failure: str
) -> None:
    monkeypatch.setattr(record, "TIME_LIMIT_SECONDS", 0.5)
    monkeypatch.setattr(sys, "executable", executable(tmp_path, script))

    assert record.make("def", tmp_path / "trace") == failure


def test_of_a_long_last_line_the_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "head -c 100000 /dev/zero | tr '\\0' a >&2; echo end >&2; exit 3"
    monkeypatch.setattr(sys, "executable", executable(tmp_path, script))
    failure = record.make("def", tmp_path / "trace")

    assert failure.endswith("aaaend")
    assert len(failure) < REASON_LIMIT_BYTES


def executable(directory: Path, script: str) -> str:
    """A program to be started in place of Python."""
    path = directory / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_folder_that_cannot_be_written_to_is_told_in_one_sentence(tmp_path: Path) -> None:
    blocked_by = tmp_path / "file"
    blocked_by.write_text("in the way")

    assert record.recorded("def", blocked_by / "traces").failure == (
        "its folder must be one to write in, it is not (Not a directory)"
    )


def test_a_trace_that_cannot_be_written_is_no_fault_of_its_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert request.main(["async-def", "--output", str(tmp_path / "no" / "trace")]) == FAILED
    assert capsys.readouterr().err == (
        "its trace must be written, it was not (No such file or directory)\n"
    )


def test_a_failed_kind_means_exit_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(record, "make", lambda *_: "it did not answer")

    assert main(["record", "def"]) == 1
    assert capsys.readouterr().err == "traces: def is not recorded: it did not answer\n"


def test_a_wrong_answer_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CATALOGUE, "def", replace(CATALOGUE["def"], body=b"other"))

    assert request.main(["def", "--output", str(tmp_path / "trace")]) == FAILED
    assert capsys.readouterr().err.startswith("def must answer 200 b'other', it answered")
    assert list(tmp_path.iterdir()) == []


def test_a_handler_that_raises_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def app(*_: object) -> None:
        raise LookupError("of two\nlines")

    monkeypatch.setitem(CATALOGUE, "def", replace(CATALOGUE["def"], build=lambda: app))

    assert request.main(["def", "--output", str(tmp_path / "trace")]) == FAILED
    assert capsys.readouterr().err == "def must answer, it raised LookupError: of two lines\n"


def test_wrong_hops_are_refused() -> None:
    with pytest.raises(WrongAnswerError, match="must hop 2 times"):
        tracing.traced_request(replace(CATALOGUE["def"], hops=2), new_tracer(1000))


def test_a_full_buffer_is_refused() -> None:
    tracer = new_tracer(100)
    with running(tracer):
        for _ in range(200):
            time.monotonic()

    with pytest.raises(UnexpectedTraceError, match="must fit in the buffer of 100 events"):
        tracing.events_of(tracer)


def test_blocks_without_and_with_the_tracer_take_turns(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracer = new_tracer(1000)
    blocks: list[bool] = []

    async def median_seconds(_: Exchange) -> float:
        blocks.append(tracer.enable)
        return float(10 - len(blocks))

    monkeypatch.setattr(inflation, "median_seconds", median_seconds)

    assert inflation.timed(Http().exchange(bare_app), tracer, loop) == (1.0, 0.0)
    assert blocks == [False, True] * inflation.BLOCKS


async def bare_app(*_: object) -> None:
    """Is not called."""


def test_a_settling_loop_goes_on_when_its_worker_waits() -> None:
    with settling_loop() as loop:
        assert loop.run_until_complete(asyncio.to_thread(sum, [1, 2])) == 3

    settle()


def test_a_worker_in_a_function_that_blocks_is_not_waited_for() -> None:
    async def seconds() -> float:
        start = time.perf_counter()
        hop = asyncio.ensure_future(to_thread.run_sync(blocked, 0.5))
        await asyncio.sleep(0.05)
        passed = time.perf_counter() - start
        await hop
        return passed

    with settling_loop([blocked.__code__]) as loop:
        assert loop.run_until_complete(seconds()) < 0.4

    with settling_loop() as loop:
        assert loop.run_until_complete(seconds()) >= 0.5
