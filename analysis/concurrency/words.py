"""Turns latencies and sizes into text: milliseconds where microseconds get long, and KiB."""

from analysis import digits
from analysis.digits import decimals_for, fixed, interval
from analysis.estimate import Estimate

MILLI_FROM_SECONDS = 1e-3
PER_MILLISECOND = 1e3
KIB = 1024


def latency(found: Estimate | None, *, short: bool = False) -> str:
    """Write seconds as `412 us (400 to 424)`, or in ms from 1 ms on; `short`: no interval."""
    if found is None or abs(found.value) < MILLI_FROM_SECONDS:
        return digits.short_time(found) if short else digits.time(found)

    return with_unit(found.scaled(PER_MILLISECOND), "ms", short=short)


def size(found: Estimate | None) -> str:
    """Write bytes as `6.3 KiB (6.1 to 6.5)`."""
    if found is None:
        return digits.NOT_MEASURED

    return with_unit(found.scaled(1 / KIB), "KiB", short=False)


def with_unit(found: Estimate, unit: str, *, short: bool) -> str:
    """Write a number, its unit and its interval."""
    decimals = decimals_for(found)
    text = f"{fixed(found.value, decimals)} {unit}"

    return text if short else f"{text}{interval(found, decimals)}"
