"""Turns rows into everything that one placement has; what was not measured is left out."""

from dataclasses import dataclass

from analysis.concurrency.controls import Control, Memory, control, memory
from analysis.concurrency.curves import (
    HEAVY,
    LIGHT,
    SUBJECTS,
    TOKENS,
    Point,
    growth,
    points,
    step,
)
from analysis.concurrency.garbage import Garbage, garbage
from analysis.concurrency.limits import Limited, limited
from analysis.concurrency.model import Wave, waves
from analysis.concurrency.queues import Health, Held, health, held
from analysis.concurrency.waits import TOKEN, Waits, waits
from analysis.estimate import Estimate
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows

SHOWN = (LIGHT, TOKENS, HEAVY, 1000)


@dataclass(frozen=True)
class Placed:
    """Everything that one placement has."""

    placement: str
    points: tuple[Point, ...]
    over_limit: Estimate | None
    growth: Estimate | None
    memory: tuple[Memory, ...]
    limited: tuple[Limited, ...]
    garbage: tuple[Garbage, ...]
    controls: tuple[Control, ...]
    waits: tuple[Waits, ...]
    held: tuple[Held, ...]
    health: Health | None
    waves: tuple[Wave, ...]

    @property
    def collected(self) -> Garbage | None:
        """The heaviest of the loads at which collections show as the longest latency, if any."""
        return next((one for one in reversed(self.garbage) if one.shows), None)

    @property
    def words(self) -> str:
        """The placement for people."""
        return PLACEMENT_WORDS[self.placement]

    @property
    def empty(self) -> bool:
        """Whether nothing was measured here."""
        parts = (self.points, self.limited, self.waits, self.held, self.health, self.waves)

        return not any(parts)

    def at(self, in_flight: int) -> Point | None:
        """Find a load."""
        return next((one for one in self.points if one.in_flight == in_flight), None)

    @property
    def release_seconds(self) -> float | None:
        """When a holder is released where all tokens are held."""
        return self.held_fact("release_seconds")

    @property
    def others(self) -> float | None:
        """How many others keep arriving while tokens are held."""
        return self.held_fact("others")

    @property
    def others_block_seconds(self) -> float | None:
        """How long each of them blocks its thread."""
        return self.held_fact("others_block_seconds")

    def held_fact(self, name: str) -> float | None:
        """Give a condition of the probes; None if they do not say."""
        return next((found for probe in self.held if (found := probe.conditions.get(name))), None)

    @property
    def waves_against(self) -> tuple[float, ...]:
        """The measured waves over what the formula gives, ascending."""
        return tuple(sorted(wave.against.value for wave in self.waves))

    @property
    def shown(self) -> tuple[Point, ...]:
        """The loads that sentences speak of, where the pair was measured."""
        return tuple(p for p in self.points if p.in_flight in SHOWN and p.pair is not None)

    def threads_from_limit(self, subject: str) -> tuple[int, ...]:
        """List the different counts of threads that a handler has from the limit on, ascending."""
        sides = (side for p in self.points if p.in_flight >= TOKENS for side in p.sides)
        counts = {side.threads for side in sides if side.subject == subject}

        return tuple(sorted(count for count in counts if count is not None))

    @property
    def compared(self) -> tuple[Limited, ...]:
        """The sizes of the limiter that have the usual one to be compared with."""
        return tuple(size for size in self.limited if size.against is not None)

    @property
    def token_leads_from(self) -> int | None:
        """The load from which on waiting for a token is the largest part; None if there is none."""
        leads = None

        for one in reversed(self.waits):
            if one.largest.name != TOKEN:
                break
            leads = one.in_flight

        return leads


def placed(rows: Rows, placement: str) -> Placed:
    """Compute what one placement has."""
    every = points(rows, placement)
    at = {point.in_flight: point for point in every}
    memories = (memory(rows, subject, placement) for subject in SUBJECTS)
    controls = (control(rows, subject, placement) for subject in reversed(SUBJECTS))

    return Placed(
        placement=placement,
        points=every,
        over_limit=step(rows, placement, TOKENS, TOKENS + 1),
        growth=growth(at.get(LIGHT), at.get(HEAVY)),
        memory=tuple(one for one in memories if one is not None),
        limited=limited(rows, placement, TOKENS),
        garbage=garbage(rows, placement),
        controls=tuple(one for one in controls if one is not None),
        waits=waits(rows, placement),
        held=held(rows, placement),
        health=health(rows, placement),
        waves=waves(rows, placement, TOKENS),
    )
