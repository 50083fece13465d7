"""Turns the `remedies` rows into all numbers of the section."""

from dataclasses import dataclass

from analysis.benchmark import AGAIN
from analysis.estimate import Estimate
from analysis.placement import PLACEMENT_WORDS
from analysis.remedies import upstream
from analysis.remedies.floor import Floor, floor
from analysis.remedies.measured import ALONE, LOADS, MANY, STUDY, compared, row
from analysis.remedies.upstream import ALL, ENDPOINT, HOP, MODEL, TARGETS, Control, Variant
from analysis.remedies.users import DEFAULTS, Group, Remedy, groups
from analysis.rows import Provenance, Rows

PRECEDENT = 761
"""The pull request that gave AnyIO's locks and semaphores `fast_acquire`."""


@dataclass(frozen=True)
class Again:
    """A default under two names: their ratio, which is known to be 1."""

    name: str
    placement: str
    in_flight: int
    ratio: Estimate


@dataclass(frozen=True)
class Numbers:
    """All of this section; the main placement is the first."""

    placements: tuple[str, ...]
    groups: tuple[Group, ...]
    variants: tuple[Variant, ...]
    controls: tuple[Control, ...]
    again: tuple[Again, ...]
    floors: tuple[Floor, ...]
    provenance: Provenance
    rounds: int
    alone: int = ALONE
    many: int = MANY
    loads: tuple[int, ...] = LOADS
    hop: str = HOP
    endpoint: str = ENDPOINT
    model: str = MODEL
    precedent: int = PRECEDENT

    @property
    def main(self) -> str:
        """The placement that headlines speak of."""
        return self.placements[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The placements that are not the main one."""
        return self.placements[1:]

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """All remedies, defaults included."""
        return tuple(one for group in self.groups for one in group.all)

    @property
    def all_steps(self) -> Variant | None:
        """The variant that leaves out everything."""
        return self.variant(ALL)

    @property
    def distributions(self) -> dict[str, str]:
        """The installed versions, by name."""
        return dict(self.provenance.distributions)

    def group(self, default: str) -> Group | None:
        """Find the group of a default."""
        return next((one for one in self.groups if one.default.name == default), None)

    def variant(self, name: str) -> Variant | None:
        """Find a variant."""
        return next((one for one in self.variants if one.name == name), None)

    def control(self, target: str, placement: str, in_flight: int = ALONE) -> Control | None:
        """Find the control of a target under one load."""
        wanted = (target, placement, in_flight)

        return next(
            (one for one in self.controls if (one.target, one.placement, one.in_flight) == wanted),
            None,
        )

    def floor(self, placement: str) -> Floor | None:
        """Find the floor on a placement."""
        return next((one for one in self.floors if one.placement == placement), None)

    @staticmethod
    def words(placement: str) -> str:
        """Write a placement for people."""
        return PLACEMENT_WORDS[placement]

    @staticmethod
    def target(name: str) -> str:
        """Write a target for people."""
        return TARGETS[name]


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if nothing of the study was measured."""
    measured = tuple(one for one in rows.study(STUDY) if one.visits)
    if not measured:
        return None

    placements = tuple(
        placement
        for placement in rows.placements
        if any(one.placement == placement for one in measured)
    )
    floors = (floor(rows, placement) for placement in placements)

    return Numbers(
        placements=placements,
        groups=groups(rows),
        variants=upstream.variants(rows),
        controls=upstream.controls(rows),
        again=again(rows, placements),
        floors=tuple(one for one in floors if one is not None),
        provenance=rows.provenance,
        rounds=max(len(one.visits) for one in measured),
    )


def again(rows: Rows, placements: tuple[str, ...]) -> tuple[Again, ...]:
    """Compare every default with itself."""
    found = []

    for name in DEFAULTS:
        for placement in placements:
            for in_flight in LOADS:
                first = row(rows, name, placement, in_flight=in_flight)
                second = row(rows, name + AGAIN, placement, in_flight=in_flight)
                if ratio := compared(second, first):
                    found.append(Again(name, placement, in_flight, ratio))

    return tuple(found)
