"""Turns the leanest ways to a thread and back into how near the floor the best hop is."""

from dataclasses import dataclass

from analysis.estimate import Estimate
from analysis.remedies.measured import compared, estimated, row
from analysis.rows import Rows

FUTEX, LOCKS, BARE, LEAN, INSTALLED = (
    "futex-pair",
    "lock-pair",
    "bare-hop",
    "lean-hop",
    "anyio-hop",
)
WAYS = {
    FUTEX: "two threads and a pair of futexes, in C",
    LOCKS: "two threads and a pair of locks, in Python",
    BARE: "a queue, a thread and a future, and nothing else",
    LEAN: "AnyIO's hop with all of the steps left out",
    INSTALLED: "AnyIO's hop as installed",
}


@dataclass(frozen=True)
class Step:
    """One way to a thread and back: its time, and how often it goes into the installed hop."""

    name: str
    way: str
    time: Estimate
    of_installed: Estimate | None


@dataclass(frozen=True)
class Floor:
    """All ways on one placement, the leanest first.

    Attributes:
        lean_to_locks: the leanest hop to the pair of locks.
        lean_to_futexes: the same to the pair of futexes, which is of visits of its own.
    """

    placement: str
    steps: tuple[Step, ...]
    lean_to_locks: Estimate | None
    lean_to_futexes: Estimate | None

    def step(self, name: str) -> Step | None:
        """Find one way."""
        return next((one for one in self.steps if one.name == name), None)


def floor(rows: Rows, placement: str) -> Floor | None:
    """Gather the ways measured on one placement; None if there are none."""
    found = {name: row(rows, name, placement) for name in WAYS}
    installed = found[INSTALLED]
    steps = tuple(
        Step(name, WAYS[name], time, compared(one, installed))
        for name, one in found.items()
        if (time := estimated(one))
    )
    if not steps:
        return None

    return Floor(
        placement,
        steps,
        compared(found[LEAN], found[LOCKS]),
        compared(found[LEAN], found[FUTEX]),
    )
