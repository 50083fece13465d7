"""Turns all runs of a page into the trivial pair of each: how far one number goes between runs.

Each study measures `def` against `async def` in its own way, but one request at a time all of them
do the same. The numbers stand side by side and are never pooled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import digits
from analysis.pairs import Pair, compare
from analysis.placement import PLACEMENTS
from analysis.rows import Rows
from analysis.source import Source

# Where a run has the pair: the first of these that it has.
PLACES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("harness", {"instrument": "exchange"}),
    ("factors", {"metric": "request"}),
    ("concurrency", {"metric": "request", "in_flight": 1}),
    ("remedies", {"metric": "request", "in_flight": 1}),
    ("releases", {"metric": "request", "stack": "locked"}),
)
CONDITIONS = ("python_version", "kernel", "cpu_model_name")
PACKAGES = ("fastapi", "starlette", "anyio")


@dataclass(frozen=True)
class Seen:
    """The pair of one run, by placement, and the study that measured it."""

    source: Source
    study: str
    pairs: Mapping[str, Pair]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Under which Python, kernel and CPU, with which packages, and how timed, in this order."""
        told = self.source.rows.provenance
        installed = dict(told.distributions)

        return (
            *(told.fact(name) for name in CONDITIONS),
            *(installed.get(name, "none") for name in PACKAGES),
            "calm moments" if told.is_calm else "all moments",
        )


def seen(sources: Sequence[Source]) -> tuple[Seen, ...]:
    """List the pair of every run that has one; a file that is named twice counts once."""
    once = {source.rows.provenance.data_sha256: source for source in sources}
    found = (of_run(source) for source in once.values())

    return tuple(one for one in found if one is not None)


def of_run(source: Source) -> Seen | None:
    """Find the pair of one run; None if it has none."""
    for study, where in PLACES:
        pairs = {
            placement: pair
            for placement in PLACEMENTS
            if (pair := the_pair(source.rows, study, placement, where))
        }
        if pairs:
            return Seen(source, study, pairs)

    return None


def the_pair(rows: Rows, study: str, placement: str, where: Mapping[str, Any]) -> Pair | None:
    """Compare `def` with `async-def` in one study."""
    own, twin = (rows.find(study, subject, placement, **where) for subject in ("def", "async-def"))

    return compare(own, twin)


def ranges(found: Sequence[Seen]) -> dict[str, str]:
    """Give what all runs say on each placement, where the first's interval does not hold it all.

    The first run is the one whose number the page leads with; those under other conditions than it
    are left out.
    """
    return {placement: text for placement in PLACEMENTS if (text := range_of(found, placement))}


def range_of(found: Sequence[Seen], placement: str) -> str:
    """Write the lowest and the highest number of a placement; empty if all lie within the first."""
    alike = [one for one in found if one.conditions == found[0].conditions]
    every = [one.pairs[placement].difference for one in alike if placement in one.pairs]

    if not every or all(every[0].includes(one.value) for one in every):
        return ""

    low, high = (pick(every, key=lambda one: one.value) for pick in (min, max))

    return f"{digits.short_time(low)} to {digits.short_time(high)}"
