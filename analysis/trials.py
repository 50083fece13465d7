"""Turns `trials.toml` into what the methods say: how hard the tests try, and what they find."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENOUGH_ROUNDS = 10  # from which more than one is trimmed at either end
FILE = Path(__file__).with_name("trials.toml")


@dataclass(frozen=True)
class Interval:
    """How often simulated intervals of one kind held the truth."""

    what: str
    case: str
    placement: str
    rounds: int
    covered: int
    runs: int
    unseen: float  # share of runs in which all wake-ups are of one kind

    @property
    def share(self) -> float:
        """Covered intervals as a share of all."""
        return self.covered / self.runs


@dataclass(frozen=True)
class Trials:
    """What the file says."""

    kills: int
    damaged_bytes: int
    lowest: float
    highest: float
    highest_of_few: float
    sizes: dict[str, float]
    intervals: tuple[Interval, ...]

    @property
    def runs(self) -> int:
        """How many runs were simulated for each interval."""
        return self.intervals[0].runs

    @property
    def error(self) -> float:
        """Binomial standard error of a coverage of `lowest`, as a share."""
        return float((self.lowest * (1 - self.lowest) / self.runs) ** 0.5)

    def most(self, rounds: int) -> float:
        """Give the share that intervals of so many rounds may hold the truth in, at most."""
        return self.highest_of_few if rounds < ENOUGH_ROUNDS else self.highest

    @property
    def blind(self) -> tuple[Interval, ...]:
        """Those that are below `lowest`, for which no interval has seen both kinds of wake-up."""
        return tuple(one for one in self.intervals if one.share < self.lowest)


def trials() -> Trials:
    """Read the file."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    simulation = found["simulation"]

    return Trials(
        **found["chaos"],
        lowest=simulation["lowest"],
        highest=simulation["highest"],
        highest_of_few=simulation["highest_of_few"],
        sizes=simulation["sizes"],
        intervals=tuple(interval(one, simulation) for one in simulation["intervals"]),
    )


def interval(told: dict[str, Any], simulation: dict[str, Any]) -> Interval:
    """Add what is the same for all, and the chance that a run on all CPUs has no slow visit."""
    slow = simulation["sizes"]["slow_share"] if told["placement"] == "free" else 1.0

    return Interval(**told, runs=simulation["runs"], unseen=(1 - slow) ** told["rounds"])
