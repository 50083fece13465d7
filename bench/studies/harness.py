"""Can the instrument see it? The floor, the A/A control, and the pair through other instruments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from bench.asgi import Answer
from bench.benchmark import FREE, ONE_CPU, Benchmark, Prepare, Prepared
from bench.correctness import check, check_called
from bench.handlers import CATALOGUE, HandlerKind
from bench.timing import awaited, called, requests


async def no_op(scope: Scope, receive: Receive, send: Send) -> None:
    """The least an ASGI application can do: answer 200 with nothing."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


NO_OP = HandlerKind("no-op", "ASGI app that answers 200 with nothing", lambda: no_op, 0, b"")


@dataclass(frozen=True, slots=True)
class ClientAnswer:
    """What a client library says came back."""

    status: int
    body: bytes


def through_httpx(kind: HandlerKind) -> Prepare:
    """The request through `httpx.AsyncClient` on `httpx.ASGITransport`."""

    def prepare(loop: asyncio.AbstractEventLoop) -> Prepared:
        import httpx  # slow to import, and only this instrument needs it

        transport = httpx.ASGITransport(kind.build())
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")

        async def get() -> Answer:
            response = await client.get("/")
            return ClientAnswer(response.status_code, response.content)

        counts = check(kind, get, loop)
        return Prepared(awaited(get, loop), counts.as_metadata())

    return prepare


def through_test_client(kind: HandlerKind) -> Prepare:
    """The request through Starlette's `TestClient`, kept open so that its loop stays warm."""

    def prepare(loop: asyncio.AbstractEventLoop) -> Prepared:
        from starlette.testclient import TestClient  # slow to import, as above

        client = TestClient(kind.build(), base_url="http://127.0.0.1:8000")
        client.__enter__()

        def get() -> Answer:
            response = client.get("/")
            return ClientAnswer(response.status_code, response.content)

        hops = check_called(kind, get)
        return Prepared(called(get), {"hops": hops})

    return prepare


INSTRUMENTS: dict[str, Callable[[HandlerKind], Prepare]] = {
    "exchange": requests,
    "httpx": through_httpx,
    "testclient": through_test_client,
}


def benchmark(subject: str, kind: HandlerKind, instrument: str, placement: str) -> Benchmark:
    """Requests to one kind, through one instrument."""
    return Benchmark(
        study="harness",
        subject=subject,
        title=kind.title,
        placement=placement,
        prepare=INSTRUMENTS[instrument](kind),
        facts={"instrument": instrument},
        factors=("instrument",),
        headline=instrument == "exchange",
    )


def benchmarks(placement: str) -> Iterator[Benchmark]:
    """The floor, the control, and the pair through every instrument."""
    async_def = CATALOGUE["async-def"]
    yield benchmark("no-op", NO_OP, "exchange", placement)
    yield benchmark("async-def-again", async_def, "exchange", placement)
    for instrument in INSTRUMENTS:
        yield benchmark("async-def", async_def, instrument, placement)
        yield benchmark("def", CATALOGUE["def"], instrument, placement)


BENCHMARKS = (*benchmarks(ONE_CPU), *benchmarks(FREE))
