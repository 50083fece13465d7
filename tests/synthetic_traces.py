"""Turns small scripts of calls into trace files, in the format in which `traces` writes them.

A script has a line per call, in the order of time: the thread, then the function, indented below
its caller. `request` and `answer` are when the request begins and ends. What a line does for a
hop stands at its end: `@1 hands over`, `@1 taken`, `@1 wakes`, `@1 woken`.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.recordings.load import events_of
from analysis.recordings.processes import processes_of
from analysis.recordings.rows import Process

Tree = dict[str, Any]

LINE = re.compile(
    r"(?P<thread>loop|worker \d) *\|(?P<indent> *)(?P<name>.+?)"
    r"(?: +@(?P<hop>\d+) (?P<step>hands over|taken|wakes|woken))?"
)
ENDS = {
    "hands over": ("hand-over", "s"),
    "taken": ("hand-over", "f"),
    "wakes": ("wake-up", "s"),
    "woken": ("wake-up", "f"),
}
BEGINS, ENDS_HERE = "request", "answer"
TICK_NS = 1000
VERSIONS = {"anyio": "4.16.0", "fastapi": "0.165.0", "starlette": "1.10.0"}

UNDER_WAY = """
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    loop     | Handle._run (asyncio/events.py:87)
    loop     |  _contextvars.Context.run
    worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
    worker 1 | Queue.get (queue.py:180)
    request
    loop     |   Http.exchange.<locals>.exchange (bench/asgi.py:54)
    loop     |    FastAPI.__call__ (fastapi/applications.py:1205)
"""
DEF = f"""{UNDER_WAY}
    loop     |     get_request_handler.<locals>.app (fastapi/routing.py:438)
    loop     |      run_endpoint_function (fastapi/routing.py:372)
    loop     |       run_in_threadpool (starlette/concurrency.py:32)
    loop     |        run_sync (anyio/to_thread.py:27)
    loop     |         AsyncIOBackend.run_sync_in_worker_thread (anyio/_backends/_asyncio.py:2722)
    loop     |          Queue.put_nowait (queue.py:220)   @1 hands over
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    loop     | select.epoll.poll
    worker 1 | _contextvars.Context.run   @1 taken
    worker 1 |  def_endpoint.<locals>.read (bench/handlers/endpoints.py:32)
    worker 1 | BaseEventLoop.call_soon_threadsafe (asyncio/base_events.py:872)   @1 wakes
    loop     | Handle._run (asyncio/events.py:87)
    loop     |  _contextvars.Context.run
    loop     |   WorkerThread._report_result (anyio/_backends/_asyncio.py:1092)   @1 woken
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    loop     | Handle._run (asyncio/events.py:87)
    loop     |  _contextvars.Context.run
    loop     |   Http.exchange.<locals>.exchange (bench/asgi.py:54)
    loop     |    FastAPI.__call__ (fastapi/applications.py:1205)
    loop     |     get_request_handler.<locals>.app (fastapi/routing.py:438)
    loop     |      run_endpoint_function (fastapi/routing.py:372)
    loop     |       run_in_threadpool (starlette/concurrency.py:32)
    loop     |        run_sync (anyio/to_thread.py:27)
    loop     |         AsyncIOBackend.run_sync_in_worker_thread (anyio/_backends/_asyncio.py:2722)
    loop     |      Response.__init__ (starlette/responses.py:60)
    loop     |       str.encode
    answer
"""
ASYNC_DEF = """
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    loop     | Handle._run (asyncio/events.py:87)
    loop     |  _contextvars.Context.run
    request
    loop     |   Http.exchange.<locals>.exchange (bench/asgi.py:54)
    loop     |    FastAPI.__call__ (fastapi/applications.py:1205)
    loop     |     get_request_handler.<locals>.app (fastapi/routing.py:438)
    loop     |      run_endpoint_function (fastapi/routing.py:372)
    loop     |       async_def_endpoint.<locals>.read (bench/handlers/endpoints.py:47)
    loop     |      Response.__init__ (starlette/responses.py:60)
    loop     |       str.encode
    answer
"""

AGAIN = """
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    loop     | Handle._run (asyncio/events.py:87)
    loop     |  _contextvars.Context.run
    loop     |   Http.exchange.<locals>.exchange (bench/asgi.py:54)
    loop     |    FastAPI.__call__ (fastapi/applications.py:1205)
"""
APP = """
    loop     |     get_request_handler.<locals>.app (fastapi/routing.py:438)
"""
HOP = f"""{AGAIN}{APP}
    loop     |      solve_dependencies (fastapi/dependencies/utils.py:600)
    loop     |       run_sync (anyio/to_thread.py:27)
    loop     |        AsyncIOBackend.run_sync_in_worker_thread (anyio/_backends/_asyncio.py:2722)
    loop     |         Queue.put_nowait (queue.py:220)   @{{hop}} hands over
    worker 1 | _contextvars.Context.run   @{{hop}} taken
    worker 1 |  def_dependency.<locals>.value (bench/handlers/dependencies.py:20)
    worker 1 | BaseEventLoop.call_soon_threadsafe (asyncio/base_events.py:872)   @{{hop}} wakes
    loop     |BaseEventLoop._run_once (asyncio/base_events.py:1947)
    loop     | WorkerThread._report_result (anyio/_backends/_asyncio.py:1092)   @{{hop}} woken
"""
ENDPOINT = """
    loop     |      run_endpoint_function (fastapi/routing.py:372)
    loop     |       with_dependencies.<locals>.read (bench/handlers/dependencies.py:31)
"""


def hops_in_line(count: int) -> str:
    """A request whose endpoint is `async def` and has `count` dependencies that hop."""
    hops = "\n".join(HOP.format(hop=number) for number in range(1, count + 1))

    return f"{UNDER_WAY}{APP}{hops}{AGAIN}{APP}{ENDPOINT}    answer\n"


@dataclass(frozen=True)
class Part:
    """One process of a trace: what is requested, and the script of its calls."""

    kind: str
    script: str
    twin: str = ""
    inflation: float = 2.0

    @property
    def hops(self) -> int:
        return len(set(re.findall(r"@(\d+)", self.script)))


@dataclass
class Clock:
    """What a script has told so far: slices of each thread that are open, and all of them."""

    now_ns: int = 0
    began_ns: int | None = None
    ended_ns: int | None = None
    open: dict[str, list[tuple[int, Tree]]] = field(default_factory=dict)
    slices: list[Tree] = field(default_factory=list)
    arrows: list[Tree] = field(default_factory=list)


def told(script: str) -> Clock:
    """Follow a script line by line; each takes a tick, and those before `request` take none."""
    clock = Clock()
    for line in filter(None, map(str.strip, script.splitlines())):
        if line == BEGINS:
            clock.began_ns = clock.now_ns
        elif line == ENDS_HERE:
            clock.ended_ns = clock.now_ns
        else:
            follow(clock, line)

    for thread in clock.open:
        close(clock, thread, 0)

    return clock


def follow(clock: Clock, line: str) -> None:
    found = LINE.fullmatch(line)
    assert found is not None, line
    thread, indent = found["thread"], len(found["indent"])
    close(clock, thread, indent)
    event: Tree = {"ph": "X", "name": found["name"], "thread": thread, "ts": clock.now_ns}
    clock.open.setdefault(thread, []).append((indent, event))
    clock.slices.append(event)
    if found["hop"]:
        step, phase = ENDS[found["step"]]
        arrow = {"ph": phase, "cat": "hop", "name": f"hop {found['hop']}: {step}"}
        clock.arrows.append({**arrow, "thread": thread, "ts": clock.now_ns + TICK_NS // 2})

    clock.now_ns += TICK_NS


def close(clock: Clock, thread: str, indent: int) -> None:
    """End the slices of a thread that a line of that indentation is not below."""
    stack = clock.open.get(thread, [])
    while stack and stack[-1][0] >= indent:
        _, event = stack.pop()
        event["dur"] = clock.now_ns - event["ts"]


def part_events(part: Part, pid: int) -> Iterator[Tree]:
    """Write the events of one process, times in microseconds since its request began."""
    clock = told(part.script)
    began = clock.began_ns or 0
    ended = clock.now_ns if clock.ended_ns is None else clock.ended_ns
    threads = ["request", "loop", *sorted({one["thread"] for one in clock.slices} - {"loop"})]
    tids = {thread: 100 * pid + place for place, thread in enumerate(threads)}
    yield naming("process_name", f"{part.kind} \N{MIDDLE DOT} made up", {"pid": pid})
    for thread, tid in tids.items():
        name = "event loop" if thread == "loop" else thread
        yield naming("thread_name", name, {"pid": pid, "tid": tid})

    whole = {"ph": "X", "name": "request", "thread": "request", "ts": began, "dur": ended - began}
    for one in (whole, *clock.slices, *clock.arrows):
        event = {key: value for key, value in one.items() if key != "thread"}
        event |= {"pid": pid, "tid": tids[one["thread"]]}
        if one["ph"] == "X" and one["ts"] < began:
            event |= {"ts": began, "dur": one["dur"] - (began - one["ts"])}
            event["args"] = {"began": "before the request"}

        yield {**event, **in_microseconds(event, began)}

    yield {"ph": "C", "name": "limiter", "pid": pid, "ts": 0.0, "args": {"borrowed tokens": 0}}


def naming(what: str, name: str, where: Tree) -> Tree:
    return {"ph": "M", "name": what, "args": {"name": name}, **where}


def in_microseconds(event: Tree, began_ns: int) -> Tree:
    start = {"ts": (event["ts"] - began_ns) / 1000}

    return {**start, "dur": event["dur"] / 1000} if "dur" in event else start


def document(name: str, *parts: Part, overlapping: bool = False) -> Tree:
    """Write a whole trace; of requests that overlap it says nothing."""
    requests = [
        {
            "kind": part.kind,
            "title": f"{part.kind}, made up",
            "twin": part.twin,
            "hops": part.hops,
            "loop_passes": 4 * part.hops,
            "inflation": part.inflation,
        }
        for part in parts
    ]

    return {
        "hopcost": {
            "format": 1,
            "name": name,
            "python": "3.13.0",
            "requests": [] if overlapping else requests,
            "versions": VERSIONS,
        },
        "traceEvents": [
            event for pid, part in enumerate(parts, 1) for event in part_events(part, pid)
        ],
    }


def of_kind(kind: str, script: str, twin: str = "", inflation: float = 2.0) -> Tree:
    """Write the trace of one request."""
    return document(kind, Part(kind, script, twin, inflation))


def process_of(script: str) -> Process:
    """Read the process that a script tells of."""
    path = Path("made-up.json.gz")

    return processes_of(path, events_of(path, of_kind("made-up", script)["traceEvents"]))[0]


def documents() -> tuple[Tree, ...]:
    """Write all traces of a made-up catalogue of two pairs."""
    def_, async_def = Part("def", DEF, "async-def"), Part("async-def", ASYNC_DEF, "", 3.5)
    overlapping = (Part("def that blocks", DEF), Part("async def that awaits", ASYNC_DEF))

    return (
        document("def", def_),
        document("async-def", async_def),
        of_kind("def-deps-2", hops_in_line(2), "async-deps-2", 1.5),
        of_kind("async-deps-2", hops_in_line(0)),
        document("pair-def-vs-async-def", def_, async_def),
        document("overlap", *overlapping, overlapping=True),
    )


def write(folder: Path, tree: Tree, name: str = "") -> Path:
    """Write a trace file, called as what it is of."""
    path = folder / f"{name or tree['hopcost']['name']}.json.gz"
    path.write_bytes(gzip.compress(json.dumps(tree).encode(), mtime=0))

    return path


def write_all(folder: Path, trees: Sequence[Tree] | None = None) -> Path:
    """Write all trace files of the made-up catalogue, or those given, into a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for tree in documents() if trees is None else trees:
        write(folder, tree)

    return folder
