"""Does it survive a real server? uvicorn on a port of this machine, and clients that load it."""

from __future__ import annotations

from functools import partial

from bench.benchmark import FREE, ONE_CPU, Benchmark, Fact
from bench.server.app import ADDITIONS, WAIT_SECONDS
from bench.server.clients import CLIENTS, SOAK_SECONDS
from bench.server.in_process import FACTS, observe_in_process
from bench.server.observing import observe
from bench.server.uvicorn_process import START_SECONDS, Uvicorn

FACTORS = ("client", "loop", "http", "workers")
TRIVIAL = ("no-op", "async-def", "def")
PAIR = TRIVIAL[1:]
CPU_PAIR = ("cpu-async-def", "cpu-def")
WAIT_PAIR = ("wait-async-def", "wait-def")
WORKERS = (1, 2, 4, 8, 32)
PLAIN = Uvicorn()
FEWER_ROUNDS = 3
"""Of what answers no question alone, so that a round of the others is short."""
STACKS = (
    ("asyncio", "httptools", FEWER_ROUNDS),
    ("uvloop", "h11", FEWER_ROUNDS),
    ("uvloop", "httptools", 0),
)
AGAIN = "-again"
TOKENS = 40
SECONDS_PER_WORKER = 1.0
"""What each worker may take to start, beyond what one may: they share the CPUs."""

TITLES = {
    "no-op": "ASGI app that answers the same bytes and does nothing else",
    "async-def": "`async def` endpoint",
    "def": "`def` endpoint",
    "cpu-async-def": "`async def` endpoint that computes",
    "cpu-def": "`def` endpoint that computes",
    "wait-async-def": "`async def` endpoint that awaits",
    "wait-def": "`def` endpoint that blocks",
    "block-async-def": "`async def` endpoint that blocks",
}
NEEDS = {"wrk": "wrk", "soak": "wrk", "ab": "ab", "browser": "chromium"}


def behind_uvicorn(
    subject: str,
    client: str,
    placement: str = ONE_CPU,
    rounds: int = 0,
    *,
    uvicorn: Uvicorn = PLAIN,
) -> Benchmark:
    """An endpoint behind a real server, and a client outside."""
    endpoint = subject.removesuffix(AGAIN)
    factors = (client, uvicorn.loop, uvicorn.http, uvicorn.workers)
    facts = {**CLIENTS[client].facts, **endpoint_facts(endpoint)}
    name = client.partition("-")[0]
    run = f"{client}, {uvicorn.loop}, {uvicorn.http}, workers: {uvicorn.workers}"

    return Benchmark(
        study="server",
        subject=subject,
        title=f"{TITLES[endpoint]} behind uvicorn ({run})",
        placement=placement,
        observe=partial(observe, endpoint, CLIENTS[client], uvicorn),
        facts={**dict(zip(FACTORS, factors, strict=True)), **facts},
        factors=FACTORS,
        needs=(NEEDS[name],),
        rounds=rounds,
        on_request=client == "soak",
        headline=client == "wrk" and uvicorn == PLAIN,
        time_limit_seconds=uvicorn.start_seconds + (SOAK_SECONDS if client == "soak" else 0) + 70,
    )


def in_process(subject: str, placement: str) -> Benchmark:
    """The same endpoint with no server."""
    factors = ("in-process", "asyncio", "none", 1)
    return Benchmark(
        study="server",
        subject=subject,
        title=f"{TITLES[subject]} in process, 100 in flight",
        placement=placement,
        observe=partial(observe_in_process, subject),
        facts={**dict(zip(FACTORS, factors, strict=True)), **FACTS},
        factors=FACTORS,
    )


def endpoint_facts(endpoint: str) -> dict[str, Fact]:
    """What the endpoint does, for the models."""
    if endpoint in CPU_PAIR:
        return {"additions": ADDITIONS}

    waits = endpoint in WAIT_PAIR or endpoint.startswith("block-")
    tokens: dict[str, Fact] = {"tokens": TOKENS} if endpoint == "wait-def" else {}
    return {"wait_seconds": WAIT_SECONDS, **tokens} if waits else tokens


def workers(number: int) -> Uvicorn:
    """Uvicorn with several processes."""
    return Uvicorn(workers=number, start_seconds=START_SECONDS + SECONDS_PER_WORKER * number)


BENCHMARKS = (
    *(behind_uvicorn(subject, "wrk") for subject in TRIVIAL),
    *(
        behind_uvicorn(subject, "wrk", rounds=rounds, uvicorn=Uvicorn(loop, http))
        for loop, http, rounds in STACKS
        for subject in TRIVIAL
    ),
    behind_uvicorn("async-def" + AGAIN, "wrk"),
    *(behind_uvicorn(subject, "wrk", FREE) for subject in TRIVIAL),
    *(behind_uvicorn(subject, "wrk-close") for subject in TRIVIAL),
    *(behind_uvicorn(subject, "ab-keep", rounds=FEWER_ROUNDS) for subject in TRIVIAL),
    *(behind_uvicorn(subject, "ab-article", FREE) for subject in PAIR),
    *(in_process(subject, placement) for placement in (ONE_CPU, FREE) for subject in TRIVIAL),
    *(
        behind_uvicorn(subject, "ab-cpu", FREE, FEWER_ROUNDS, uvicorn=workers(number))
        for number in WORKERS
        for subject in CPU_PAIR
    ),
    *(
        behind_uvicorn(subject, "ab-article", FREE, FEWER_ROUNDS, uvicorn=workers(32))
        for subject in PAIR
    ),
    *(behind_uvicorn(subject, "ab-wait", FREE, FEWER_ROUNDS) for subject in WAIT_PAIR),
    behind_uvicorn("block-async-def", "ab-block", FREE, FEWER_ROUNDS),
    *(behind_uvicorn(subject, "browser", FREE, 1) for subject in WAIT_PAIR),
    behind_uvicorn("def", "soak", FREE, 1),
)
