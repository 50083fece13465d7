"""Turns the `releases` rows into all numbers of the section, and into words on what changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.placement import PLACEMENT_WORDS
from analysis.releases.costs import (
    AGAIN,
    HOP,
    LOCKED,
    MODEL,
    PACKAGES,
    PAIR,
    TRIVIAL,
    Cost,
    Stack,
    cost,
    stacks,
)
from analysis.rows import Rows

WHAT = {
    HOP: "the hop alone",
    PAIR: "`def` more than `async def`",
    MODEL: "the two hops of `def-model`",
    TRIVIAL: "the `async def` request",
}


CONTROLLED = (HOP, PAIR, TRIVIAL)


@dataclass(frozen=True)
class Placed:
    """All stacks of one placement, the oldest first and the locked one last."""

    placement: str
    stacks: tuple[Stack, ...]
    again: Mapping[str, Cost]

    @property
    def words(self) -> str:
        """The placement for people."""
        return PLACEMENT_WORDS[self.placement]

    @property
    def oldest(self) -> Stack:
        """The stack that has the longest way to the locked one."""
        return self.stacks[0]

    @property
    def locked(self) -> Stack | None:
        """The stack of all other studies."""
        return next((one for one in self.stacks if one.is_locked), None)

    @property
    def since(self) -> tuple[tuple[str, Cost, Cost], ...]:
        """What is compared, in words; what it cost with the oldest stack, and with the locked."""
        locked = self.locked
        if locked is None or self.oldest.is_locked:
            return ()

        return tuple(
            (words, self.oldest.costs[what], locked.costs[what])
            for what, words in WHAT.items()
            if what in self.oldest.costs and what in locked.costs
        )

    @property
    def steps(self) -> tuple[tuple[Stack, Stack], ...]:
        """Neighbours in time whose hops alone differ by more than both intervals leave open."""
        pairs = zip(self.stacks, self.stacks[1:], strict=False)

        return tuple((one, next_) for one, next_ in pairs if apart(one, next_))


@dataclass(frozen=True)
class Numbers:
    """All of this section, the main placement first."""

    placed: tuple[Placed, ...]
    python: str
    packages: tuple[str, ...] = PACKAGES
    columns: tuple[tuple[str, str], ...] = tuple((one, WHAT[one]) for one in CONTROLLED)

    @property
    def main(self) -> Placed:
        """The placement that headlines speak of."""
        return self.placed[0]

    @property
    def sniffio(self) -> tuple[Stack, ...]:
        """The stacks in which AnyIO has sniffio to ask."""
        return tuple(one for one in self.main.stacks if one.asks_sniffio)

    @property
    def called(self) -> tuple[str, ...]:
        """What calls are counted of, in all first."""
        return tuple(dict.fromkeys(name for one in self.main.stacks for name in one.calls))

    @property
    def passes(self) -> tuple[int, ...]:
        """The different numbers of passes that the hop alone takes, ascending."""
        return tuple(sorted({one.passes for one in self.main.stacks if one.passes is not None}))


def apart(one: Stack, other: Stack) -> bool:
    """Tell whether the intervals of two hops alone have no number in common."""
    if HOP not in one.costs or HOP not in other.costs:
        return False

    first, second = one.costs[HOP].value, other.costs[HOP].value

    return first.has_interval and (first.high < second.low or second.high < first.low)


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if no stack was measured."""
    found = tuple(
        Placed(
            placement,
            stacks(rows, placement),
            controls(rows, placement),
        )
        for placement in rows.placements
    )
    measured = tuple(one for one in found if one.stacks)

    return Numbers(measured, python_of(rows)) if measured else None


def controls(rows: Rows, placement: str) -> Mapping[str, Cost]:
    """Compare the locked stack's second process with its first, in all that is told of it."""
    found = {what: cost(rows, what, placement, LOCKED, AGAIN) for what in CONTROLLED}

    return {what: one for what, one in found.items() if one is not None}


def python_of(rows: Rows) -> str:
    """Name the interpreter of all stacks, as its visits tell it."""
    row = next(iter(rows.study("releases")))

    return str(row.facts.get("python", "one Python"))
