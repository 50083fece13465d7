"""Turns the `handlers` rows into kinds, pairs, the line through them, and its outliers."""

from dataclasses import dataclass
from statistics import median

from analysis.benchmark import Benchmark
from analysis.contrasts import difference, estimate, plus
from analysis.estimate import Estimate
from analysis.pairs import Pair, compare
from analysis.regression import Point, Regression, regress
from analysis.rows import Rows

STUDY = "handlers"
ONE_HOP, MANY_HOPS = "def-deps-1", "def-deps-8"


@dataclass(frozen=True)
class Kind:
    """One handler kind on one placement: its own time; seconds."""

    row: Benchmark
    time: Estimate | None


@dataclass(frozen=True)
class Outlier:
    """A pair far from the line, and what its exact counts say of it."""

    pair: Pair
    residual: float
    passes_per_hop: float | None
    usual_passes_per_hop: float | None
    more_tasks: int
    more_threads: int

    @property
    def passes_differ(self) -> bool:
        """Whether the event loop turns more or less often per hop than for the median pair."""
        if self.passes_per_hop is None or self.usual_passes_per_hop is None:
            return False

        return abs(self.passes_per_hop - self.usual_passes_per_hop) >= 0.5


@dataclass(frozen=True)
class Catalogue:
    """All of this section; `placement` is that of the kinds, the pairs and the line."""

    placement: str
    kinds: tuple[Kind, ...]
    pairs: tuple[Pair, ...]
    regression: Regression | None
    outliers: tuple[Outlier, ...]
    elsewhere: tuple[tuple[str, tuple[Pair, ...]], ...]
    unpaired: tuple[str, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """Families that have a kind, in catalogue order."""
        return tuple(dict.fromkeys(str(kind.row.family) for kind in self.kinds))

    def kinds_of(self, family: str) -> tuple[Kind, ...]:
        """List the kinds of a family, in catalogue order."""
        return tuple(kind for kind in self.kinds if kind.row.family == family)

    def pairs_of(self, family: str) -> tuple[Pair, ...]:
        """List the pairs of a family, in catalogue order."""
        return tuple(pair for pair in self.pairs if pair.kind.family == family)

    def pair(self, name: str) -> Pair | None:
        """Find a pair by the handler kind's name."""
        return next((pair for pair in self.pairs if pair.name == name), None)

    @property
    def one_hop(self) -> Pair | None:
        """The dependency that makes the first and only hop of its request."""
        return self.pair(ONE_HOP)

    @property
    def further_hop(self) -> Estimate | None:
        """What each hop after the first costs in one request: the dependencies, many less one."""
        one, many = self.one_hop, self.pair(MANY_HOPS)

        if one is None or many is None or many.hops <= one.hops:
            return None

        more = estimate(difference(many.contrast, one.contrast))

        return None if more is None else more.scaled(1 / (many.hops - one.hops))

    @property
    def dearest(self) -> Pair:
        """The pair with the largest difference."""
        return max(self.pairs, key=lambda pair: pair.difference.value)


def catalogue(rows: Rows) -> Catalogue | None:
    """Compute the section; None if no pair of a kind with hops and its twin was measured."""
    placements = [p for p in rows.placements if any(pair.hops > 0 for pair in pairs_on(rows, p))]

    if not placements:
        return None

    main, *others = placements
    pairs = pairs_on(rows, main)
    line = regress([Point(p.name, p.hops, p.contrast) for p in pairs if p.hops > 0])
    paired = {name for pair in pairs for name in (pair.name, pair.twin.subject)}

    return Catalogue(
        placement=main,
        kinds=tuple(Kind(row, estimate(plus(row))) for row in kinds_on(rows, main)),
        pairs=pairs,
        regression=line,
        outliers=outliers(pairs, line),
        elsewhere=tuple((other, pairs_on(rows, other)) for other in others),
        unpaired=tuple(
            row.subject
            for row in kinds_on(rows, main)
            if row.subject not in paired and (row.counts.hops or 0) > 0
        ),
    )


def kinds_on(rows: Rows, placement: str) -> tuple[Benchmark, ...]:
    """List the handler kinds that have a value on a placement, in catalogue order."""
    found = [row for row in rows.study(STUDY) if row.placement == placement and row.visits]

    return tuple(sorted(found, key=lambda row: row.catalogue_position or 0))


def pairs_on(rows: Rows, placement: str) -> tuple[Pair, ...]:
    """List the pairs of which both have a value, in catalogue order."""
    found = (
        compare(row, rows.find(STUDY, row.twin, placement)) for row in kinds_on(rows, placement)
    )

    return tuple(pair for pair in found if pair is not None)


def outliers(pairs: tuple[Pair, ...], line: Regression | None) -> tuple[Outlier, ...]:
    """Say of each outlier what its counts say."""
    if line is None:
        return ()

    by_name = {pair.name: pair for pair in pairs}
    passes = [pair.passes_per_hop for pair in pairs if pair.passes_per_hop is not None]
    usual = median(passes) if passes else None

    return tuple(
        Outlier(
            pair=by_name[name],
            residual=line.residual(name),
            passes_per_hop=by_name[name].passes_per_hop,
            usual_passes_per_hop=usual,
            more_tasks=by_name[name].more("tasks_created") or 0,
            more_threads=by_name[name].more("threads_started") or 0,
        )
        for name in line.outliers
    )
