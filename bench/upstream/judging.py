"""From trials to a table, and to sentences where what was found is not what a variant says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bench.remedies.variants import Variant
from bench.upstream.outcomes import names
from bench.upstream.trials import Trial

HEADS = ("suite", "variant", "tests run", "hops", "failing", "failing only under it", "at times")
NUMBERS = slice(2, 5)


def table(trials: Iterable[Trial]) -> Iterator[str]:
    """Lines of aligned columns."""
    rows = [HEADS, *map(row, trials)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        aligned = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        aligned[NUMBERS] = [
            cell.rjust(width) for cell, width in zip(cells[NUMBERS], widths[NUMBERS], strict=True)
        ]
        yield "  ".join(aligned).rstrip()


def row(trial: Trial) -> tuple[str, ...]:
    """What one suite said of one variant."""
    outcomes = trial.outcomes
    counts = (len(outcomes.ran), outcomes.hops, len(outcomes.failed))
    told = ("",) * 2 if trial.variant is None else (listed(trial.only), listed(trial.at_times))
    return (trial.suite.title, trial.name, *map(str, counts), *told)


def listed(tests: Iterable[str]) -> str:
    """Names, or that there are none."""
    return ", ".join(names(tests)) or "none"


def differences(trials: Iterable[Trial]) -> Iterator[str]:
    """A sentence for each suite and variant where they differ from what the variant says."""
    for trial in trials:
        if trial.variant is not None:
            found, said = set(names(trial.only)), said_of(trial.variant, trial.suite.title)
            if found != said:
                yield (
                    f"{trial.name} must break of {trial.suite.title} what its `breaks` says, "
                    f"{ordered(said)}, but breaks {ordered(found)}"
                )


def said_of(variant: Variant, suite: str) -> set[str]:
    """The tests of a suite that a variant says it breaks."""
    return {broken.test for broken in variant.breaks if broken.suite == suite}


def ordered(tests: set[str]) -> str:
    """Names, or `nothing`."""
    return ", ".join(sorted(tests)) or "nothing"
