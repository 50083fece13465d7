"""Turns results into what they show of claims about the hop alone, made elsewhere."""

from analysis.contrasts import share_of
from analysis.digits import percent, short_time
from analysis.estimate import Estimate
from analysis.evidence.loads import share_of_difference, shown
from analysis.evidence.sources import REQUEST, Evidence, Sources, Wanted, wanted
from analysis.ladder import cost_of
from analysis.placement import FREE, ONE_CPU

ANYIO, TO_THREAD, EXECUTOR, BARE = (
    "anyio-run-sync", "asyncio-to-thread", "run-in-executor", "bare-hop",
)  # fmt: skip
DISPATCH, BESIDE = "run-in-threadpool", "beside-request"


def rung(subject: str) -> Wanted:
    """Describe a rung of the ladder."""
    return wanted("hop", subject)


def against(sources: Sources, lower: str, on: str | None = None) -> Estimate | None:
    """Divide AnyIO's hop by another way to a thread and back."""
    return sources.ratio(rung(ANYIO), rung(lower), on)


def remedy(subject: str) -> Wanted:
    """Describe an endpoint that sends its work to a thread in some way, one request at a time."""
    return wanted("remedies", subject, REQUEST, in_flight=1)


def beside_to_alone(sources: Sources) -> Estimate | None:
    """Divide what a hop costs beside a request by what it costs alone."""
    rows, placement = sources.rows.get("hop"), sources.placement(rung(DISPATCH), rung(BESIDE))
    if rows is None or placement is None:
        return None

    beside, alone = (cost_of(rows, subject, placement) for subject in (BESIDE, DISPATCH))

    return None if beside is None or alone is None else share_of(beside, alone)


def dispatch(sources: Sources) -> Evidence:
    """C2: Starlette's way to send a function to a worker thread, alone and beside a request."""
    return Evidence(
        {"amount": sources.value(rung(DISPATCH)), "fixed": beside_to_alone(sources)},
        {"one_cpu": short_time(sources.value(rung(DISPATCH), ONE_CPU))},
        sources.placement(rung(DISPATCH)),
    )


def ways(sources: Sources) -> Evidence:
    """C5: ways to a thread and back; uvloop runs in no study of the hop alone."""
    return Evidence(
        {
            "to-thread": against(sources, TO_THREAD),
            "dedicated": against(sources, BARE),
            "anyio-amount": sources.value(rung(ANYIO)),
            "to-thread-amount": sources.value(rung(TO_THREAD)),
            "dedicated-amount": sources.value(rung(BARE)),
            "uvloop-amount": None,
        },
        {
            "to_thread_one_cpu": shown(against(sources, TO_THREAD, ONE_CPU)),
            "dedicated_one_cpu": shown(against(sources, BARE, ONE_CPU)),
            "in_endpoint": shown(sources.ratio(remedy("def"), remedy("to-thread"))),
        },
        sources.placement(rung(ANYIO)),
    )


def executor(sources: Sources) -> Evidence:
    """C6: AnyIO's hop against the event loop's own, on both placements."""
    return Evidence(
        {"free": against(sources, EXECUTOR, FREE), "one-cpu": against(sources, EXECUTOR, ONE_CPU)}
    )


def context_copy(sources: Sources) -> Evidence:
    """C13: what a copy of the context adds, as a share of `asyncio.to_thread`."""
    upper, lower, whole = rung("context-copy"), rung("scope-and-future"), rung(TO_THREAD)

    return Evidence(
        {"saving": share_of_difference(sources, upper, lower, whole)},
        {
            "one_cpu": percent(share_of_difference(sources, upper, lower, whole, ONE_CPU)),
            "whole": percent(share_of_difference(sources, whole, rung(EXECUTOR), whole)),
            "whole_one_cpu": percent(
                share_of_difference(sources, whole, rung(EXECUTOR), whole, ONE_CPU)
            ),
        },
        sources.placement(upper, lower, whole),
    )
