"""Turns results into what they show of source B, a lesson on the async or sync decision."""

from analysis.contrasts import estimate, plus
from analysis.digits import percent
from analysis.estimate import Estimate
from analysis.evidence.article import ASYNC_DEF, DEF, computing_endpoints
from analysis.evidence.bystanders import standstill
from analysis.evidence.loads import (
    AWAITED_US,
    FEW,
    LONG_US,
    MANY,
    POOL,
    against_its_wait,
    bystander,
    idle,
    model_holds,
    one_more_than_the_pool,
    server,
    shown,
    sleeping,
    work,
)
from analysis.evidence.sources import Evidence, Sources, number_fact, scaled, wanted
from analysis.judging import BAND

MOST_IN_FLIGHT = 4000


def awaiting(sources: Sources) -> Evidence:
    """B1: the endpoint that awaits, behind uvicorn."""
    found = sources.found(server("wait-async-def", "ab-wait"))
    wait = number_fact(found[0], "wait_seconds") if found else None
    per_request = estimate(plus(found[0])) if found else None

    return Evidence(
        {
            "together": at_a_time(wait, per_request),
            "delay": against_its_wait(sources, "wait-async-def"),
        }
    )


def at_a_time(wait: float | None, per_request: Estimate | None) -> Estimate | None:
    """Give how many waits were under way at a time, from the time per request."""
    if wait is None or per_request is None or per_request.low <= 0:
        return None

    value, low, high = (
        wait / end for end in (per_request.value, per_request.high, per_request.low)
    )

    return Estimate(value, low, high, per_request.n)


def limited_by_the_pool(sources: Sources) -> Evidence:
    """B2: waves of sleeping requests, and the threads of many trivial ones."""
    return Evidence(
        {
            "wave": one_more_than_the_pool(sources),
            "threads": sources.value(
                wanted("concurrency", DEF, "threads", in_flight=MOST_IN_FLIGHT)
            ),
            "formula": model_holds(sources, BAND),
        }
    )


def blocks_the_loop(sources: Sources) -> Evidence:
    """B3: the event loop and the thread, while a `def` handler waits."""
    return Evidence(
        {
            "loop": standstill(sources, "blocking", DEF),
            "thread": one_more_than_the_pool(sources),
        },
        {"mistake": percent(standstill(sources, "blocking", ASYNC_DEF))},
    )


def delay_under_load(sources: Sources) -> Evidence:
    """B4: the endpoint that blocks in `def`, with more requests than threads and with as many."""
    found = sources.found(sleeping(POOL))
    sleep = number_fact(found[0], "sleep_seconds") if found else None
    as_many = None if sleep is None else scaled(estimate(plus(found[0])), 1 / sleep)

    return Evidence({"delay": against_its_wait(sources, "wait-def")}, {"as_many": shown(as_many)})


def waits_in(sources: Sources, in_flight: int) -> Estimate | None:
    """Compare a wait that blocks in `def` with one that is awaited."""
    return sources.ratio(
        work("blocking", DEF, AWAITED_US, in_flight=in_flight),
        work("awaiting", ASYNC_DEF, AWAITED_US, in_flight=in_flight),
    )


def for_waiting(sources: Sources) -> Evidence:
    """B5: the same wait, blocking in `def` and awaited in `async def`."""
    return Evidence({"throughput": waits_in(sources, MANY)}, {"few": shown(waits_in(sources, FEW))})


def avoid_in_def(sources: Sources) -> Evidence:
    """B6: sleeping and computing in `def`: what others notice, and what it takes."""
    long = bystander("python", DEF, LONG_US)

    return Evidence(
        {
            "sleep": standstill(sources, "blocking", DEF),
            "computation": sources.ratio(long, bystander("python", ASYNC_DEF, LONG_US)),
            "slows": sources.ratio(long, idle("python")),
            "thread": one_more_than_the_pool(sources),
        }
    )


def not_faster(sources: Sources) -> Evidence:
    """B7: the ratio of A5, which claims the contrary."""
    return Evidence({"same": computing_endpoints(sources).findings["faster"]})


def patterns(sources: Sources) -> Evidence:
    """The lesson's table: good and bad, for a wait that is awaited and for one that blocks."""
    return Evidence(
        {
            "awaits": sources.ratio(
                server("wait-def", "ab-wait"), server("wait-async-def", "ab-wait")
            ),
            "blocks": sources.ratio(
                work("blocking", DEF, AWAITED_US), work("blocking", ASYNC_DEF, AWAITED_US)
            ),
        }
    )
