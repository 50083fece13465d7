"""Turns rows into all numbers of the section `factors`."""

from dataclasses import dataclass, replace

from analysis.answer import the_pair
from analysis.factors.causes import Cause, cause, is_large
from analysis.factors.convoy import Convoy, convoys
from analysis.factors.effects import PAIR, Level, elsewhere, levels
from analysis.factors.levels import AGAIN, DEFAULT, FACTORS, Changed
from analysis.factors.mechanism import CPU, PARTS, SWITCHES
from analysis.pairs import Pair
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows


@dataclass(frozen=True)
class Placed:
    """Every level on one placement; `elsewhere` is the same pair in another study of the run."""

    placement: str
    levels: tuple[Level, ...]
    elsewhere: Pair | None = None
    convoys: tuple[Convoy, ...] = ()

    @property
    def words(self) -> str:
        """The placement for people."""
        return PLACEMENT_WORDS[self.placement]

    def level(self, changed: Changed) -> Level | None:
        """Find a level."""
        return next((one for one in self.levels if one.changed == changed), None)

    @property
    def default(self) -> Level | None:
        """The level that all others are compared with."""
        return self.level(DEFAULT)

    @property
    def again(self) -> Level | None:
        """The A/A control."""
        return self.level(AGAIN)

    @property
    def compared(self) -> tuple[Level, ...]:
        """Levels that have an effect: all but the default."""
        return tuple(one for one in self.levels if one.more is not None)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The large effects of single factors, the largest first, with what they consist of."""
        usual = self.default

        if usual is None:
            return ()

        large = [one for one in self.compared if not one.is_product and is_large(one, usual)]
        found = (cause(one, usual) for one in sorted(large, key=size, reverse=True))

        return tuple(one for one in found if one is not None)

    @property
    def without_effect(self) -> tuple[Level, ...]:
        """Single factors that cannot be told from the default."""
        return tuple(
            one
            for one in self.compared
            if not one.is_product and not one.is_control and one.pair and not one.pair.differs
        )


@dataclass(frozen=True)
class Numbers:
    """All of this section, the main placement first."""

    placed: tuple[Placed, ...]
    parts: tuple[tuple[str, str], ...] = tuple(PARTS.items())
    cpu: tuple[tuple[str, str], ...] = tuple(CPU.items())
    switches: tuple[tuple[str, str], ...] = tuple(SWITCHES.items())
    defaults: tuple[str, ...] = tuple(filter(None, FACTORS.values()))
    pair: str = PAIR

    @property
    def main(self) -> Placed:
        """The placement that headlines speak of."""
        return self.placed[0]

    @property
    def placement(self) -> Level | None:
        """What the other placement changes; None if there is only one."""
        return next((one for one in self.main.levels if one.is_placement), None)

    @property
    def changes(self) -> tuple[Changed, ...]:
        """What was changed on any placement: the largest effect first, on the main placement."""
        every = dict.fromkeys(one.changed for place in self.placed for one in place.compared)

        return tuple(sorted(every, key=self.rank, reverse=True))

    def rank(self, changed: Changed) -> tuple[bool, float]:
        """Give the place of a level in a sorted list: those of the main placement first."""
        for place in self.placed:
            level = place.level(changed)
            if level is not None and level.more is not None:
                return place is self.main, level.more.value

        return False, 0.0


def size(level: Level) -> float:
    """Give how large an effect is, whatever its sign."""
    return abs(level.more.value) if level.more else 0.0


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if no hop was measured by default."""
    found = tuple(
        Placed(
            placement,
            levels(rows, placement),
            the_pair(rows, placement),
            convoys(rows, placement),
        )
        for placement in rows.placements
    )
    measured = tuple(one for one in found if one.default and one.default.pair)

    return Numbers(with_placement(rows, measured)) if measured else None


def with_placement(rows: Rows, placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """Add the other placement to the levels of the main one: it is a factor as well."""
    if len(placed) < 2:
        return placed

    main, other = placed
    level = elsewhere(rows, main.placement, other.placement)

    return replace(main, levels=(*main.levels, level)), other
