"""From a request to a trace for Perfetto: its calls on each thread, its hops as arrows.

A trace shows structure, never time. What traces the committed recordings is used where it depends
on nothing but VizTracer; names are left as they are, since the file stays with its owner.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from bench.counting import BACKEND
from bench.errors import UsageError

ENTRIES = 1_000_000
STEPS = ("hand-over", "taken", "report", "result")
"""Of a hop: on the loop, in the worker, in the worker, on the loop."""


def recording(path: Path) -> Callable[[], AbstractContextManager[None]]:
    """What stands around the request to be traced.

    Raises:
        UsageError: VizTracer is not installed, or `path` cannot be written.
    """
    try:
        import viztracer  # noqa: F401 better told before the request is sent
    except ImportError:
        raise UsageError("a trace needs VizTracer, it is missing: pip install viztracer") from None

    try:
        path.open("a").close()
    except OSError as error:
        raise UsageError(
            f"a trace must be a file that can be written, {path} is not ({error.strerror}): "
            "name another"
        ) from None

    return lambda: traced(path)


@contextmanager
def traced(path: Path) -> Iterator[None]:
    """Traces the block and writes `path`."""
    from traces.resuming import new_tracer, running

    tracer = new_tracer(ENTRIES)
    with marking(lambda step, hop: tracer.add_instant(step, {"hop": hop}, "t")), running(tracer):
        yield

    tracer.parse()
    document = tracer.data
    document["traceEvents"] = list(with_arrows(document["traceEvents"]))
    path.write_text(json.dumps(document), "utf-8")


@contextmanager
def marking(mark: Callable[[str, int], None]) -> Iterator[None]:
    """Inside the block each hop leaves a mark at its four steps."""
    run_sync = BACKEND.run_sync_in_worker_thread
    count = itertools.count(1)

    async def marked(function: Callable[..., Any], *rest: Any, **options: Any) -> Any:
        hop = next(count)

        def in_worker(*values: Any) -> Any:
            mark(STEPS[1], hop)
            try:
                return function(*values)
            finally:
                mark(STEPS[2], hop)

        mark(STEPS[0], hop)
        try:
            return await run_sync(in_worker, *rest, **options)
        finally:
            mark(STEPS[3], hop)

    with mock.patch.object(BACKEND, "run_sync_in_worker_thread", marked):
        yield


def with_arrows(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The events, with two arrows for each hop in place of its marks; `bp: e` binds to a slice."""
    for event in events:
        if event.get("ph") not in ("i", "I") or event.get("name") not in STEPS:
            yield event
            continue

        step, hop = STEPS.index(event["name"]), event["args"]["hop"]
        begins = step % 2 == 0
        arrow = {"ph": "s"} if begins else {"ph": "f", "bp": "e"}
        name = f"hop {hop}: {STEPS[step - step % 2]}"
        where = {key: event[key] for key in ("pid", "tid", "ts")}
        yield {**arrow, "cat": "hop", "name": name, "id": 2 * hop + step // 2, **where}
