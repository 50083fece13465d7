"""Turns a verdict and the numbers behind it into a clause that says why."""

from collections.abc import Sequence

from analysis.digits import NOT_MEASURED, share, short_times
from analysis.estimate import Estimate
from analysis.work.contests import Contest
from analysis.work.curves import Curve, Point
from analysis.work.durations import rough, shown
from analysis.work.verdicts import (
    ACCEPTED_LOSS,
    ALIKE,
    BEYOND,
    BOUND,
    BYSTANDER,
    MISSING,
    P99_BOUND,
    THROUGHPUT,
    Verdict,
)


def points(contest: Contest | None, work_us: int) -> tuple[Point | None, Point | None]:
    """Find throughput and bystander at one duration."""
    both: tuple[Curve | None, ...] = (
        (contest.throughput, contest.bystander) if contest else (None, None)
    )
    request, p99 = (curve.at(work_us) if curve else None for curve in both)

    return request, p99


def reason(contest: Contest | None, verdict: Verdict, work_us: list[int]) -> str:
    """Say in a clause which numbers decided, over all durations of the row."""
    both = [points(contest, one) for one in work_us]
    requests = [request for request, _ in both if request]
    p99s = [p99 for _, p99 in both if p99]

    if verdict.because == MISSING:
        return ""

    if verdict.because in (BOUND, BEYOND):
        which = "only this keeps, on average," if verdict.because == BOUND else "neither way keeps"
        return f"{which} the bystander's p99 within {rough(P99_BOUND)}: {highest(p99s)}"

    if verdict.because == THROUGHPUT:
        return f"a request in `def` takes {extent(requests)} the time of one in `async def`"

    close = f"neither is surely faster by more than {share(ACCEPTED_LOSS)}"

    if verdict.because == BYSTANDER:
        return f"{close}, and the bystander's p99 beside `def` is {extent(p99s)} the other"

    return f"{close}, and the bystander's p99 does not tell them apart"


def extent(points: Sequence[Point]) -> str:
    """Write the smallest and the largest of some ratios."""
    ends = [pick(points, key=lambda one: one.ratio.value).ratio for pick in (min, max)]
    first, last = map(short_times, ends)

    return first if first == last else f"{first} to {last}"


def highest(points: Sequence[Point]) -> str:
    """Write the highest p99 of either way."""
    own, other = (max(values) for values in zip(*((p.upper, p.lower) for p in points), strict=True))

    return f"up to {rough(own)} beside `def`, {rough(other)} beside `async def`"


def reason_of_call(verdict: Verdict) -> str:
    """Say in a clause which step of the rule decided on a real call."""
    return {
        MISSING: "",
        BOUND: f"only this keeps the bystander's p99 within {rough(P99_BOUND)}",
        THROUGHPUT: f"the others take over {share(ACCEPTED_LOSS)} longer per request, or miss the "
        "bound of the bystander's p99",
        BYSTANDER: f"of those within {share(ACCEPTED_LOSS)} of the fastest, the bystander's p99 is "
        "lower than beside any other",
        ALIKE: f"those within {share(ACCEPTED_LOSS)} of the fastest are not told apart by the "
        "bystander's p99",
    }[verdict.because]


def listed(ways: Sequence[tuple[str, Estimate | None]]) -> str:
    """Write what each way to make a call takes; or that there is none."""
    return ", ".join(f"`{name}` {shown(time)}" for name, time in ways) or NOT_MEASURED
