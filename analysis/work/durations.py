"""Turns durations from a microsecond to seconds into text, in the unit that suits their size.

The other studies speak of microseconds alone and use `digits.time`; here a request may take 3 s.
"""

from collections.abc import Sequence

from analysis.digits import MICRO, MINUS, NOT_MEASURED, decimals_for, fixed
from analysis.estimate import Estimate

UNITS = ((1.0, "s"), (1e3, "ms"), (1e6, MICRO), (1e9, "ns"))
NEARLY_ONE = 0.999  # two digits, and what binary fractions take from them


def rough(found: float) -> str:
    """Write seconds with two significant digits and no zeros behind them: `10 ms`, `1.2 s`.

    Rounded first, so that 9.99 us are 10 us and 999.9 us are 1 ms.
    """
    rounded = float(f"{abs(found):.2g}")
    factor, unit = next((one for one in UNITS if rounded * one[0] > NEARLY_ONE), UNITS[-1])

    return f"{MINUS if found < 0 else ''}{float(f'{rounded * factor:.2g}'):g} {unit}"


def scale(number: Estimate) -> tuple[float, str]:
    """Choose the unit in which the value is at least 1."""
    return next((one for one in UNITS if abs(number.value) * one[0] >= 1), UNITS[-1])


def shown(number: Estimate | None) -> str:
    """Write it without its interval, with the digits that the interval allows: `2.31 ms`."""
    if number is None:
        return NOT_MEASURED

    factor, unit = scale(number)
    scaled = number.scaled(factor)
    decimals = decimals_for(scaled)

    if number.has_interval and not scaled.includes(round(scaled.value, decimals)):
        return rough(number.value)

    return f"{fixed(scaled.value, decimals)} {unit}"


def between(number: Estimate) -> str:
    """Write its interval: `2.28 to 2.35`, with units where an end has another one than the value.

    Intervals here may span decades.
    """
    unit = scale(number)
    ends = [Estimate(end, end, end, number.n) for end in (number.low, number.high)]

    if any(scale(end) != unit for end in ends):
        return f"{rough(number.low)} to {rough(number.high)}"

    scaled = number.scaled(unit[0])
    decimals = decimals_for(scaled)

    return f"{fixed(scaled.low, decimals)} to {fixed(scaled.high, decimals)}"


def whole(number: Estimate | None) -> str:
    """Write it with its interval: `2.31 ms (2.28 to 2.35)`."""
    if number is None or not number.has_interval:
        return shown(number)

    return f"{shown(number)} ({between(number)})"


def span(work_us: Sequence[int]) -> str:
    """Write nominal durations that follow each other: `no work`, `10 us`, `10 us to 3 ms`."""
    first, last = (nominal(one) for one in (work_us[0], work_us[-1]))

    return first if first == last else f"{first} to {last}"


def nominal(work_us: int) -> str:
    """Write one nominal duration, which is exact."""
    if not work_us:
        return "no work"

    return f"{work_us / 1000:g} ms" if work_us >= 1000 else f"{work_us} {MICRO}"
