"""Turns both ways' times and the bystander's p99 into what to write, by one rule.

1. Who keeps a bystander's p99 within P99_BOUND on average is preferred to who does not, if the run
   tells the two apart.
2. If neither does and the work is pure Python, it belongs into another process.
3. Otherwise, who takes less time per request is preferred, if the other takes more than
   ACCEPTED_LOSS longer.
4. Otherwise, who gives the bystander the lower p99, if the run tells them apart.
5. Otherwise, either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import digits
from analysis.work.calls import Call
from analysis.work.curves import Point

P99_BOUND = 0.050  # seconds; what a person begins to notice beside all else a page waits for
ACCEPTED_LOSS = 0.10  # of the time per request, for the bystander's sake

DEF, ASYNC_DEF, POOL = "`def`", "`async def`", "a process pool"
EITHER, NOT_MEASURED = "either", digits.NOT_MEASURED
BOUND, BEYOND, THROUGHPUT, BYSTANDER, ALIKE, MISSING = (
    "bound", "beyond", "throughput", "bystander", "alike", "missing",
)  # fmt: skip
WAYS = {
    "def": DEF,
    "async-def-blocking": "`async def` that blocks",
    "async-def-awaiting": "`async def` that awaits",
}


@dataclass(frozen=True)
class Verdict:
    """What to write, and which step of the rule says so."""

    write: str
    because: str


def decide(request: Point | None, p99: Point | None, *, pure_python: bool) -> Verdict:
    """Apply the rule at one duration of work; both points are `def` (upper) and `async def`."""
    if request is None or p99 is None:
        return Verdict(NOT_MEASURED, MISSING)

    held = (p99.upper <= P99_BOUND, p99.lower <= P99_BOUND)
    calmer = preferred(p99, 0.0)

    if any(held) and not all(held) and calmer == (DEF if held[0] else ASYNC_DEF):
        return Verdict(calmer, BOUND)

    if pure_python and not any(held):
        return Verdict(POOL, BEYOND)

    faster = preferred(request, ACCEPTED_LOSS)

    if faster:
        return Verdict(faster, THROUGHPUT)

    return Verdict(calmer, BYSTANDER) if calmer else Verdict(EITHER, ALIKE)


def preferred(point: Point, margin: float) -> str:
    """Name the way whose number is lower beyond its interval and a margin; empty if neither's."""
    if point.ratio.low > 1 and point.ratio.value > 1 + margin:
        return ASYNC_DEF

    return DEF if point.ratio.high < 1 and point.ratio.value < 1 / (1 + margin) else ""


def decide_call(ways: Sequence[Call]) -> Verdict:
    """Apply the rule to a real call, of which there are up to three ways; no pool is considered.

    Intervals that overlap do not tell two ways apart.
    """
    known = [one for one in ways if one.p99]

    if not rivals_of_def(known) or len(known) < len(ways):
        return Verdict(NOT_MEASURED, MISSING)

    held = [one for one in known if p99_of(one) <= P99_BOUND] or known
    fastest = min(one.request.value for one in held)
    close = [one for one in held if one.request.value <= fastest * (1 + ACCEPTED_LOSS)]

    if len(close) == 1:
        return Verdict(WAYS[close[0].handler], THROUGHPUT if len(held) > 1 else BOUND)

    calm = as_calm(min(close, key=p99_of), close)

    because = BYSTANDER if len(calm) < len(close) else ALIKE

    return Verdict(" or ".join(WAYS[one.handler] for one in calm), because)


def as_calm(calmest: Call, ways: Sequence[Call]) -> list[Call]:
    """List the ways whose p99 cannot be told from the lowest, that one included."""
    return [one for one in ways if not (calmest.p99 and one.p99 and calmest.p99.high < one.p99.low)]


def rivals_of_def(ways: Sequence[Call]) -> bool:
    """Tell whether `def` and another way were measured."""
    names = {one.handler for one in ways}

    return "def" in names and len(names) > 1


def p99_of(one: Call) -> float:
    """Give the bystander's p99 beside a call that has one."""
    return one.p99.value if one.p99 else float("inf")
