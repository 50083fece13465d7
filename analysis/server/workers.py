"""Turns rows by number of worker processes into what more of them do to the pair."""

from dataclasses import dataclass

from analysis.contrasts import ratio
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.contrasts import ratio_of_ratios
from analysis.server.loads import Gap, gap
from analysis.server.setups import ARTICLE, CPU_WORK, Setup

COUNTS = (1, 2, 4, 8, 32)
CPU_PAIR = ("cpu-async-def", "cpu-def")
TRIVIAL_PAIR = ("async-def", "def")


@dataclass(frozen=True)
class Scaling:
    """One pair under one load, by number of workers, fewest first.

    Attributes:
        gap_change: the ratio of `def` to `async-def` with the most workers over that with one.
        speed_up: likewise, of the seconds per request of `async-def`, one over most.
    """

    name: str
    gaps: tuple[Gap, ...]
    gap_change: Estimate | None
    speed_up: Estimate | None

    @property
    def unchanged(self) -> float:
        """What `gap_change` is if the workers change nothing."""
        return 1.0

    @property
    def first(self) -> Gap:
        """The one with the fewest workers."""
        return self.gaps[0]

    @property
    def last(self) -> Gap:
        """The one with the most workers."""
        return self.gaps[-1]

    @property
    def fewer_threads(self) -> bool | None:
        """Whether one process that serves `def` has fewer threads with the most workers."""
        first, last = self.first.def_.threads, self.last.def_.threads

        return None if first is None or last is None else last.value < first.value

    @property
    def ratio_moved_towards_one(self) -> bool:
        """Whether the ratio with the most workers is nearer to 1, beyond the interval."""
        if self.gap_change is None or self.gap_change.includes(self.unchanged):
            return False

        return abs(self.last.ratio.value - 1) < abs(self.first.ratio.value - 1)


def scalings(rows: Rows) -> tuple[Scaling, ...]:
    """Read both pairs; a pair with fewer than two numbers of workers is left out."""
    found = (
        scaling(rows, "CPU work", CPU_WORK, CPU_PAIR),
        scaling(rows, "trivial", ARTICLE, TRIVIAL_PAIR),
    )

    return tuple(one for one in found if one is not None)


def scaling(rows: Rows, name: str, setup: Setup, pair: tuple[str, str]) -> Scaling | None:
    """Read one pair with every number of workers; None with fewer than two of them."""
    every = (gap(rows, setup.with_workers(workers), pair) for workers in COUNTS)
    gaps = tuple(one for one in every if one is not None)

    if len(gaps) < 2 or gaps[0].setup.workers != COUNTS[0]:
        return None

    first, last = gaps[0], gaps[-1]
    after, before = ((one.def_.contrast, one.async_def.contrast) for one in (last, first))

    return Scaling(
        name=name,
        gaps=gaps,
        gap_change=ratio_of_ratios(after, before),
        speed_up=ratio(first.async_def.contrast, last.async_def.contrast),
    )
