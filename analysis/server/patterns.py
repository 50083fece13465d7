"""Turns five ways to write an endpoint into a table of what each was measured to do.

The verdict is computed. An endpoint that waits is judged by how many of its requests waited at the
same time on average, against its model: requests per second times the wait (J. D. C. Little, A
Proof for the Queuing Formula L = lambda W, Operations Research 9, 1961). One that computes is
judged against its twin.
"""

from dataclasses import dataclass

from analysis import digits
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.contrasts import near
from analysis.server.loads import Gap, Load, gap, load
from analysis.server.setups import BLOCK, CPU_WORK, WAIT, Setup
from analysis.server.waiting import Model, model
from analysis.server.workers import CPU_PAIR

PATTERNS: tuple[tuple[str, str, Setup], ...] = (
    ("`async def` that awaits", "wait-async-def", WAIT),
    ("`def` that blocks", "wait-def", WAIT),
    ("`async def` that blocks, the mistake", "block-async-def", BLOCK),
    ("CPU work in `async def`", "cpu-async-def", CPU_WORK),
    ("CPU work in `def`", "cpu-def", CPU_WORK),
)
REACHED = 0.15  # how far a count of requests may lie from the one it is said to be


@dataclass(frozen=True)
class Pattern:
    """One way to write an endpoint.

    Attributes:
        together: how many of its requests waited at the same time; None for CPU work.
    """

    name: str
    load: Load
    together: Estimate | None
    verdict: str


def patterns(rows: Rows) -> tuple[Pattern, ...]:
    """Judge every pattern that was measured."""
    every = (pattern(rows, name, subject, setup) for name, subject, setup in PATTERNS)

    return tuple(one for one in every if one is not None)


def pattern(rows: Rows, name: str, subject: str, setup: Setup) -> Pattern | None:
    """Judge one pattern; None if it was not measured."""
    measured = load(rows, subject, setup)

    if measured is None:
        return None

    if setup == CPU_WORK:
        return Pattern(name, measured, None, against_twin(subject, gap(rows, setup, CPU_PAIR)))

    waits = model(rows, subject, setup)

    return Pattern(
        name, measured, waits.together if waits else None, overlap(waits) if waits else ""
    )


def overlap(waits: Model) -> str:
    """Say in words how many waited at the same time."""
    if not near(waits.together, waits.together_in_model, REACHED):
        return f"{digits.fixed(waits.together.value, 0)} at once, which no model here explains"

    if waits.at_once == 1:
        return "one at a time: it blocks the event loop"

    if waits.at_once == waits.connections:
        return f"all {waits.connections} connections at once"

    return f"{waits.at_once} at once, one per worker thread; the others queue"


def against_twin(subject: str, pair: Gap | None) -> str:
    """Say in words whether CPU work is slower or faster written this way."""
    if pair is None:
        return "its twin was not measured"

    lower, upper = CPU_PAIR
    twin = lower if subject == upper else upper

    if pair.ratio.includes(1.0):
        return f"not to be told from `{twin}`"

    slower = pair.ratio.value > 1

    return f"{'slower' if slower == (subject == upper) else 'faster'} than `{twin}`"
