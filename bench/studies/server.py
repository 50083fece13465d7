"""Does it survive a real server? uvicorn on a port of this machine, and clients that load it."""

from __future__ import annotations

from functools import partial

from bench.benchmark import AGAIN, FREE, ONE_CPU, Benchmark, Fact
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
MOST_WORKERS = WORKERS[-1]
BURSTS = 5
"""So that a round has 5 s of each endpoint, and the endpoints take turns within seconds."""

BURSTS_OF_MAIN = 8
"""Of the load that headlines speak of: its ratio is to be known best."""
PLAIN = Uvicorn()
FEWER_ROUNDS = 3
"""Of what answers no question alone, so that a round of the others is short."""
STACKS = (("asyncio", "httptools"), ("uvloop", "h11"), ("uvloop", "httptools"))
TOKENS = 40
SECONDS_PER_WORKER = 1.0
"""What each worker may take to start, beyond what one may: they share the CPUs."""

TITLES = {
    "trivial": "the trivial endpoints, and an ASGI app that does nothing else than answer",
    "pair": "the trivial endpoints",
    "cpu-pair": "endpoints that compute",
    "wait-async-def": "`async def` endpoint that awaits",
    "wait-def": "`def` endpoint that blocks",
    "block-async-def": "`async def` endpoint that blocks",
    "def": "`def` endpoint",
}
NEEDS = {"wrk": "wrk", "soak": "wrk", "ab": "ab", "browser": "chromium"}


def behind_uvicorn(
    subject: str,
    client: str,
    placement: str = ONE_CPU,
    rounds: int = 0,
    *,
    of: tuple[str, ...] = (),
    bursts: int = 1,
    uvicorn: Uvicorn = PLAIN,
) -> Benchmark:
    """Endpoints behind a real server, in turns, and a client outside; `of`: if it is not one."""
    factors = (client, uvicorn.loop, uvicorn.http, uvicorn.workers)
    facts = {**CLIENTS[client].facts, **endpoint_facts(subject), "bursts": bursts}
    name = client.partition("-")[0]
    run = f"{client}, {uvicorn.loop}, {uvicorn.http}, workers: {uvicorn.workers}"

    return Benchmark(
        study="server",
        subject=subject,
        title=f"{TITLES[subject]} behind uvicorn ({run})",
        placement=placement,
        observe=partial(observe, of or (subject,), CLIENTS[client], uvicorn, bursts=bursts),
        facts={**dict(zip(FACTORS, factors, strict=True)), **facts},
        factors=FACTORS,
        observes=of,
        needs=(NEEDS[name],),
        rounds=rounds,
        on_request=client == "soak",
        headline=client == "wrk" and uvicorn == PLAIN,
        time_limit_seconds=uvicorn.start_seconds + (SOAK_SECONDS if client == "soak" else 0) + 70,
    )


def trivial(
    client: str, placement: str = ONE_CPU, rounds: int = 0, uvicorn: Uvicorn = PLAIN
) -> Benchmark:
    """The trivial endpoints and the no-op application, in turns; the first load has a control."""
    control = client == "wrk" and placement == ONE_CPU and uvicorn == PLAIN
    of = (*TRIVIAL, f"async-def{AGAIN}") if control else TRIVIAL
    bursts = BURSTS_OF_MAIN if control else BURSTS
    return behind_uvicorn(
        "trivial", client, placement, rounds, of=of, bursts=bursts, uvicorn=uvicorn
    )


def in_process(placement: str) -> Benchmark:
    """The same endpoints with no server."""
    factors = ("in-process", "asyncio", "none", 1)
    return Benchmark(
        study="server",
        subject="trivial",
        title=f"{TITLES['trivial']}, in process, 100 in flight",
        placement=placement,
        observe=partial(observe_in_process, TRIVIAL, bursts=BURSTS),
        facts={**dict(zip(FACTORS, factors, strict=True)), **FACTS, "bursts": BURSTS},
        factors=FACTORS,
        observes=TRIVIAL,
    )


def endpoint_facts(subject: str) -> dict[str, Fact]:
    """What the endpoint does, for the models."""
    if subject == "cpu-pair":
        return {"additions": ADDITIONS}

    waits = subject in WAIT_PAIR or subject.startswith("block-")
    tokens: dict[str, Fact] = {"tokens": TOKENS} if subject == "wait-def" else {}
    return {"wait_seconds": WAIT_SECONDS, **tokens} if waits else tokens


def workers(number: int) -> Uvicorn:
    """Uvicorn with several processes."""
    return Uvicorn(workers=number, start_seconds=START_SECONDS + SECONDS_PER_WORKER * number)


def pair(rounds: int = 0, uvicorn: Uvicorn = PLAIN) -> Benchmark:
    """The trivial endpoints, driven as the article did."""
    return behind_uvicorn(
        "pair", "ab-article", FREE, rounds, of=PAIR, bursts=BURSTS, uvicorn=uvicorn
    )


def cpu_pair(number: int) -> Benchmark:
    """The endpoints that compute, with so many workers."""
    return behind_uvicorn(
        "cpu-pair", "ab-cpu", FREE, FEWER_ROUNDS, of=CPU_PAIR, uvicorn=workers(number)
    )


BENCHMARKS = (
    trivial("wrk"),
    *(trivial("wrk", rounds=FEWER_ROUNDS, uvicorn=Uvicorn(*stack)) for stack in STACKS),
    trivial("wrk", FREE),
    trivial("wrk-close", rounds=FEWER_ROUNDS),
    trivial("ab-keep", rounds=FEWER_ROUNDS),
    pair(),
    in_process(ONE_CPU),
    in_process(FREE),
    *(cpu_pair(number) for number in WORKERS),
    pair(FEWER_ROUNDS, workers(MOST_WORKERS)),
    *(behind_uvicorn(subject, "ab-wait", FREE, FEWER_ROUNDS) for subject in WAIT_PAIR),
    behind_uvicorn("block-async-def", "ab-block", FREE, FEWER_ROUNDS),
    *(behind_uvicorn(subject, "browser", FREE, 1) for subject in WAIT_PAIR),
    behind_uvicorn("def", "soak", FREE, 1),
)
