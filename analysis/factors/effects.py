"""Turns rows into effects: what a hop costs at a level, less what it costs by default."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.contrasts import Contrast, difference, estimate, plus, share_of
from analysis.estimate import Estimate
from analysis.factors.levels import AGAIN, DEFAULT, PLACEMENT, Changed, order, words
from analysis.factors.lookup import STUDY, find
from analysis.factors.mechanism import Mechanism, mechanism
from analysis.rows import Rows

REQUEST = "request"

# What one hop costs, by name: a subject, and what of its time is none of the hop's.
PAIR = "pair"
COSTS = {
    PAIR: ("def", "async-def"),
    "model": ("def-model", "async-def-model"),
    "anyio-run-sync": ("anyio-run-sync", ""),
    "run-in-threadpool": ("run-in-threadpool", ""),
    "beside-request": ("beside-request", "async-def"),
}


@dataclass(frozen=True)
class Effect:
    """One cost at one level: the cost, and what it is more than by default; seconds, and a ratio.

    At the default itself there is nothing to compare with.
    """

    cost: Estimate
    more: Estimate | None = None
    ratio: Estimate | None = None

    @property
    def differs(self) -> bool:
        """Whether the level can be told from the default."""
        return self.more is not None and not self.more.includes(0.0)


@dataclass(frozen=True)
class Level:
    """One level, or several at once, on one placement."""

    changed: Changed
    placement: str
    effects: Mapping[str, Effect] = field(default_factory=dict)
    mechanism: Mechanism | None = None

    @property
    def words(self) -> str:
        """The level for people."""
        return words(self.changed)

    @property
    def pair(self) -> Effect | None:
        """The effect that is drawn: on the pair."""
        return self.effects.get(PAIR)

    @property
    def more(self) -> Estimate | None:
        """What a hop of the pair costs more than by default."""
        return self.pair.more if self.pair else None

    @property
    def is_product(self) -> bool:
        """Whether several factors are changed at once."""
        return len(self.changed) > 1

    @property
    def is_placement(self) -> bool:
        """Whether it is the default, placed elsewhere."""
        return any(name == PLACEMENT for name, _ in self.changed)

    @property
    def is_control(self) -> bool:
        """Whether nothing but the name is changed."""
        return self.changed == AGAIN


def levels(rows: Rows, placement: str) -> tuple[Level, ...]:
    """List the levels measured on a placement: the default, single factors, then products."""
    found = {row.factors for row in rows.study(STUDY) if row.placement == placement and row.visits}

    return tuple(level(rows, placement, changed) for changed in sorted(found, key=order))


def level(rows: Rows, placement: str, changed: Changed) -> Level:
    """Compute one level."""
    effects = {
        name: one
        for name in COSTS
        if (one := effect(cost(rows, name, placement, changed), default(rows, name, placement)))
    }

    return Level(changed, placement, effects, mechanism(rows, placement, changed))


def elsewhere(rows: Rows, main: str, other: str) -> Level:
    """Give the default on another placement as a level on the main one."""
    effects = {
        name: one
        for name in COSTS
        if (one := effect(default(rows, name, other), default(rows, name, main)))
    }

    return Level(((PLACEMENT, other),), main, effects, mechanism(rows, other, DEFAULT))


def effect(at: Contrast | None, usual: Contrast | None) -> Effect | None:
    """Compare a cost at a level with the default, paired by round."""
    found = estimate(at) if at else None

    if at is None or found is None:
        return None

    if usual is None or usual == at:
        return Effect(found)

    return Effect(found, estimate(difference(at, usual)), share_of(at, usual))


def default(rows: Rows, name: str, placement: str) -> Contrast | None:
    """Give a cost by default."""
    return cost(rows, name, placement, DEFAULT)


def cost(rows: Rows, name: str, placement: str, changed: Changed) -> Contrast | None:
    """Give what is called a cost at a level; None if a part of it was not measured."""
    subject, without = COSTS[name]
    upper = find(rows, subject, placement, REQUEST, changed)
    lower = find(rows, without, placement, REQUEST, changed) if without else None

    if upper is None or (without and lower is None):
        return None

    return plus(upper) if lower is None else difference(plus(upper), plus(lower))
