"""Turns results into what they show of source A, an article on async and non-async endpoints."""

from analysis.contrasts import share_of
from analysis.digits import names, percent
from analysis.estimate import Estimate
from analysis.evidence import traces
from analysis.evidence.bystanders import bystander_ratios, standstill, wins_from
from analysis.evidence.loads import (
    LONG_US,
    SHORT_US,
    bystander,
    server,
    shown,
    work,
)
from analysis.evidence.sources import Evidence, Sources, wanted
from analysis.ladder import closure, cost_of

DEF, ASYNC_DEF = "def", "async-def"
CPU_DEF, CPU_ASYNC_DEF = "cpu-def", "cpu-async-def"
ALL_WORKERS = 32


def trivial_endpoints(sources: Sources) -> Evidence:
    """A1: the pair behind uvicorn, as the article measured it."""
    return Evidence(
        {"faster": sources.ratio(server(DEF, "ab-article"), server(ASYNC_DEF, "ab-article"))}
    )


def call_chain(sources: Sources) -> Evidence:
    """A2: the calls of a recorded request, there and back."""
    trip = traces.trip_of(sources.recordings)

    return Evidence(
        {
            "order": traces.in_claimed_order(trip),
            "back": traces.comes_back(trip),
            "all": traces.calls_all(trip),
        },
        {"called": names(traces.called(trip))},
    )


def overhead(sources: Sources) -> Evidence:
    """A3: the hops of each request, and the hop alone against what the endpoint costs more."""
    exchange = {"instrument": "exchange"}
    pair = sources.found(
        wanted("harness", DEF, **exchange), wanted("harness", ASYNC_DEF, **exchange)
    )
    hops = [row.counts.hops for row in pair]
    every = None if None in hops or not hops else hops == [1, 0]
    placement = sources.placement(*(wanted("hop", rung) for rung in ("fastapi-def", "async-def")))
    rows = sources.rows.get("hop")

    if rows is None or placement is None:
        return Evidence({"every": every, "most": None})

    alone = cost_of(rows, "run-in-threadpool", placement)
    whole = cost_of(rows, "fastapi-def", placement)
    closed = closure(rows, placement)

    return Evidence(
        {
            "every": every,
            "most": None if alone is None or whole is None else share_of(alone, whole),
        },
        {"left": percent(None if closed is None else closed.residual_share)},
        placement,
    )


def loop_goes_on(sources: Sources) -> Evidence:
    """A4: a bystander beside requests that block in `def`."""
    return Evidence(
        {"loop": standstill(sources, "blocking", DEF)},
        {"mistake": percent(standstill(sources, "blocking", ASYNC_DEF))},
    )


def cpu_pair(sources: Sources, workers: int) -> Estimate | None:
    """Divide the times of the article's two endpoints that compute."""
    return sources.ratio(
        server(CPU_DEF, "ab-cpu", workers=workers), server(CPU_ASYNC_DEF, "ab-cpu", workers=workers)
    )


def computing_endpoints(sources: Sources) -> Evidence:
    """A5: a loop of additions in each endpoint, one worker."""
    return Evidence({"faster": cpu_pair(sources, 1)})


def many_workers(sources: Sources) -> Evidence:
    """A6: the same with as many workers as the article."""
    return Evidence(
        {"faster": cpu_pair(sources, ALL_WORKERS)},
        {"cpus": str(sources.cpus), "one": shown(cpu_pair(sources, 1))},
    )


def fewer_threads(sources: Sources) -> Evidence:
    """A7: threads per process, and whether the gap is narrower for it."""
    one, many = cpu_pair(sources, 1), cpu_pair(sources, ALL_WORKERS)
    known = one is not None and many is not None and one.has_interval and many.has_interval

    return Evidence(
        {
            "threads": sources.ratio(
                server(CPU_DEF, "ab-cpu", "threads", ALL_WORKERS),
                server(CPU_DEF, "ab-cpu", "threads", 1),
            ),
            "narrows": one.low > max(many.high, 1.0) if known and one and many else None,
        },
        {"one": shown(one), "many": shown(many)},
    )


def always_async(sources: Sources) -> Evidence:
    """A8: work that computes, for those who wait for it and for bystanders; and blocking."""
    ratios = bystander_ratios(sources, "python")

    return Evidence(
        {
            "throughput": sources.ratio(
                work("python", DEF, SHORT_US), work("python", ASYNC_DEF, SHORT_US)
            ),
            "parallel": sources.ratio(
                work("hashing", DEF, LONG_US), work("hashing", ASYNC_DEF, LONG_US)
            ),
            "others": sources.ratio(
                bystander("python", DEF, LONG_US), bystander("python", ASYNC_DEF, LONG_US)
            ),
            "exception": sources.ratio(
                work("blocking", ASYNC_DEF, LONG_US), work("blocking", DEF, LONG_US)
            ),
        },
        {"from": wins_from(ratios)},
    )
