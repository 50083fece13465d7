"""Calls: of which package, on which thread, in which language, and how many a hop adds."""

from __future__ import annotations

import pytest

from analysis.recordings.calls import Added, Calls, added_by_hops, calls_of
from analysis.recordings.packages import STANDARD, packages
from analysis.recordings.rows import Frame, Request, Track
from tests.synthetic_traces import process_of

REQUEST = Request("made-up", None, 0, 2.0)


def called(*functions: str) -> Track:
    """A thread on which each function calls the next one."""
    frames = []
    for place, name in enumerate(functions):
        function, _, file = name.partition(" ")
        frames.append(Frame(function, file, 1, place, 100 - place, place - 1, began_before=False))

    return Track("event loop", tuple(frames))


def package_of(*functions: str) -> str:
    """The package of the last one of functions that call each other."""
    return list(packages(called(*functions)))[-1]


def calls(script: str, kind: str = "made-up", hops: int = 0, twin: str | None = None) -> Calls:
    return calls_of(process_of(script), Request(kind, twin, hops, 2.0))


@pytest.mark.parametrize(
    ("function", "package"),
    [
        ("run_endpoint_function fastapi/routing.py", "fastapi"),
        ("run_in_threadpool starlette/concurrency.py", "starlette"),
        ("run_sync anyio/to_thread.py", "anyio"),
        ("Handle._run asyncio/events.py", "asyncio"),
        ("BaseModel.__init__ pydantic/main.py", "pydantic"),
        ("Queue.get queue.py", STANDARD),
        ("contextmanager contextlib.py", STANDARD),
        ("JSONEncoder.encode json/encoder.py", STANDARD),
        ("_Environ.__getitem__ <frozen os>", STANDARD),
        ("Mapping.__contains__ <frozen _collections_abc>", STANDARD),
        ("_find_and_load <frozen importlib._bootstrap>", STANDARD),
        ("read bench/handlers/endpoints.py", "handler"),
        ("exchange bench/asgi.py", "other"),
        ("read bench/handlers_of_mine.py", "other"),
        ("get_tracer_provider opentelemetry/trace/__init__.py", "other"),
        ("run fastapi_users/manager.py", "other"),
        ("write fastapi.py", "fastapi"),
    ],
)
def test_a_python_function_is_of_the_package_of_its_file(function: str, package: str) -> None:
    assert package_of("run_sync anyio/to_thread.py", function) == package


@pytest.mark.parametrize("made", ["builtins.len", "__init__ <string>", "_thread.lock.acquire"])
def test_c_and_code_made_at_run_time_count_for_their_caller(made: str) -> None:
    assert package_of("Queue.get queue.py", made) == STANDARD
    assert package_of("app fastapi/routing.py", "builtins.next", made) == "fastapi"


def test_c_that_nobody_called_is_of_no_package() -> None:
    assert package_of("_contextvars.Context.run") == "other"


@pytest.mark.parametrize(
    ("function", "package"),
    [
        ("_asyncio.Task.__step", "asyncio"),
        ("_asyncio.Future.set_result", "asyncio"),
        ("pydantic_core._pydantic_core.SchemaValidator.validate_python", "pydantic"),
    ],
)
def test_the_c_of_asyncio_and_pydantic_is_theirs(function: str, package: str) -> None:
    assert package_of("app fastapi/routing.py", function) == package


def test_what_a_c_part_calls_counts_for_its_package() -> None:
    assert package_of("run anyio/to_thread.py", "_asyncio.Task.__step", "str.encode") == "asyncio"


COUNTED = """
    loop     |_run_once (asyncio/base_events.py:1947)
    worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
    request
    loop     | app (fastapi/routing.py:438)
    loop     |  builtins.len
    loop     |  builtins.len
    loop     |  read (bench/handlers/endpoints.py:7)
    worker 1 | value (bench/handlers/dependencies.py:8)
    worker 1 |  builtins.len
    worker 2 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
    answer
"""


def test_counts_by_package_thread_and_language() -> None:
    assert dict(calls(COUNTED).counts) == {
        ("handler", "event loop", "Python"): 1,
        ("handler", "workers", "Python"): 1,
        ("handler", "workers", "C"): 1,
        ("fastapi", "event loop", "Python"): 1,
        ("fastapi", "event loop", "C"): 2,
        ("anyio", "workers", "Python"): 1,
    }


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        ((None, None, None), 7),
        (("fastapi", None, None), 3),
        ((None, "event loop", None), 4),
        ((None, "workers", None), 3),
        ((None, None, "C"), 3),
        ((None, None, "Python"), 4),
        (("handler", "workers", "C"), 1),
        (("pydantic", None, None), 0),
    ],
)
def test_totals_are_of_what_is_asked_for(
    wanted: tuple[str | None, str | None, str | None], total: int
) -> None:
    assert calls(COUNTED).total(*wanted) == total


def test_what_was_under_way_before_the_request_is_not_counted() -> None:
    assert calls(COUNTED).total("asyncio") == 0
    assert calls(COUNTED).total("anyio") == 1


def test_what_comes_after_the_answer_is_counted() -> None:
    assert calls(f"{COUNTED}\n loop |done (asyncio/events.py:1)").total("asyncio") == 1


def test_the_request_as_a_whole_is_no_call() -> None:
    assert calls("request\nloop |app (fastapi/routing.py:438)\nanswer").total() == 1


def test_a_coroutine_that_resumes_is_counted_again() -> None:
    step = "loop |Handle._run (asyncio/events.py:87)\nloop | app (fastapi/routing.py:438)\n"

    assert calls(f"request\n{step}{step}answer").total("fastapi") == 2


def made(kind: str, hops: int, twin: str | None = None, **counts: int) -> Calls:
    request = Request(kind, twin, hops, 2.0)

    return Calls(request, {(name, "event loop", "C"): count for name, count in counts.items()})


def test_a_hop_adds_what_its_kind_calls_more_than_its_twin() -> None:
    one = Added(made("def", 2, "async-def", fastapi=30, anyio=9), made("async-def", 0, fastapi=14))

    assert (one.name, one.hops) == ("def", 2)
    assert (one.more(), one.more("fastapi"), one.more("anyio"), one.more("pydantic")) == (
        25,
        16,
        9,
        0,
    )
    assert one.more(thread="workers") == 0
    assert one.per_hop == 12.5


def test_a_hop_may_call_less_of_a_package_than_its_twin() -> None:
    one = Added(made("def", 1, "async-def", anyio=9), made("async-def", 0, fastapi=4))

    assert (one.more("fastapi"), one.more()) == (-4, 5)


def test_hops_of_the_twin_are_not_the_kind_s() -> None:
    assert Added(made("mixed", 3, "rest", anyio=8), made("rest", 1, anyio=2)).per_hop == 3


def test_kinds_are_compared_with_their_twins_where_both_are_recorded() -> None:
    kinds = {
        one.request.kind: one
        for one in (
            made("def", 1, "async-def", anyio=9),
            made("async-def", 0),
            made("without-twin", 1),
            made("twin-not-recorded", 1, "lost"),
            made("no-hop-more", 0, "async-def"),
        )
    }

    assert [one.name for one in added_by_hops(kinds)] == ["def"]
