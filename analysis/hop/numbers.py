"""Turns the `hop` rows into every ladder on every placement."""

from dataclasses import dataclass

from analysis.estimate import Estimate
from analysis.ladder import (
    Closure,
    Part,
    Rung,
    closure,
    extra,
    ladder,
    parts,
    rung_above,
)
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows

BELOW = "beside-request"
NO_COMPANY = "beside-hop"


@dataclass(frozen=True)
class Beside:
    """A hop beside other code: its cost, and what of it a hop alone does not cost; seconds."""

    rung: Rung
    extra: Estimate | None


@dataclass(frozen=True)
class Placed:
    """Every ladder on one placement."""

    placement: str
    steps: tuple[Rung, ...]
    closure: Closure | None
    parts: tuple[Part, ...]
    threads: tuple[Rung, ...]
    starlette: tuple[Rung, ...]
    starlette_closure: Closure | None
    company: tuple[Beside, ...]
    cold: tuple[Rung, ...]
    resources: tuple[Rung, ...]
    extra_beside_request: Estimate | None
    extra_beside_hop: Estimate | None

    @property
    def company_grows(self) -> bool:
        """Whether more memory read in between makes the hop dearer, beyond the intervals."""
        walks = [one.extra for one in self.company if one.extra and one.rung.subject != NO_COMPANY]

        return len(walks) > 1 and walks[0].high < walks[-1].low

    def step(self, subject: str) -> Rung | None:
        """Find a rung of ladder `steps`."""
        return next((rung for rung in self.steps if rung.subject == subject), None)

    @property
    def words(self) -> str:
        """The placement for people."""
        return PLACEMENT_WORDS[self.placement]


@dataclass(frozen=True)
class Numbers:
    """All of this section, the main placement first."""

    placed: tuple[Placed, ...]

    @property
    def main(self) -> Placed:
        """The placement that headlines speak of."""
        return self.placed[0]

    def table(self, name: str) -> tuple[tuple[Rung, tuple[Rung | None, ...]], ...]:
        """Join the placements of a ladder: each rung, and what it is on every placement."""
        ladders = [{rung.subject: rung for rung in getattr(one, name)} for one in self.placed]
        every = {subject: rung for found in reversed(ladders) for subject, rung in found.items()}
        order = dict.fromkeys(subject for found in ladders for subject in found)

        return tuple(
            (every[subject], tuple(found.get(subject) for found in ladders)) for subject in order
        )


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if no increment was measured."""
    found = tuple(placed(rows, placement) for placement in rows.placements)
    measured = tuple(one for one in found if any(rung.increment for rung in one.steps))

    return Numbers(measured) if measured else None


def placed(rows: Rows, placement: str) -> Placed:
    """Climb every ladder on one placement."""
    steps = ladder(rows, "steps", placement)
    threads = ladder(rows, "threads", placement)
    anyio = rung_above(rows, "anyio-run-sync", threads, placement)

    return Placed(
        placement=placement,
        steps=steps,
        closure=closure(rows, placement),
        parts=parts(rows, placement),
        threads=threads if anyio is None else (*threads, anyio),
        starlette=ladder(rows, "starlette", placement),
        starlette_closure=closure(rows, placement, "starlette-def", "beside-starlette-request"),
        company=tuple(
            Beside(rung, extra(rows, rung.subject, placement))
            for rung in ladder(rows, "company", placement)
        ),
        cold=ladder(rows, "cold", placement),
        resources=ladder(rows, "resources", placement),
        extra_beside_request=extra(rows, BELOW, placement),
        extra_beside_hop=extra(rows, NO_COMPANY, placement),
    )
