"""Turns names of loads into what the benchmarks of the load studies are found by."""

from analysis.contrasts import estimate, plus, share_of
from analysis.digits import NOT_MEASURED, decimals_for, fixed
from analysis.estimate import Estimate
from analysis.evidence.sources import (
    REQUEST,
    Sources,
    Wanted,
    more_of,
    number_fact,
    scaled,
    wanted,
)
from analysis.judging import Finding
from analysis.placement import FREE

LONG_US = 30_000  # the longest work of the study: what stands still for long is seen best
SHORT_US = 1000
AWAITED_US = 10_000
MANY, FEW = 100, 10  # requests in flight: more and fewer than the pool has threads
POOL = 40
UTILISATION = 50  # per cent of the wall time that the work offered takes
MICROSECONDS = 1e-6


def work(
    subject: str, handler: str, work_us: int, metric: str = REQUEST, in_flight: int = MANY
) -> Wanted:
    """Describe one duration of a sort of work in a closed loop."""
    factors = (("handler", handler), ("in_flight", in_flight), ("work_us", work_us))

    return Wanted("work", subject, metric, None, factors)


def bystander(subject: str, handler: str, work_us: int) -> Wanted:
    """Describe the slowest hundredth of the requests that arrive beside a sort of work."""
    factors = (("handler", handler), ("utilisation", UTILISATION), ("work_us", work_us))

    return Wanted("work", subject, "bystander-p99", None, factors)


def idle(subject: str) -> Wanted:
    """Describe the same requests with nothing beside them, in the same visits."""
    return Wanted("work", subject, "late", None, (("utilisation", UTILISATION),))


def server(subject: str, client: str, metric: str = REQUEST, workers: int = 1) -> Wanted:
    """Describe an endpoint behind uvicorn with its own event loop and parser."""
    factors = (("client", client), ("loop", "asyncio"), ("http", "h11"), ("workers", workers))

    return Wanted("server", subject, metric, None, factors)


def sleeping(requests: int) -> Wanted:
    """Describe a wave of requests whose `def` handler sleeps."""
    return wanted("concurrency", "sleep", "all", in_flight=requests)


def one_more_than_the_pool(sources: Sources) -> Estimate | None:
    """Divide the time of one sleeping request more than there are workers by that of as many."""
    return sources.ratio(sleeping(POOL + 1), sleeping(POOL))


def against_its_wait(sources: Sources, subject: str) -> Estimate | None:
    """Divide the slowest hundredth of an endpoint that waits by its wait."""
    slowest = sources.found(server(subject, "ab-wait", "p99"))
    wait = number_fact(slowest[0], "wait_seconds") if slowest else None

    return None if wait is None else scaled(estimate(plus(slowest[0])), 1 / wait)


def model_holds(sources: Sources, within: float) -> bool | None:
    """Tell whether waves of sleeping requests take as long as a pool of workers must."""
    rows = sources.rows.get("concurrency")
    waves = [
        row
        for row in (rows.study("concurrency") if rows else ())
        if row.subject == "sleep" and row.metric == "all" and row.placement == FREE and row.visits
    ]
    shares: list[float] = []

    for row in waves:
        tokens, sleep = number_fact(row, "tokens"), number_fact(row, "sleep_seconds")
        average = estimate(plus(row))
        if tokens is None or sleep is None or average is None:
            return None

        rounds = -(-int(row.factor("in_flight")) // int(tokens))
        shares.append(average.value / (rounds * sleep))

    return all(abs(share - 1) <= within for share in shares) if shares else None


def shown(found: Finding) -> str:
    """Write a ratio in a sentence, without its interval."""
    if not isinstance(found, Estimate):
        return NOT_MEASURED

    return f"{fixed(found.value, decimals_for(found))} times"


def share_of_difference(
    sources: Sources, upper: Wanted, lower: Wanted, whole: Wanted, on: str | None = None
) -> Estimate | None:
    """Divide the difference of two benchmarks by a third of the same placement."""
    found = sources.found(upper, lower, whole, on=on)

    return share_of(more_of(found[:2]), plus(found[2])) if found else None
