"""Turns benchmarks into contrasts, and contrasts into estimates, paired by round.

Every number of the report is a contrast: a weighted sum of benchmarks, such as `def` minus
`async-def`. It is computed inside each round first, from the rounds in which all its members have a
value, so that drift of the machine cancels; then it is averaged over rounds, as `stats` says.
"""

from collections.abc import Iterable

import numpy as np

from analysis.benchmark import Benchmark
from analysis.estimate import Estimate
from analysis.stats import Floats, mean_of, ratio_of, share_of_values

Contrast = tuple[tuple[float, Benchmark], ...]


def plus(row: Benchmark) -> Contrast:
    """Take a benchmark itself as a contrast."""
    return ((1.0, row),)


def total(*contrasts: Contrast) -> Contrast:
    """Add contrasts; members that cancel are gone, so their rounds are not asked for."""
    weights: dict[str, float] = {}
    members = [member for contrast in contrasts for member in contrast]

    for weight, row in members:
        weights[row.name] = weights.get(row.name, 0.0) + weight

    rows = {row.name: row for _, row in members}

    return tuple((weight, rows[name]) for name, weight in weights.items() if weight)


def difference(upper: Contrast, lower: Contrast) -> Contrast:
    """Subtract one contrast from another."""
    return total(upper, tuple((-weight, row) for weight, row in lower))


def common_rounds(rows: Iterable[Benchmark]) -> tuple[int, ...]:
    """List the rounds in which every one of the benchmarks has a value, ascending."""
    found = [set(row.by_round) for row in rows]

    return tuple(sorted(set.intersection(*found))) if found else ()


def per_round(contrast: Contrast, rounds: Iterable[int]) -> Floats:
    """Evaluate a contrast in each of the rounds; shape (rounds,), unit of the benchmarks."""
    chosen = tuple(rounds)
    parts = [
        weight * np.array([row.by_round[number] for number in chosen]) for weight, row in contrast
    ]

    return np.sum(parts, axis=0) if parts else np.zeros(len(chosen))


def estimate(contrast: Contrast) -> Estimate | None:
    """Average a contrast over its common rounds; None if it has no common round."""
    rounds = common_rounds(row for _, row in contrast)

    return mean_of(per_round(contrast, rounds)) if rounds else None


def ratio(upper: Contrast, lower: Contrast) -> Estimate | None:
    """Divide two contrasts inside each round, and average; None without a common round.

    Both must be above 0 in every round: times, not differences. See `share_of` for those.
    """
    rounds = common_rounds(row for _, row in (*upper, *lower))

    return ratio_of(per_round(upper, rounds), per_round(lower, rounds)) if rounds else None


def share_of(part: Contrast, whole: Contrast) -> Estimate | None:
    """Divide the averages of two contrasts, paired by round; None without a common round.

    The ratio of the averages: so shares of one whole add up as their parts do, and a part may be
    below 0.
    """
    rounds = common_rounds(row for _, row in (*part, *whole))

    return share_of_values(per_round(part, rounds), per_round(whole, rounds)) if rounds else None
