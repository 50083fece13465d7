"""Turns results into what they show of claims about whole requests, made elsewhere."""

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, ratio
from analysis.digits import NOT_MEASURED, seconds
from analysis.estimate import Estimate
from analysis.evidence.article import ASYNC_DEF, DEF
from analysis.evidence.loads import FEW, server, shown
from analysis.evidence.sources import (
    REQUEST,
    Evidence,
    Sources,
    Wanted,
    number_fact,
    scaled,
    wanted,
)
from analysis.work.durations import shown as shown_seconds

EXCHANGE, HTTPX, TEST_CLIENT = "exchange", "httpx", "testclient"
FOUR_AND_EIGHT = ("{}-deps-4", "{}-deps-8")
HELD = 40


def instrument(subject: str, name: str) -> Wanted:
    """Describe a trivial handler as one instrument sees it."""
    return wanted("harness", subject, instrument=name)


def pair_through(sources: Sources, name: str) -> Estimate | None:
    """Divide the times of the trivial pair as one instrument sees them."""
    return sources.ratio(instrument(DEF, name), instrument(ASYNC_DEF, name))


def quite_opposite(sources: Sources) -> Evidence:
    """C1: a plain call against an awaited one, and the endpoint pair."""
    pair = instrument(DEF, EXCHANGE), instrument(ASYNC_DEF, EXCHANGE)

    return Evidence(
        {
            "opposite": sources.more(*pair),
            "elsewhere": sources.more(wanted("hop", "await"), wanted("hop", "call")),
        },
        placement=sources.placement(*pair),
    )


def thousand_connections(sources: Sources) -> Evidence:
    """C3: the trivial pair behind uvicorn, through the same client with fewer connections."""
    return Evidence(
        {"faster": sources.ratio(server(DEF, "ab-article"), server(ASYNC_DEF, "ab-article"))}
    )


def almost_none(sources: Sources) -> Evidence:
    """C4: the trivial pair behind uvicorn, through wrk."""
    return Evidence({"same": sources.ratio(server(DEF, "wrk"), server(ASYNC_DEF, "wrk"))})


def five_dependencies(sources: Sources) -> Evidence:
    """C7: five dependencies of each sort, between four and eight; and one that is a class."""
    names = [name.format(sort) for sort in (DEF, "async") for name in FOUR_AND_EIGHT]
    found = sources.found(*(wanted("handlers", name) for name in names))
    of_class = wanted("handlers", "class-dep"), wanted("handlers", "async-class-dep")

    return Evidence(
        {
            "faster": ratio(between(*found[:2]), between(*found[2:])) if found else None,
            "hops": sources.ratio(*of_class),
        },
        placement=sources.placement(*of_class),
    )


def between(four: Benchmark, eight: Benchmark) -> Contrast:
    """Take five as a point on the line between four and eight."""
    return ((0.75, four), (0.25, eight))


def one_dependency(sources: Sources) -> Evidence:
    """C8: one dependency of each sort."""
    pair = wanted("handlers", "def-deps-1"), wanted("handlers", "async-deps-1")

    return Evidence({"faster": sources.ratio(*pair)}, placement=sources.placement(*pair))


def database(sources: Sources) -> Evidence:
    """C9: a call that blocks, in `async def` and in `def`: to another process, and a query here."""
    waiting, in_process = (
        [
            wanted("work", call, REQUEST, handler=handler, in_flight=FEW)
            for handler in ("async-def-blocking", "def")
        ]
        for call in ("http", "sqlite")
    )

    return Evidence(
        {
            "waiting": sources.ratio(waiting[0], waiting[1]),
            "in-process": sources.ratio(in_process[0], in_process[1]),
        }
    )


def in_process(sources: Sources) -> Evidence:
    """C10: the trivial pair without a server."""
    return Evidence(
        {"faster": pair_through(sources, EXCHANGE)},
        {"httpx": shown(pair_through(sources, HTTPX))},
        sources.placement(instrument(DEF, EXCHANGE), instrument(ASYNC_DEF, EXCHANGE)),
    )


def health_check(sources: Sources) -> Evidence:
    """C11: a trivial request behind as many parked ones as the pool has threads."""
    health = {
        handler: wanted("concurrency", "health", REQUEST, handler=handler)
        for handler in (DEF, ASYNC_DEF)
    }
    found = sources.found(*health.values())
    parked = number_fact(found[0], "parked_seconds") if found else None
    known = {handler: sources.value(one) for handler, one in health.items()}

    return Evidence(
        {
            "waits": None if parked is None else scaled(known[DEF], 1 / parked),
            "quick": None if parked is None else scaled(known[ASYNC_DEF], 1 / parked),
            "amount": known[ASYNC_DEF],
        },
        {
            "def": shown_seconds(known[DEF]),
            "parked": NOT_MEASURED if parked is None else seconds(parked),
        },
    )


def test_client(sources: Sources) -> Evidence:
    """C12: the client's own time, and what it leaves of the ratio."""
    pair = instrument(ASYNC_DEF, TEST_CLIENT), instrument(ASYNC_DEF, EXCHANGE)

    return Evidence(
        {"own": sources.ratio(*pair), "hides": pair_through(sources, TEST_CLIENT)},
        {"exchange": shown(pair_through(sources, EXCHANGE))},
        sources.placement(*pair),
    )


def second_hop_queues(sources: Sources) -> Evidence:
    """C14: the second hop of a request, with no token left."""
    model, plain = (
        wanted("concurrency", "held", REQUEST, handler=handler, held=HELD)
        for handler in ("def-model", DEF)
    )

    return Evidence(
        {"queues": sources.more(model, plain)},
        {"alone": shown_seconds(sources.value(plain))},
        sources.placement(model, plain),
    )
