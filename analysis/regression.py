"""Turns pairs of handler kinds into a line: difference in seconds against hops, over all pairs.

Ordinary least squares through the pairs' averages over rounds. For the intervals the rounds are
resampled, all pairs together, and averages and line are computed anew each time: a visit that was
disturbed is trimmed from its own pair, and costs the others nothing.

A pair is an outlier if its modified z-score, 0.6745 * residual / (median of |residual|), exceeds
3.5 in size. Source: SOURCE, section 3.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, common_rounds, per_round
from analysis.estimate import Estimate
from analysis.stats import Floats, joint, trimmed_mean

SOURCE = "B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers (1993)"
OUTLIER_SCORE = 3.5
NORMAL_QUARTILE = 0.6745
FEWEST_PAIRS = 3
LEAST_SHARE_OF_ROUNDS = 0.8
SLOPE, INTERCEPT = 0, 1


@dataclass(frozen=True)
class Point:
    """One pair: how many hops more than its twin it makes, and what they cost in each round."""

    name: str
    hops: int
    contrast: Contrast

    @property
    def rows(self) -> tuple[Benchmark, ...]:
        """The benchmarks it is made of."""
        return tuple(row for _, row in self.contrast)


@dataclass(frozen=True)
class Regression:
    """The line through all pairs; seconds."""

    slope: Estimate
    intercept: Estimate
    r_squared: float
    residuals: tuple[tuple[str, float], ...]
    outliers: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def n_pairs(self) -> int:
        """How many pairs the line rests on."""
        return len(self.residuals)

    def residual(self, name: str) -> float:
        """Give a pair's distance above the line, in seconds."""
        return dict(self.residuals)[name]


def regress(points: Sequence[Point]) -> Regression | None:
    """Fit the line; None with fewer than 3 pairs, a single hop count or no common round.

    A pair that succeeded in less than 80 % of the rounds is left out by name, for it would cost all
    others their rounds.
    """
    most = max((len(common_rounds(point.rows)) for point in points), default=0)
    used = [p for p in points if len(common_rounds(p.rows)) >= max(1, LEAST_SHARE_OF_ROUNDS * most)]
    rounds = common_rounds(row for point in used for row in point.rows)
    hops = np.array([point.hops for point in used], dtype=np.float64)

    if len(used) < FEWEST_PAIRS or len(set(hops)) == 1 or not rounds:
        return None

    costs = np.array([per_round(point.contrast, rounds) for point in used])
    averages = trimmed_mean(costs)
    slope, intercept = (of_line(hops, costs, part) for part in (SLOPE, INTERCEPT))
    residuals = averages - (slope.value * hops + intercept.value)
    spread = float(((averages - averages.mean()) ** 2).sum())

    return Regression(
        slope=slope,
        intercept=intercept,
        r_squared=1 - float((residuals**2).sum()) / spread if spread else 0.0,
        residuals=tuple((p.name, float(r)) for p, r in zip(used, residuals, strict=True)),
        outliers=outliers([point.name for point in used], residuals),
        left_out=tuple(point.name for point in points if point not in used),
    )


def of_line(hops: Floats, costs: Floats, part: int) -> Estimate:
    """Estimate SLOPE or INTERCEPT; `hops` and `costs` as in `lines`."""

    def statistic(*averages: Floats) -> Floats:
        return lines(hops, np.array(averages))[part]

    value = float(lines(hops, trimmed_mean(costs)[:, np.newaxis])[part][0])

    return joint(value, tuple(costs), statistic, lines(hops, costs)[part])


def lines(hops: Floats, costs: Floats) -> tuple[Floats, Floats]:
    """Fit one line per column.

    Args:
        hops: shape (pairs,).
        costs: shape (pairs, columns), seconds.

    Returns:
        Slopes and intercepts, each of shape (columns,), seconds.
    """
    centred = hops - hops.mean()
    slopes = centred @ costs / (centred @ centred)

    return slopes, costs.mean(axis=0) - slopes * hops.mean()


def outliers(names: Sequence[str], residuals: Floats) -> tuple[str, ...]:
    """Name the pairs whose modified z-score is too large, the largest first."""
    typical = float(np.median(np.abs(residuals)))
    order = np.argsort(-np.abs(residuals), kind="stable")

    return tuple(
        names[index]
        for index in order
        if NORMAL_QUARTILE * abs(residuals[index]) > OUTLIER_SCORE * typical
    )
