"""Call chains: what leads to each handler and each hop, as a tree in the order of time."""

from __future__ import annotations

from analysis.recordings.chains import IN_C, chain, ways_below
from analysis.recordings.rows import Process
from analysis.recordings.tree import Line
from tests.synthetic_traces import ASYNC_DEF, DEF, hops_in_line, process_of

LOOP, WORKER = "event loop", "worker 1"

UNDER_WAY = """
    loop     |Handle._run (asyncio/events.py:87)
    loop     | _contextvars.Context.run
    worker 1 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
    request
    loop     |  exchange (bench/asgi.py:54)
"""


def hop(number: int, worker: str = "worker 1", *inside: str) -> str:
    """AnyIO's `run_sync`, at indentation 5, hands one function over and gets its result."""
    calls = "".join(f"{worker} |  {line}\n" for line in inside)

    return f"""
        loop     |     run_sync (anyio/to_thread.py:27)
        loop     |      Queue.put_nowait (queue.py:220)   @{number} hands over
        {worker} | _contextvars.Context.run   @{number} taken
        {calls}
        {worker} | call_soon_threadsafe (asyncio/base_events.py:872)   @{number} wakes
        loop     |      _report_result (anyio/_backends/_asyncio.py:1092)   @{number} woken
    """


def lines(script: str) -> list[Line]:
    return list(chain(process_of(script)))


def shown(script: str) -> list[str]:
    """The chain as lines of text: dots for the depth, the thread's first letter, functions."""
    return [
        f"{'.' * line.depth}{line.thread[0]}"
        f"{''.join(f' {number}' for number in line.hops)}: {' > '.join(line.functions)}"
        for line in lines(script)
    ]


def test_a_handler_without_a_hop_is_one_line() -> None:
    assert lines(ASYNC_DEF) == [
        Line(
            0,
            LOOP,
            ("get_request_handler.app", "run_endpoint_function", "async_def_endpoint.read"),
            (),
        )
    ]


def test_a_hop_is_a_line_on_each_thread() -> None:
    assert lines(DEF) == [
        Line(
            0,
            LOOP,
            ("get_request_handler.app", "run_endpoint_function", "run_in_threadpool", "run_sync"),
            (),
        ),
        Line(1, WORKER, ("def_endpoint.read",), (1,)),
    ]


def test_hops_of_one_way_share_a_line_that_counts_them() -> None:
    assert shown(hops_in_line(3)) == [
        "e: get_request_handler.app",
        ".e: solve_dependencies > run_sync",
        "..w 1 2 3: def_dependency.value",
        ".e: run_endpoint_function > with_dependencies.read",
    ]


def test_branches_come_in_the_order_of_time() -> None:
    branch = "loop |    {name} (fastapi/routing.py:1)\n"
    script = f"""{UNDER_WAY}
        loop |   get_request_handler.<locals>.app (fastapi/routing.py:438)
        {branch.format(name="solve_dependencies")}
        {hop(1, "worker 1", "second (bench/handlers/dependencies.py:2)")}
        {branch.format(name="run_endpoint_function")}
        loop |     first (bench/handlers/endpoints.py:1)
        {branch.format(name="serialize_response")}
        {hop(2, "worker 1", "ModelField.validate (fastapi/_compat/v2.py:3)")}
        answer
    """

    assert shown(script) == [
        "e: get_request_handler.app",
        ".e: solve_dependencies > run_sync",
        "..w 1: second",
        ".e: run_endpoint_function > first",
        ".e: serialize_response > run_sync",
        "..w 2: ModelField.validate",
    ]


def test_hops_on_two_workers_are_two_lines() -> None:
    value = "value (bench/handlers/dependencies.py:2)"
    script = f"""
        worker 2 |WorkerThread.run (anyio/_backends/_asyncio.py:1110)
        {UNDER_WAY}
        loop |   get_request_handler.<locals>.app (fastapi/routing.py:438)
        loop |    gather (fastapi/routing.py:1)
        {hop(1, "worker 1", value)}
        {hop(2, "worker 2", value)}
        answer
    """

    assert [(line.thread, line.hops) for line in lines(script)] == [
        (LOOP, ()),
        ("worker 1", (1,)),
        ("worker 2", (2,)),
    ]


def test_a_hop_that_runs_nothing_but_c_says_so() -> None:
    script = f"""{UNDER_WAY}
        loop |   Mount.handle (starlette/routing.py:1)
        {hop(1)}
        answer
    """

    assert shown(script) == ["e: Mount.handle > run_sync", f".w 1: {IN_C}"]


def test_a_hop_leads_to_its_handler_through_what_it_was_handed() -> None:
    inside = (
        "_run_sync_endpoint (fastapi/telemetry.py:240)",
        " builtins.next",
        "  read (bench/handlers/endpoints.py:1)",
        "   inner (bench/handlers/endpoints.py:2)",
    )
    script = f"{UNDER_WAY} {hop(1, 'worker 1', *inside)} answer"
    script = script.replace(" answer", "\nanswer")

    assert shown(script)[-1] == ".w 1: _run_sync_endpoint > builtins.next > read"


def test_a_hop_without_a_handler_leads_to_what_it_was_handed() -> None:
    inside = ("lookup_path (starlette/staticfiles.py:1)", " join (<frozen posixpath>:2)")
    script = f"{UNDER_WAY} {hop(1, 'worker 1', *inside)} \nanswer"

    assert shown(script)[-1] == ".w 1: lookup_path"


def test_a_hop_that_ends_in_a_handler_leads_to_what_that_calls() -> None:
    inside = ("lookup_path (starlette/staticfiles.py:1)",)
    script = f"{UNDER_WAY} {hop(1, 'worker 1', *inside)} \nanswer"
    read = "worker 1 | read (bench/handlers/endpoints.py:1)"
    script = script.replace("worker 1 | _contextvars.Context.run", read)

    assert shown(script)[-1] == ".w 1: lookup_path"


def test_a_handler_that_calls_a_handler_s_function_is_one_end() -> None:
    script = f"""{UNDER_WAY}
        loop |   read (bench/handlers/endpoints.py:1)
        loop |    inner (bench/handlers/endpoints.py:2)
        answer
    """

    assert shown(script) == ["e: read"]


def test_c_that_a_handler_calls_is_no_handler() -> None:
    script = f"""{UNDER_WAY}
        loop |   get_request_handler.<locals>.app (fastapi/routing.py:438)
        loop |    read (bench/handlers/endpoints.py:1)
        loop |     str.encode
        answer
    """

    assert shown(script) == ["e: get_request_handler.app > read"]


def test_a_chain_begins_at_the_innermost_entry() -> None:
    script = f"""{UNDER_WAY}
        loop |   FastAPI.__call__ (fastapi/applications.py:1)
        loop |    wrap_app_handling_exceptions.<locals>.wrapped_app (starlette/_exceptions.py:1)
        loop |     Router.app (starlette/routing.py:1)
        loop |      request_response.<locals>.app.<locals>.app (starlette/routing.py:2)
        loop |       get_request_handler.<locals>.app (fastapi/routing.py:438)
        loop |        read (bench/handlers/endpoints.py:1)
        answer
    """

    assert shown(script) == ["e: get_request_handler.app > read"]


def test_the_file_of_the_exchange_is_dropped() -> None:
    script = f"""{UNDER_WAY}
        loop |   HttpCycle.run (bench/asgi.py:60)
        loop |    middleware (starlette/middleware/base.py:1)
        loop |     read (bench/handlers/endpoints.py:1)
        answer
    """

    assert shown(script) == ["e: middleware > read"]


def test_a_task_of_its_own_begins_a_chain_of_its_own() -> None:
    script = """
        loop |Handle._run (asyncio/events.py:87)
        loop | _contextvars.Context.run
        request
        loop |  exchange (bench/asgi.py:54)
        loop |   get_request_handler.<locals>.app (fastapi/routing.py:438)
        loop |    read (bench/handlers/endpoints.py:1)
        loop |Handle._run (asyncio/events.py:87)
        loop | _contextvars.Context.run
        loop |  TaskHandle._run_coro (anyio/_core/_tasks.py:1)
        loop |   stream (bench/handlers/responses.py:1)
        answer
    """

    assert shown(script) == [
        "e: get_request_handler.app > read",
        "e: TaskHandle._run_coro > stream",
    ]


def test_a_context_below_an_entry_does_not_begin_a_chain() -> None:
    script = f"""{UNDER_WAY}
        loop |   get_request_handler.<locals>.app (fastapi/routing.py:438)
        loop |    _contextvars.Context.run
        loop |     read (bench/handlers/endpoints.py:1)
        answer
    """

    assert shown(script) == ["e: get_request_handler.app > _contextvars.Context.run > read"]


def test_a_request_without_handler_and_hop_has_no_chain() -> None:
    assert shown("request\nloop |FastAPI.__call__ (fastapi/applications.py:1)\nanswer") == []


def ways(process: Process) -> set[tuple[str, ...]]:
    return ways_below(process)


def test_below_run_sync_a_hop_takes_one_way() -> None:
    way = ("AsyncIOBackend.run_sync_in_worker_thread", "Queue.put_nowait", "WorkerThread.run",
           "_contextvars.Context.run")  # fmt: skip

    assert ways(process_of(DEF)) == {way}
    assert ways(process_of(hops_in_line(3))) == {way}
    assert ways(process_of(ASYNC_DEF)) == set()


def test_another_way_below_run_sync_is_seen() -> None:
    other = DEF.replace("Queue.put_nowait", "SimpleQueue.put")

    assert ways(process_of(DEF)) != ways(process_of(other))
