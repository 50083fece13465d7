"""Turns rounds and positions into a verdict: was the order of each round really drawn anew."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.rows import Rows

STANDARD_ERRORS = 3.0
FEWEST_BENCHMARKS = 3


@dataclass(frozen=True)
class Shuffle:
    """How alike the orders of the rounds are."""

    rounds: int
    orders: int
    correlation: float
    limit: float

    @property
    def all_differ(self) -> bool:
        """Whether no order came twice."""
        return self.orders == self.rounds

    @property
    def uncorrelated(self) -> bool:
        """Whether rounds resemble their successors no more than chance would have it."""
        return abs(self.correlation) <= self.limit


def shuffle(rows: Rows) -> Shuffle | None:
    """Compare the order of each round with that of the next; None with too little to compare.

    Only benchmarks and rounds without a hole count. The rank correlation of two independent orders
    of m things has a standard error of 1 / sqrt(m - 1) (M. G. Kendall, Rank Correlation Methods).
    """
    rounds, places = positions(rows)

    if len(rounds) < 2 or len(places) < FEWEST_BENCHMARKS:
        return None

    ranks = np.argsort(np.argsort(np.array(places), axis=0), axis=0)
    pairs = len(rounds) - 1
    found = [np.corrcoef(ranks[:, index], ranks[:, index + 1])[0, 1] for index in range(pairs)]
    orders = {tuple(column) for column in ranks.T.tolist()}
    limit = STANDARD_ERRORS / sqrt((len(places) - 1) * pairs)

    return Shuffle(len(rounds), len(orders), float(np.mean(found)), limit)


def positions(rows: Rows) -> tuple[list[int], list[list[int]]]:
    """List the complete rounds, and each benchmark's positions in them, failed visits included."""
    by_row = [dict(row.places) for row in rows.visited]
    most = max(len(places) for places in by_row)
    regular = [places for places in by_row if len(places) == most]
    rounds = sorted(set.intersection(*(set(places) for places in regular)))

    return rounds, [[places[number] for number in rounds] for places in regular]
