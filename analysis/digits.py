"""Turns estimates into text: units, and as many digits as the interval allows.

A number is rounded where its uncertainty (the half-width of its interval) has its first digit, or
its second if the first is a 1 or a 2, so that rounding never hides more than a fifth of the
uncertainty. Numbers without an interval get three significant digits.
Durations are given in us, and in ns where both they and their uncertainty are below 1 us.
"""

import math
from collections.abc import Iterable

from analysis.estimate import Estimate
from analysis.placement import PLACEMENT_WORDS

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
MICRO = "\N{MICRO SIGN}s"
NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING = "\N{EM DASH}"
NOT_MEASURED = "not measured"

SIGNIFICANT = 3
MOST_DECIMALS = 6
PER_MICROSECOND = 1e6
PER_NANOSECOND = 1e9


def fixed(number: float, decimals: int) -> str:
    """Write a number with that many decimals; negative ones round to whole tens and so on."""
    rounded = round(number, decimals)
    text = f"{abs(rounded):.{max(decimals, 0)}f}"

    return f"{MINUS}{text}" if rounded < 0 else text


def decimals_for(number: Estimate) -> int:
    """Choose the decimals that the interval allows."""
    uncertainty = number.half_width

    if not number.has_interval or uncertainty < 10**-MOST_DECIMALS:
        return decimals_of(number.value)

    exponent = math.floor(math.log10(uncertainty))
    leading = uncertainty / 10**exponent

    return min(MOST_DECIMALS, -exponent + (1 if leading < 3 else 0))


def decimals_of(number: float) -> int:
    """Choose the decimals that show three significant digits."""
    if number == 0:
        return 0

    return max(0, min(MOST_DECIMALS, SIGNIFICANT - 1 - math.floor(math.log10(abs(number)))))


def interval(number: Estimate, decimals: int) -> str:
    """Write the interval in brackets; nothing for a single round."""
    if not number.has_interval:
        return ""

    return f" ({fixed(number.low, decimals)} to {fixed(number.high, decimals)})"


def time_scale(number: Estimate) -> tuple[float, str]:
    """Choose us, or ns if value and interval lie within 1 us of nothing."""
    ends = (number.value, number.low, number.high) if number.has_interval else (number.value,)
    largest = max(abs(end) for end in ends) * PER_MICROSECOND

    return (PER_MICROSECOND, MICRO) if largest >= 1 else (PER_NANOSECOND, "ns")


def time(number: Estimate | None, *, sign: bool = False) -> str:
    """Write seconds as `48.1 us (47.6 to 48.6)`; with `sign`, a gain gets its plus."""
    if number is None:
        return NOT_MEASURED

    factor, unit = time_scale(number)
    shown = number.scaled(factor)
    decimals = decimals_for(shown)

    return f"{short_sign(shown, decimals, sign)} {unit}{interval(shown, decimals)}"


def short_time(number: Estimate | None, *, sign: bool = False) -> str:
    """Write seconds as `48.1 us`, with the digits the interval allows but without it."""
    if number is None:
        return NOT_MEASURED

    factor, unit = time_scale(number)
    shown = number.scaled(factor)

    return f"{short_sign(shown, decimals_for(shown), sign)} {unit}"


def short_sign(number: Estimate, decimals: int, sign: bool) -> str:
    """Write the value alone, with a plus if it is wanted and positive."""
    plus = "+" if sign and round(number.value, decimals) > 0 else ""

    return plus + fixed(number.value, decimals)


def plain(number: Estimate | None) -> str:
    """Write a number without a unit, such as a count per hop: `2.00 (1.99 to 2.01)`."""
    if number is None:
        return NOT_MEASURED

    decimals = decimals_for(number)

    return f"{fixed(number.value, decimals)}{interval(number, decimals)}"


def times(number: Estimate | None) -> str:
    """Write a ratio: `x 2.43 (2.41 to 2.45)`."""
    return NOT_MEASURED if number is None else f"{TIMES} {plain(number)}"


def short_times(number: Estimate | None) -> str:
    """Write a ratio without its interval."""
    if number is None:
        return NOT_MEASURED

    return f"{TIMES} {fixed(number.value, decimals_for(number))}"


def percent(number: Estimate | None) -> str:
    """Write a share: `3.1 % (2.8 to 3.4)`."""
    if number is None:
        return NOT_MEASURED

    shown = number.scaled(100)
    decimals = decimals_for(shown)

    return f"{fixed(shown.value, decimals)} %{interval(shown, decimals)}"


def share(number: float) -> str:
    """Write an exact or assumed share, such as a bar: `3 %`."""
    text = fixed(number * 100, decimals_of(number * 100))

    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def signed_share(number: float) -> str:
    """Write a change as a share, to two significant digits and with its sign: `+3.1 %`."""
    sign = "+" if number > 0 else ""

    return f"{sign}{two_digits(number * 100)} %"


def whole(number: int | None) -> str:
    """Write a count; a dash where there was nothing to count."""
    return NOTHING if number is None else fixed(number, 0)


def names(found: Iterable[str]) -> str:
    """Write names as code, separated by commas."""
    return ", ".join(map(code, found))


def number(found: float, decimals: int = 2) -> str:
    """Write an exact or derived number that has no interval."""
    return fixed(found, decimals)


def seconds(found: float) -> str:
    """Write a duration for prose, to two significant digits: `6.4 ms`."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (PER_MICROSECOND, MICRO)):
        if abs(found) * factor >= 1:
            return f"{two_digits(found * factor)} {unit}"

    return f"{two_digits(found * PER_NANOSECOND)} ns"


def two_digits(found: float) -> str:
    """Round to two significant digits."""
    if found == 0:
        return "0"

    decimals = 1 - math.floor(math.log10(abs(found)))

    return fixed(found, max(decimals, 0) if abs(found) < 100 else decimals)


def counted(found: int, thing: str) -> str:
    """Write a count with its noun: `1 task`, `4 tasks`."""
    return f"{fixed(found, 0)} {thing}" + ("" if found == 1 else "s")


def sentence(text: str) -> str:
    """Raise the first letter and leave the others, which `capitalize` would not."""
    return text[:1].upper() + text[1:]


def nowrap(text: str) -> str:
    """Keep a number with its unit, and an interval in one piece, in a narrow table cell."""
    return text.replace(" ", NO_BREAK).replace(f"{NO_BREAK}(", " (")


def code(text: str) -> str:
    """Write a name from a file as code."""
    inside = text.replace("`", "").replace("|", "\\|")

    return f"`{inside}`"


def placed(placement: str) -> str:
    """Write where it was measured."""
    return PLACEMENT_WORDS[placement]
