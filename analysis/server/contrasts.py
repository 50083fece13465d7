"""Turns rows into the estimates that only this study needs: ratios of ratios, inverses, lengths."""

import math

from analysis import digits
from analysis.contrasts import Contrast, common_rounds, per_round
from analysis.estimate import Estimate
from analysis.stats import ratio_of

SHORTEST_IN_MILLISECONDS = 0.001


def ratio_of_ratios(
    first: tuple[Contrast, Contrast], second: tuple[Contrast, Contrast]
) -> Estimate | None:
    """Divide one ratio by another, inside each round; None without a round that all have."""
    contrasts = (*first, *second)
    rounds = common_rounds(row for contrast in contrasts for _, row in contrast)

    if not rounds:
        return None

    a, b, c, d = (per_round(contrast, rounds) for contrast in contrasts)

    return ratio_of(a * d, b * c)


def inverse(number: Estimate, factor: float) -> Estimate:
    """Divide a positive factor by an estimate; an interval that reaches 0 has no upper end."""
    high = factor / number.low if number.low > 0 else math.inf
    low = factor / number.high if number.has_interval else -math.inf

    return Estimate(factor / number.value, low, high, number.n)


def length(number: Estimate | None) -> str:
    """Write seconds in s, ms or us, whatever suits their size: `4.02 s (3.98 to 4.06)`."""
    if number is None or number.value < SHORTEST_IN_MILLISECONDS:
        return digits.time(number)

    factor, unit = (1, "s") if number.value >= 1 else (1e3, "ms")
    shown = number.scaled(factor)
    decimals = digits.decimals_for(shown)

    return f"{digits.fixed(shown.value, decimals)} {unit}{digits.interval(shown, decimals)}"


def short_length(number: Estimate | None) -> str:
    """Write the same without the interval."""
    return length(number).partition(" (")[0]


def count(number: Estimate | None) -> str:
    """Write a count, or CPUs in use, without the interval and without zeros that say nothing."""
    text = digits.plain(number).partition(" (")[0]

    return text.rstrip("0").rstrip(".") if "." in text else text


def near(found: Estimate, number: float, reach: float) -> bool:
    """Tell whether an estimate is a number, give or take a share of it."""
    return abs(found.value - number) <= reach * number
