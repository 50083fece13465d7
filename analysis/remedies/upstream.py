"""Turns the rows of patched hops into savings: a copy of the hop minus the copy without a step.

The copy, which leaves nothing out, is what a variant differs from by its steps alone; from the
installed hop it differs by what copying costs, too. Where a whole hop goes, what copying that hop
costs would go with it: of two hops, one is taken as installed then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.benchmark import Benchmark
from analysis.contrasts import difference, estimate, plus
from analysis.estimate import Estimate
from analysis.remedies.broken import broken_by
from analysis.remedies.measured import ALONE, LOADS, STUDY, compared, row, told
from analysis.rows import Rows

HOP, ENDPOINT, MODEL = "patched-hop", "patched-def", "patched-def-model"
TARGETS = {HOP: "the hop alone", ENDPOINT: "`def`", MODEL: "`def` with a return annotation"}
UNPATCHED, BEFORE, AFTER, COPY = "unpatched", "before", "after", "copy"
FUSED, ALL = "fused", "all"
ORDER = (
    "no-checkpoint",
    "quick-limiter",
    "no-scope",
    "simple-queue",
    "early-idle",
    FUSED,
    ALL,
)


@dataclass(frozen=True)
class Saving:
    """What one variant saves of one target under one load.

    Attributes:
        saved: copy minus variant, per request, or per hop where the hop is alone; seconds.
        of: the copy; seconds.
        passes: passes of the event loop that are saved; None if not counted.
    """

    target: str
    placement: str
    in_flight: int
    saved: Estimate
    of: Estimate
    passes: int | None


@dataclass(frozen=True)
class Variant:
    """The hop without a step: what changes by it, and what it saves where."""

    name: str
    way: str
    changes: str
    breaks: str
    upstream: str
    savings: tuple[Saving, ...]

    def saving(self, target: str, placement: str, in_flight: int = ALONE) -> Saving | None:
        """Find what it saves of one target under one load."""
        wanted = (target, placement, in_flight)

        return next(
            (one for one in self.savings if (one.target, one.placement, one.in_flight) == wanted),
            None,
        )


@dataclass(frozen=True)
class Control:
    """One target under one load: ratios that are known to be 1 if nothing leaks.

    Attributes:
        copy: a patch that leaves nothing out, to what is installed.
        after: what is installed, after all patches to before the first.
        between: the same, in turns with the patches to before the first.
    """

    target: str
    placement: str
    in_flight: int
    copy: Estimate | None
    after: Estimate | None
    between: Estimate | None


def variants(rows: Rows) -> tuple[Variant, ...]:
    """List the variants that were measured, in the report's order."""
    found = (variant(rows, name) for name in ORDER)

    return tuple(one for one in found if one is not None)


def variant(rows: Rows, name: str) -> Variant | None:
    """Gather what is known of one variant; None if it was not measured."""
    measured = [one for one in rows.study(STUDY) if one.visits and is_variant(one, name)]
    savings = tuple(found for where in loads(rows) if (found := saving(rows, name, *where)))
    if not measured or not savings:
        return None

    facts = {fact: told(measured[0], fact) for fact in ("way", "changes", "upstream")}

    return Variant(name, savings=savings, breaks=broken_by(name), **facts)


def is_variant(found: Benchmark, name: str) -> bool:
    """Tell a row of a variant."""
    return dict(found.factors).get("variant") == name


def loads(rows: Rows) -> Iterator[tuple[str, str, int]]:
    """List target, placement and requests in flight, in the report's order."""
    for target in TARGETS:
        for placement in rows.placements:
            for in_flight in LOADS:
                yield target, placement, in_flight


def saving(rows: Rows, name: str, target: str, placement: str, in_flight: int) -> Saving | None:
    """Subtract a variant from the copy that leaves nothing out, paired by round."""
    installed, copy, patched = (
        row(rows, target, placement, in_flight=in_flight, variant=one)
        for one in (UNPATCHED, COPY, name)
    )
    if installed is None or copy is None or patched is None:
        return None

    whole = plus(copy)
    if target == MODEL and name in (FUSED, ALL):
        whole = ((0.5, copy), (0.5, installed))

    saved, of = estimate(difference(whole, plus(patched))), estimate(whole)
    if saved is None or of is None:
        return None

    before, after = copy.counts.loop_passes, patched.counts.loop_passes
    passes = None if before is None or after is None else before - after

    return Saving(target, placement, in_flight, saved, of, passes)


def controls(rows: Rows) -> tuple[Control, ...]:
    """Compare what is known to be equal, wherever it was measured."""
    found = []

    for target, placement, in_flight in loads(rows):
        by_name = {
            name: row(rows, target, placement, in_flight=in_flight, variant=name)
            for name in (UNPATCHED, BEFORE, AFTER, COPY)
        }
        ratios = (
            compared(by_name[COPY], by_name[UNPATCHED]),
            compared(by_name[AFTER], by_name[BEFORE]),
            compared(by_name[UNPATCHED], by_name[BEFORE]),
        )
        if any(ratios):
            found.append(Control(target, placement, in_flight, *ratios))

    return tuple(found)
