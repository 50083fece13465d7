"""Turns rounds and positions into a verdict: was the order of each round really drawn anew."""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from analysis.rows import Rows

STANDARD_ERRORS = 3.0
FEWEST_BENCHMARKS = 3
ENOUGH_TO_DIFFER = 8  # they have 40320 orders


@dataclass(frozen=True)
class Shuffle:
    """How alike the orders of the rounds are; `rounds` and `orders` count the long ones alone.

    A round of few visits has few orders, and may well have that of another.
    """

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

    What two rounds do not share, because it is not visited in all, is left out of the comparison.
    The rank correlation of two independent orders of m things has a standard error of
    1 / sqrt(m - 1) (M. G. Kendall, Rank Correlation Methods); rounds are weighted by m - 1.
    """
    orders = orders_of(rows)
    found = [likeness(*two) for two in pairwise(orders)]
    compared = [(shared, alike) for shared, alike in found if shared >= FEWEST_BENCHMARKS]

    if not compared:
        return None

    weights = [shared - 1 for shared, _ in compared]
    correlation = np.average([alike for _, alike in compared], weights=weights)
    limit = STANDARD_ERRORS / sqrt(sum(weights))

    least = min(ENOUGH_TO_DIFFER, max(len(order) for order in orders))
    long = [order for order in orders if len(order) >= least]

    return Shuffle(len(long), len(set(long)), float(correlation), limit)


def orders_of(rows: Rows) -> list[tuple[str, ...]]:
    """List what was visited in each round, in its order, failed visits included."""
    found: dict[int, list[tuple[int, str]]] = {}

    for row in rows.visited:
        for number, position in row.places:
            found.setdefault(number, []).append((position, row.visited))

    return [tuple(name for _, name in sorted(found[number])) for number in sorted(found)]


def likeness(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[int, float]:
    """Count the names that two orders share, and correlate their ranks; 0 for fewer than two."""
    later = {name: position for position, name in enumerate(second)}
    places = [later[name] for name in first if name in later]
    shared = len(places)

    if shared < 2:
        return shared, 0.0

    return shared, float(np.corrcoef(np.arange(shared), np.argsort(np.argsort(places)))[0, 1])
