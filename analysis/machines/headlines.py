"""Turns runs into the numbers that stand side by side: of the same benchmarks in each of them.

A number is shown if two runs have it at least. The pair is taken from the study that most runs
measured it in, and the slope from the handler kinds that all runs with enough of them share: a line
through other kinds would be another number.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis import digits
from analysis.estimate import Estimate
from analysis.machines.run import Kinds, Run
from analysis.pairs import Pair, compare
from analysis.placement import PLACEMENTS
from analysis.regression import FEWEST_PAIRS, Point, regress

FEWEST_RUNS = 2
KINDS_SHOWN = 3
PAIRED_IN = (("harness", "exchange"), ("handlers", None))
# Two hops by an annotation, hops in a row, one that costs more than its hops, work after the
# answer, a hop per item.
TELLING = (
    "def-model", "def-deps-4", "def-yield-dep", "def-background-1", "def-stream", "file-small",
    "def-deps-1", "def-deps-8",
)  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """One number of every run, in their order; None where a run did not measure it."""

    title: str
    values: tuple[Estimate | None, ...]
    is_ratio: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The numbers with their intervals, as text."""
        write = digits.times if self.is_ratio else digits.time

        return tuple(write(value) for value in self.values)

    def of(self, run: Run) -> str:
        """Write the number of one run."""
        return self.shown[run.number - 1]

    @property
    def is_shared(self) -> bool:
        """Whether there is anything to compare."""
        return sum(value is not None for value in self.values) >= FEWEST_RUNS


@dataclass(frozen=True)
class Group:
    """Headlines of one placement, side by side in a table and in the figure."""

    placement: str
    headlines: tuple[Headline, ...]


def groups_of(runs: Sequence[Run]) -> tuple[Group, ...]:
    """Gather what at least two runs have: the pair and the slope first, then the kinds."""
    found = [
        *(Group(placement, costs(runs, placement)) for placement in PLACEMENTS),
        *(Group(placement, telling(runs, placement)) for placement in PLACEMENTS),
    ]
    shared = [
        Group(one.placement, tuple(line for line in one.headlines if line.is_shared))
        for one in found
    ]

    return tuple(one for one in shared if one.headlines)


def costs(runs: Sequence[Run], placement: str) -> tuple[Headline, ...]:
    """Give what `def` costs more than `async def`, in seconds and as a ratio, and a hop."""
    pairs = the_pairs(runs, placement)
    slopes, kinds = slopes_of(runs, placement)

    return (
        Headline(
            "`def` more than `async-def`",
            tuple(pair.difference if pair else None for pair in pairs),
        ),
        Headline(
            "`def` ÷ `async-def`", tuple(pair.ratio if pair else None for pair in pairs), True
        ),
        Headline(f"per hop, over {kinds} handler kinds", slopes),
    )


def the_pairs(runs: Sequence[Run], placement: str) -> tuple[Pair | None, ...]:
    """Compare `def` with `async-def` through the same instrument in every run."""
    found = [
        tuple(
            compare(
                run.rows.find(study, "def", placement, instrument),
                run.rows.find(study, "async-def", placement, instrument),
            )
            for run in runs
        )
        for study, instrument in PAIRED_IN
    ]

    return max(found, key=lambda pairs: sum(pair is not None for pair in pairs))


def slopes_of(runs: Sequence[Run], placement: str) -> tuple[tuple[Estimate | None, ...], int]:
    """Fit each run's own line through the kinds they share; also how many kinds these are."""
    every = [run.kinds.get(placement, {}) for run in runs]
    names = [set(kinds) for kinds in every if len(kinds) >= FEWEST_PAIRS]
    shared = set.intersection(*names) if names else set()

    return tuple(slope(kinds, shared) for kinds in every), len(shared)


def slope(kinds: Kinds, shared: set[str]) -> Estimate | None:
    """Fit one line; None without all of the shared kinds, or with too few of them."""
    if not shared or not shared <= kinds.keys():
        return None

    line = regress([Point(p.name, p.hops, p.contrast) for n, p in kinds.items() if n in shared])

    return None if line is None or line.left_out else line.slope


def telling(runs: Sequence[Run], placement: str) -> tuple[Headline, ...]:
    """Choose a few kinds: those that most runs have, in the order of TELLING."""
    every = [run.kinds.get(placement, {}) for run in runs]
    measured = Counter(name for kinds in every for name in kinds)
    known = [name for name in TELLING if measured[name] >= FEWEST_RUNS]
    chosen = sorted(known, key=lambda name: -measured[name])[:KINDS_SHOWN]

    return tuple(of_kind(name, every) for name in chosen)


def of_kind(name: str, every: Sequence[Kinds]) -> Headline:
    """Give what a kind costs more than its twin; its hops are named if they are the same in all."""
    pairs = [kinds.get(name) for kinds in every]
    hops = {pair.hops for pair in pairs if pair is not None}
    counted = f", {digits.counted(hops.pop(), 'hop')}" if len(hops) == 1 else ""

    return Headline(
        f"`{name}`{counted}", tuple(pair.difference if pair else None for pair in pairs)
    )


def kinds_in_all(runs: Sequence[Run], placement: str) -> tuple[Headline, ...]:
    """Give every handler kind that at least two runs have, in the order of the first."""
    every = [run.kinds.get(placement, {}) for run in runs]
    names = dict.fromkeys(name for kinds in every for name in kinds)
    found = (of_kind(name, every) for name in names)

    return tuple(line for line in found if line.is_shared)


def unlike_hops(runs: Sequence[Run]) -> tuple[str, ...]:
    """Name the kinds that do not make as many hops in every run: other versions, other paths."""
    counts: dict[str, set[int]] = {}

    for run in runs:
        for kinds in run.kinds.values():
            for name, pair in kinds.items():
                counts.setdefault(name, set()).add(pair.hops)

    return tuple(name for name, found in counts.items() if len(found) > 1)
