"""Turns rows into all numbers of the section `concurrency`; what was not measured is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.concurrency.curves import CROWD, HEAVY, LIGHT, SUBJECTS, TOKENS
from analysis.concurrency.measured import HALF, STUDY, TAIL
from analysis.concurrency.model import FORMULA
from analysis.concurrency.placed import Placed, placed
from analysis.concurrency.waits import MEANINGS, WORDS
from analysis.concurrency.words import latency, size
from analysis.rows import Rows


@dataclass(frozen=True)
class Crowd:
    """The most requests in flight: which handlers were measured, how often, and the failures."""

    in_flight: int
    subjects: tuple[str, ...]
    visits: int
    failures: int


@dataclass(frozen=True)
class Numbers:
    """All of this section, the main placement first; names and words for its template."""

    placed: tuple[Placed, ...]
    crowd: Crowd | None
    tokens: int = TOKENS
    light: int = LIGHT
    heavy: int = HEAVY
    formula: str = FORMULA
    latency = staticmethod(latency)
    size = staticmethod(size)
    parts: tuple[tuple[str, str], ...] = tuple(WORDS.items())
    meanings: Mapping[str, str] = field(default_factory=lambda: MEANINGS)
    same: float = 1.0
    half: str = HALF
    tail: str = TAIL

    @property
    def main(self) -> Placed:
        """The placement that headlines speak of."""
        return self.placed[0]

    def having(self, part: str) -> tuple[Placed, ...]:
        """List the placements that have some part, such as `waves`."""
        return tuple(one for one in self.placed if getattr(one, part))

    def first(self, part: str) -> Placed | None:
        """Find the first placement that has some part."""
        return next(iter(self.having(part)), None)


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if no part of it was measured."""
    placements = (p for p in rows.placements if any(r.placement == p for r in rows.study(STUDY)))
    found = (placed(rows, placement) for placement in placements)
    measured = tuple(one for one in found if not one.empty)

    return Numbers(measured, crowd(rows)) if measured else None


def crowd(rows: Rows) -> Crowd | None:
    """Count the visits at the most requests in flight, failed ones too; None if there is none."""
    found = [
        row
        for row in rows.study(STUDY)
        if row.subject in SUBJECTS and dict(row.factors).get("in_flight") == CROWD
    ]
    visited = {(row.visited, visit.round) for row in found for visit in row.visits}
    failed = {(one.benchmark, one.round) for row in found for one in row.failures}
    subjects = tuple(s for s in SUBJECTS if any(row.subject == s and row.visits for row in found))

    return Crowd(CROWD, subjects, len(visited), len(failed)) if found else None
