"""The study `remedies`: what each remedy keeps and loses, hops without steps, patches that end."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import shutil
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import nullcontext, suppress
from contextvars import ContextVar
from statistics import mode
from typing import Any

import anyio.to_thread
import pytest
from anyio import CancelScope
from anyio._backends._asyncio import AsyncIOBackend, CapacityLimiter, WorkerThread
from anyio.lowlevel import checkpoint
from fastapi import FastAPI, routing
from fastapi.exceptions import ResponseValidationError
from pydantic import BaseModel, field_validator
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.asgi import Http
from bench.benchmark import FREE, ONE_CPU, Metric, Observation, Surroundings
from bench.correctness import WrongAnswerError, observe
from bench.counting import counted
from bench.handlers import CATALOGUE
from bench.handlers.endpoints import Greeting
from bench.remedies import futex as futexes
from bench.remedies import turns as taking_turns
from bench.remedies import visits
from bench.remedies.dependencies import DEPENDENCIES
from bench.remedies.fusing import fields_of
from bench.remedies.groups import GROUPS, REMEDIES
from bench.remedies.lean_worker import CHECKPOINT, LIMITER, QUEUE, SCOPE, LeanWorker
from bench.remedies.remedy import (
    ABANDONS,
    CANNOT,
    COPIED,
    LOST,
    MANY_TOKENS,
    SHARED,
    WAITS,
    Remedy,
)
from bench.remedies.response_models import MODEL
from bench.remedies.streams import STREAMS
from bench.remedies.turns import Contender, in_turns
from bench.remedies.variants import ALL, COPY, FUSED, STEPS, VARIANTS, Variant, patched
from bench.rungs.rung import do_nothing
from bench.studies import remedies as study

HERE = Surroundings(seed=1, cpus=(), all_cpus=())
PATIENCE_SECONDS = 20.0
MOMENT_SECONDS = 0.05

ORIGINALS = {
    "AnyIO's run_sync_in_worker_thread": AsyncIOBackend.run_sync_in_worker_thread,
    "AnyIO's WorkerThread": WorkerThread,
    "AnyIO's acquire_on_behalf_of": CapacityLimiter.acquire_on_behalf_of,
    "FastAPI's serialize_response": routing.serialize_response,
    "FastAPI's run_endpoint_function": routing.run_endpoint_function,
}
READ = {
    "AnyIO's run_sync_in_worker_thread": "aa8a55a8173517b8",
    "AnyIO's WorkerThread": "501ac4a87a7060dc",
    "AnyIO's acquire_on_behalf_of": "dc9e4a4ca2d50e06",
    "FastAPI's serialize_response": "69d99624855bb669",
    "FastAPI's run_endpoint_function": "41684ffd6bc44c42",
}

REQUEST: ContextVar[str] = ContextVar("REQUEST", default=LOST)

every_remedy = pytest.mark.parametrize("remedy", REMEDIES.values(), ids=REMEDIES)
in_threads = pytest.mark.parametrize(
    "remedy",
    [one for one in REMEDIES.values() if not one.behaviour.blocks_loop],
    ids=lambda remedy: remedy.name,
)
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs on a new event loop."""
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE_SECONDS))


def answer_of(remedy: Remedy) -> Any:
    """What the sync code of a remedy returns."""
    return remedy.sync()


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds, while the loop goes on."""
    while not holds():  # noqa: ASYNC110 what it waits for happens in threads
        await asyncio.sleep(0.001)


def with_context(app: ASGIApp, after: list[str]) -> ASGIApp:
    """The app inside a middleware that sets a context variable, and reads it afterwards."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        REQUEST.set(f"request {len(after)}")
        await app(scope, receive, send)
        after.append(REQUEST.get())

    return middleware


@every_remedy
def test_a_remedy_answers_and_hops_as_it_says(remedy: Remedy) -> None:
    async def check() -> None:
        with remedy.around():
            await visits.checked(remedy.kind, remedy.kind.request.exchange(remedy.kind.build()))

    run(check())


@every_remedy
def test_a_remedy_answers_what_its_default_answers(remedy: Remedy) -> None:
    default = REMEDIES[remedy.instead_of] if remedy.instead_of else remedy

    assert (remedy.body, remedy.sync, default.instead_of) == (default.body, default.sync, "")


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_begins_with_its_only_default(group: str) -> None:
    default, *others = GROUPS[group]

    assert [one.instead_of for one in (default, *others)] == ["", *[default.name] * len(others)]


@pytest.mark.parametrize("name", [one.name for one in REMEDIES.values() if one.name in CATALOGUE])
def test_a_remedy_of_the_catalogue_does_what_the_catalogue_does(name: str) -> None:
    async def counts_of(kind: Any) -> Any:
        found = [counts for _, counts in await observe(kind.request.exchange(kind.build()))]
        return mode(tuple(counts.as_metadata().items()) for counts in found)

    async def both() -> tuple[Any, Any]:
        return await counts_of(REMEDIES[name].kind), await counts_of(CATALOGUE[name])

    ours, theirs = run(both())

    assert ours == theirs
    assert REMEDIES[name].body == CATALOGUE[name].body


def test_every_default_is_in_the_catalogue() -> None:
    assert {group[0].name for group in GROUPS.values()} <= set(CATALOGUE)


@every_remedy
def test_an_exception_of_the_sync_code_arrives_as_it_was_raised(remedy: Remedy) -> None:
    def raises() -> Any:
        raise KeyError("planted")

    async def send() -> None:
        await Http().exchange(remedy.build(raises))()

    with pytest.raises(KeyError, match="planted"):
        run(send())


@every_remedy
def test_the_sync_code_sees_the_context_variables_that_are_declared(remedy: Remedy) -> None:
    seen: list[str] = []
    after: list[str] = []

    def sees() -> Any:
        seen.append(REQUEST.get())
        REQUEST.set(SHARED)
        return answer_of(remedy)

    async def send_two() -> None:
        exchange = Http().exchange(with_context(remedy.build(sees), after))
        for _ in range(2):  # a thread may know of the first request, in which it was started
            await asyncio.create_task(exchange())  # type: ignore[arg-type]  # a coroutine
            seen.append("")

    run(send_two())

    second = seen[seen.index("") + 1]
    in_task = remedy not in STREAMS  # Starlette sends a stream in a task, with a copy of its own
    shared = remedy.behaviour.context == SHARED and in_task
    assert (second == "request 1") == (remedy.behaviour.context != LOST)
    assert after[1] == (SHARED if shared else "request 1")


@every_remedy
def test_the_loop_goes_on_while_sync_code_runs_unless_it_is_said_to_be_blocked(
    remedy: Remedy,
) -> None:
    found: list[bool] = []

    async def check() -> None:
        loop = asyncio.get_running_loop()
        went_on = threading.Event()

        def waits() -> Any:
            if not found:
                loop.call_soon_threadsafe(went_on.set)
                found.append(went_on.wait(MOMENT_SECONDS if remedy.behaviour.blocks_loop else 10))

            return answer_of(remedy)

        await Http().exchange(remedy.build(waits))()

    run(check())

    assert found == [not remedy.behaviour.blocks_loop]


@every_remedy
def test_a_cancelled_request_waits_for_its_thread_or_leaves_it_as_declared(
    remedy: Remedy,
) -> None:
    async def check() -> str:
        begun, let_go = threading.Event(), threading.Event()
        own_thread = threading.get_ident()
        threads: list[int] = []

        def blocks() -> Any:
            threads.append(threading.get_ident())
            begun.set()
            if threads[0] != own_thread:
                let_go.wait(10)

            return answer_of(remedy)

        async def send() -> None:
            with CancelScope() as scope:
                scopes.append(scope)
                await Http().exchange(remedy.build(blocks))()

        scopes: list[CancelScope] = []
        request = asyncio.create_task(send())
        await until(begun.is_set)
        if threads[0] == own_thread:
            await request
            return CANNOT

        scopes[0].cancel()
        done, _ = await asyncio.wait([request], timeout=MOMENT_SECONDS)
        let_go.set()
        await request
        return ABANDONS if done else WAITS

    assert run(check()) == remedy.behaviour.cancellation


def test_asyncios_own_cancellation_leaves_the_thread_of_a_def_to_run_on() -> None:
    async def check() -> bool:
        begun, let_go = threading.Event(), threading.Event()

        def blocks() -> Any:
            begun.set()
            let_go.wait(10)

        exchange = Http().exchange(REMEDIES["def"].build(blocks))
        request = asyncio.ensure_future(exchange())
        await until(begun.is_set)
        request.cancel()
        done, _ = await asyncio.wait([request], timeout=10)
        let_go.set()
        return bool(done) and request.cancelled()

    assert run(check())


@in_threads
def test_so_many_requests_run_their_code_at_once_and_not_one_more(remedy: Remedy) -> None:
    at_once = remedy.behaviour.at_once

    async def check() -> int:
        let_go = threading.Event()
        begun: list[None] = []

        def blocks() -> Any:
            begun.append(None)
            let_go.wait(10)
            return answer_of(remedy)

        exchange = Http().exchange(remedy.build(blocks))
        with remedy.around():
            tasks = [asyncio.ensure_future(exchange()) for _ in range(at_once + 1)]
            await until(lambda: len(begun) >= at_once)
            await asyncio.sleep(MOMENT_SECONDS)
            found = len(begun)
            let_go.set()
            await asyncio.gather(*tasks)

        return found

    assert run(check()) == at_once


def test_the_larger_limiter_is_as_large_as_said_only_while_it_is_measured() -> None:
    async def check() -> list[float]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        found = [limiter.total_tokens]
        with REMEDIES["more-tokens"].around():
            found.append(limiter.total_tokens)

        return [*found, limiter.total_tokens]

    assert run(check()) == [40, MANY_TOKENS, 40]


@pytest.mark.parametrize("remedy", STREAMS, ids=lambda remedy: remedy.name)
def test_a_stream_sends_each_item_by_itself(remedy: Remedy) -> None:
    async def chunks() -> int:
        answer: Any = await remedy.kind.request.exchange(remedy.kind.build())()
        return len(answer.chunks)

    assert run(chunks()) == 11


@pytest.mark.parametrize("remedy", DEPENDENCIES, ids=lambda remedy: remedy.name)
def test_all_four_dependencies_are_called(remedy: Remedy) -> None:
    called: list[None] = []
    run(Http().exchange(remedy.build(lambda: called.append(None)))())  # type: ignore[arg-type]  # as above

    assert len(called) == 4


@pytest.mark.parametrize("remedy", MODEL, ids=lambda remedy: remedy.name)
def test_the_answer_is_filtered_unless_the_remedy_says_it_is_not(remedy: Remedy) -> None:
    class Secret(Greeting):
        password: str = "secret"

    async def body() -> bytes:
        answer = await Http().exchange(remedy.build(lambda: Secret(message="hello")))()
        return answer.body

    assert (b"secret" in run(body())) == ("filtered" in remedy.loses)


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_original_still_reads_as_when_it_was_copied(name: str) -> None:
    source = textwrap.dedent(inspect.getsource(ORIGINALS[name]))  # type: ignore[arg-type]  # a class or function each

    assert hashlib.sha256(source.encode()).hexdigest()[:16] == READ[name], (
        f"{name} has changed: read it again, mend the copy in bench/remedies, then this digest"
    )


async def hopped(leaves_out: frozenset[str] | None, func: Callable[[], Any]) -> Any:
    """What a hop returns, as installed (None) or without steps."""
    if leaves_out is None:
        return await anyio.to_thread.run_sync(func)

    with patched(leaves_out, {})():
        return await anyio.to_thread.run_sync(func)


async def counts_of_hop(leaves_out: frozenset[str] | None) -> dict[str, int]:
    """What a warm hop does."""

    async def step() -> None:
        await anyio.to_thread.run_sync(do_nothing)

    for_a_block = nullcontext if leaves_out is None else patched(leaves_out, {})
    with for_a_block():
        found = [counts.as_metadata() for _, counts in await observe(step)]

    return dict(mode(tuple(one.items()) for one in found))


def test_the_copy_does_what_the_original_does() -> None:
    assert run(counts_of_hop(COPY.leaves_out)) == run(counts_of_hop(None))


@pytest.mark.parametrize(
    ("variant", "fewer"),
    [*((one, int(one.name in ("no-checkpoint", "quick-limiter"))) for one in STEPS), (ALL, 2)],
    ids=lambda one: getattr(one, "name", ""),
)
def test_a_variant_saves_the_passes_of_the_loop_that_its_steps_take(
    variant: Variant, fewer: int
) -> None:
    original = run(counts_of_hop(None))

    expected = {**original, "loop_passes": original["loop_passes"] - fewer}
    assert run(counts_of_hop(variant.leaves_out)) == expected


@every_variant
def test_a_variant_returns_raises_and_copies_the_context_as_a_hop_does(variant: Variant) -> None:
    def raises() -> None:
        raise KeyError("planted")

    async def check() -> tuple[str, int]:
        REQUEST.set(COPIED)
        with pytest.raises(KeyError, match="planted"):
            await hopped(variant.leaves_out, raises)

        thread = await hopped(variant.leaves_out, threading.get_ident)
        return await hopped(variant.leaves_out, REQUEST.get), thread

    context, thread = run(check())

    assert context == COPIED
    assert thread != threading.get_ident()


@every_variant
def test_a_variant_turns_stop_iteration_into_an_error(variant: Variant) -> None:
    def stops() -> None:
        raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        run(hopped(variant.leaves_out, stops))


@every_variant
def test_a_variant_makes_a_cancelled_task_wait_for_its_thread(variant: Variant) -> None:
    async def check() -> bool:
        begun, let_go = threading.Event(), threading.Event()

        def blocks() -> None:
            begun.set()
            let_go.wait(10)

        async def task() -> None:
            with CancelScope() as scope:
                scopes.append(scope)
                await anyio.to_thread.run_sync(blocks)

        scopes: list[CancelScope] = []
        with patched(variant.leaves_out, {})():
            hop = asyncio.create_task(task())
            await until(begun.is_set)
            scopes[0].cancel()
            done, _ = await asyncio.wait([hop], timeout=MOMENT_SECONDS)
            let_go.set()
            await hop

        return bool(done)

    assert not run(check())


@every_variant
def test_a_variant_abandons_a_thread_that_it_was_told_to_abandon(variant: Variant) -> None:
    let_go = threading.Event()

    async def check() -> None:
        with patched(variant.leaves_out, {})(), CancelScope() as scope:
            asyncio.get_running_loop().call_later(0.01, scope.cancel)
            await anyio.to_thread.run_sync(let_go.wait, 10, abandon_on_cancel=True)

        let_go.set()

    start = time.monotonic()
    run(check())

    assert time.monotonic() - start < 5


@every_variant
def test_a_scope_cancelled_before_keeps_the_function_from_being_run(variant: Variant) -> None:
    called: list[None] = []

    async def check() -> None:
        with CancelScope() as scope:
            scope.cancel()
            await hopped(variant.leaves_out, lambda: called.append(None))

    run(check())

    assert called == []


async def cancelled_in_the_same_pass(leaves_out: frozenset[str] | None) -> bool:
    """Whether a function is run whose hop is cancelled by the task that runs next."""
    called: list[None] = []
    scopes: list[CancelScope] = []

    async def hop() -> None:
        with CancelScope() as scope:
            scopes.append(scope)
            await anyio.to_thread.run_sync(lambda: called.append(None))

    async def cancel() -> None:
        scopes[0].cancel()

    around = nullcontext if leaves_out is None else patched(leaves_out, {})
    with around():
        await asyncio.gather(hop(), cancel())

    return bool(called)


@pytest.mark.parametrize(
    ("leaves_out", "is_run"),
    [
        (None, False),
        (COPY.leaves_out, False),
        (frozenset({CHECKPOINT}), True),
        (frozenset({LIMITER}), False),
        (ALL.leaves_out, True),
    ],
)
def test_without_its_first_checkpoint_a_hop_cancelled_in_the_same_pass_is_run(
    leaves_out: frozenset[str] | None, is_run: bool
) -> None:
    assert run(cancelled_in_the_same_pass(leaves_out)) == is_run


@pytest.mark.parametrize(
    ("leaves_out", "handed_over"),
    [
        (None, False),
        (frozenset({CHECKPOINT}), False),
        (frozenset({LIMITER}), False),
        (frozenset({CHECKPOINT, LIMITER}), True),
        (ALL.leaves_out, True),
    ],
)
def test_with_no_suspension_at_all_asyncios_own_cancellation_comes_too_late(
    leaves_out: frozenset[str] | None, handed_over: bool
) -> None:
    async def check() -> bool:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await hopped(leaves_out, do_nothing)  # a worker that is quick enough runs it

        task.uncancel()
        threads = [one for one in threading.enumerate() if isinstance(one, WorkerThread)]
        return any(one.loop is asyncio.get_running_loop() for one in threads)

    assert run(check()) == handed_over


@pytest.mark.parametrize(("leaves_out", "had_a_turn"), [(None, True), ({LIMITER}, False)])
def test_a_limiter_that_does_not_suspend_gives_others_no_turn(
    leaves_out: set[str] | None, had_a_turn: bool
) -> None:
    async def check() -> bool:
        turns: list[None] = []
        other = asyncio.get_running_loop().call_soon(turns.append, None)
        around = nullcontext if leaves_out is None else patched(frozenset(leaves_out), {})
        with around():
            async with anyio.CapacityLimiter(1):
                found = bool(turns)

        other.cancel()
        return found

    assert run(check()) == had_a_turn


@pytest.mark.parametrize("leaves_out", [None, frozenset({LIMITER}), ALL.leaves_out])
def test_a_limiter_is_as_fair_as_before_to_those_who_wait(
    leaves_out: frozenset[str] | None,
) -> None:
    async def check() -> list[int]:
        limiter = anyio.CapacityLimiter(1)
        order: list[int] = []

        async def task(number: int) -> None:
            async with limiter:
                order.append(number)
                await checkpoint()

        around = nullcontext if leaves_out is None else patched(leaves_out, {})
        with around():
            await asyncio.gather(*(task(number) for number in range(3)))

        return order

    assert run(check()) == [0, 1, 2]


async def scopes_made(leaves_out: frozenset[str], *, enclosed: bool) -> int:
    """How many scopes a hop enters beside that of its limiter."""
    entered: list[object] = []
    scope_class: Any = type(CancelScope())
    enter = scope_class.__enter__

    def counting(scope: object) -> Any:
        entered.append(scope)
        return enter(scope)

    with CancelScope() if enclosed else nullcontext(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope_class, "__enter__", counting)
        await hopped(leaves_out | {LIMITER}, do_nothing)

    return len(entered)


@pytest.mark.parametrize(
    ("leaves_out", "enclosed", "scopes"),
    [(set(), False, 1), ({SCOPE}, False, 0), ({SCOPE}, True, 1)],
)
def test_the_scope_is_left_out_only_where_nothing_can_cancel(
    leaves_out: set[str], enclosed: bool, scopes: int
) -> None:
    assert run(scopes_made(frozenset(leaves_out), enclosed=enclosed)) == scopes


def test_a_worker_put_back_early_is_idle_before_its_result_arrives() -> None:
    async def idle_when_reported(early: bool) -> bool:
        idle: list[bool] = []
        report = LeanWorker.report_only if early else WorkerThread._report_result

        def watched(worker: Any, *rest: Any) -> None:
            idle.append(worker in worker.idle_workers)
            report(worker, *rest)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(LeanWorker, "report_only" if early else "_report_result", watched)
            await hopped(frozenset({"idle"} if early else ()), do_nothing)

        return idle[0]

    assert [run(idle_when_reported(early)) for early in (False, True)] == [False, True]


def test_a_worker_told_to_stop_is_not_put_back_early() -> None:
    async def check() -> bool:
        workers: list[Any] = []

        def stops() -> None:
            worker: Any = threading.current_thread()
            workers.append(worker)
            worker.stop()

        await hopped(frozenset({"idle"}), stops)
        return workers[0] in workers[0].idle_workers

    assert not run(check())


@pytest.mark.parametrize(("leaves_out", "limit"), [(set(), True), ({QUEUE}, False)])
def test_only_the_queue_of_anyio_has_a_limit(leaves_out: set[str], limit: bool) -> None:
    worker: Any = run(hopped(frozenset(leaves_out), threading.current_thread))

    assert hasattr(worker.queue, "maxsize") == limit


def model_app(seen: list[str]) -> FastAPI:
    """An endpoint that sets a context variable, whose model's validator reads it."""

    class Watched(BaseModel):
        message: str

        @field_validator("message")
        @classmethod
        def watch(cls, message: str) -> str:
            seen.append(REQUEST.get())
            return message

    app = FastAPI()

    @app.get("/", response_model=Watched)
    def read() -> Any:
        REQUEST.set(SHARED)
        return {"message": "hello"}

    return app


@pytest.mark.parametrize(("fused", "sees", "hops"), [(False, LOST, 2), (True, SHARED, 1)])
def test_fused_hops_are_one_whose_validators_see_the_endpoints_context(
    fused: bool, sees: str, hops: int
) -> None:
    seen: list[str] = []
    app = model_app(seen)

    async def check() -> Any:
        around = patched(FUSED.leaves_out, fields_of(app)) if fused else nullcontext
        with around():
            return await counted(Http().exchange(app))

    answer, counts = run(check())

    assert (answer.body, counts.hops) == (b'{"message":"hello"}', hops)
    assert seen == [sees]


@pytest.mark.parametrize("fused", [False, True])
def test_an_answer_that_is_not_of_the_model_is_refused_as_before(fused: bool) -> None:
    app = FastAPI()

    @app.get("/", response_model=Greeting)
    def read() -> Any:
        return {"message": 1}

    async def check() -> None:
        around = patched(FUSED.leaves_out, fields_of(app)) if fused else nullcontext
        with around():
            await Http().exchange(app)()

    with pytest.raises(ResponseValidationError, match="valid string"):
        run(check())


def test_async_endpoints_and_responses_are_as_before_while_hops_are_fused() -> None:
    async def check(kind: Any) -> None:
        app = kind.build()
        with patched(FUSED.leaves_out, fields_of(app))():
            await visits.checked(kind, kind.request.exchange(app))

    for name in ("async-def-model", "def-response", "def"):
        run(check(CATALOGUE[name]))


def installed() -> list[object]:
    """All that a variant may replace."""
    return [
        vars(AsyncIOBackend)["run_sync_in_worker_thread"],
        CapacityLimiter.acquire_on_behalf_of,
        routing.run_endpoint_function,
        routing.serialize_response,
    ]


@every_variant
def test_a_variant_holds_only_inside_its_block_even_where_it_raises(variant: Variant) -> None:
    before = installed()
    with suppress(KeyError), patched(variant.leaves_out, {})():
        inside = installed()
        raise KeyError

    assert inside != before
    assert installed() == before


def test_variants_share_no_worker_threads() -> None:
    async def check() -> set[Any]:
        threads = set()
        for around in (nullcontext, *(patched(one.leaves_out, {}) for one in VARIANTS.values())):
            for _ in range(2):
                with around():
                    threads.add(await anyio.to_thread.run_sync(threading.get_ident))

        return threads

    assert len(run(check())) == 1 + len(VARIANTS)


async def nothing() -> None:
    """A step that does nothing."""


@pytest.mark.parametrize("in_flight", [1, 3])
def test_contenders_take_turns_in_orders_of_the_round(in_flight: int) -> None:
    def order_of(seed: int) -> str:
        order: list[str] = []

        def around(name: str) -> Any:
            def enter() -> Any:
                order.append(name)
                return nullcontext()

            return enter

        found = [Contender(Metric(name), nothing, around(name)) for name in "abc"]
        values = run(in_turns(found, in_flight, seed, turns=4, seconds=1e-5))

        assert {len(value) for value in values.values()} == {4}
        return "".join(order[6:])  # two turns each decide how long all others are

    first, again, other = (order_of(seed) for seed in (1, 1, 2))

    assert first == again != other
    assert [sorted(first[at : at + 3]) for at in range(0, 12, 3)] == [["a", "b", "c"]] * 4
    assert len({first[at : at + 3] for at in range(0, 12, 3)}) > 1


@pytest.mark.parametrize(("in_flight", "loops"), [(1, 5), (3, 2), (3, 9)])
def test_so_many_steps_are_in_flight_and_none_is_left(in_flight: int, loops: int) -> None:
    under_way: list[None] = []
    seen: list[int] = []

    async def step() -> None:
        under_way.append(None)
        seen.append(len(under_way))
        await asyncio.sleep(0.001)
        under_way.pop()

    elapsed = run(taking_turns.elapsed(step, in_flight, loops))

    assert (len(seen), max(seen), under_way) == (loops, min(in_flight, loops), [])
    assert elapsed >= 0.001 * loops / in_flight


def test_a_wrong_answer_among_many_is_refused() -> None:
    kind = CATALOGUE["def"]
    wrong = CATALOGUE["def-deps-4"]

    async def check() -> None:
        step = visits.timed(kind, wrong.request.exchange(wrong.build()), 2)
        await taking_turns.elapsed(step, 2, 4)

    with pytest.raises(WrongAnswerError, match="def must answer"):
        run(check())


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns that are over at once."""
    monkeypatch.setattr(taking_turns.in_turns, "__defaults__", (2, 1e-6))
    monkeypatch.setattr(taking_turns, "LEAST_LOOPS", 2)


def subjects(observation: Observation) -> list[str]:
    """What was measured, by subject and variant."""
    for metric, values in observation.values.items():
        assert metric.name == "request"
        assert len(values) == 2
        assert min(values) > 0

    return [metric.subject or str(dict(metric.factors)["variant"]) for metric in observation.values]


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("in_flight", [1, 2])
@pytest.mark.parametrize("group", GROUPS)
def test_a_visit_measures_every_remedy_of_a_group_and_its_default_twice(
    group: str, in_flight: int
) -> None:
    observation = visits.remedies(GROUPS[group], in_flight)(HERE)
    default = GROUPS[group][0].name

    assert subjects(observation) == [*(one.name for one in GROUPS[group]), f"{default}-again"]


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("in_flight", [1, 2])
@pytest.mark.parametrize("target", study.TARGETS)
def test_a_visit_measures_the_installed_hop_before_between_and_after_all_variants(
    target: str, in_flight: int
) -> None:
    before = installed()
    observation = visits.variants(target, list(VARIANTS.values()), in_flight)(HERE)

    assert subjects(observation) == ["unpatched", *VARIANTS, "before", "after"]
    assert installed() == before


@pytest.mark.usefixtures("brief")
def test_the_floor_is_measured_beside_the_installed_hop() -> None:
    assert subjects(visits.floor()(HERE)) == list(visits.FLOOR)


def test_a_remedy_that_hops_otherwise_than_it_says_is_not_measured() -> None:
    planted = Remedy("planted", "planted", REMEDIES["def"].build, REMEDIES["def"].sync, 0, b"x")

    with pytest.raises(WrongAnswerError, match="planted must"):
        visits.remedies([planted], 1)(HERE)


def test_a_number_says_what_its_remedy_loses() -> None:
    contender = run(visits.contender(REMEDIES["to-thread"], 1, "to-thread"))
    told = dict(contender.metric.facts)

    assert (told["cancellation"], told["instead_of"], told["hops"]) == (ABANDONS, "def", 0)


@every_variant
def test_a_variant_says_what_it_changes_and_breaks(variant: Variant) -> None:
    assert all(variant.facts.values())
    assert variant.changes[0] == variant.changes[0].upper() or variant is COPY


@pytest.mark.skipif(
    sys.platform != "linux" or not any(map(shutil.which, futexes.COMPILERS)),
    reason="there are no futexes, or no compiler",
)
def test_the_futex_program_is_compiled_and_measures() -> None:
    (values,) = futexes.futex(HERE, turns=2, seconds=0.001).values.values()

    assert len(values) == 2
    assert 0 < min(values) < 0.01


def test_a_program_that_does_not_compile_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(futexes, "compiler", lambda: sys.executable)

    with pytest.raises(WrongAnswerError, match="must succeed"):
        futexes.futex(HERE)


def test_without_a_compiler_the_floor_in_c_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(futexes, "COMPILERS", ("no-such-compiler",))

    with pytest.raises(WrongAnswerError, match="install gcc"):
        futexes.futex(HERE)


def test_the_study_holds_every_group_variant_and_floor() -> None:
    found = Counter((one.subject, one.placement) for one in study.BENCHMARKS)

    twice = [*GROUPS, *(f"patched-{target}" for target in study.TARGETS)]
    expected: dict[tuple[str, str], int] = {
        **{(subject, placement): 2 for subject in twice for placement in (ONE_CPU, FREE)},
        ("patched-def-model", FREE): 1,
        ("floor", ONE_CPU): 1,
        ("floor", FREE): 1,
    }
    if sys.platform == "linux":
        expected |= {("futex-pair", ONE_CPU): 1, ("futex-pair", FREE): 1}

    assert found == expected
