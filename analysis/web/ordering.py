"""Turns the text of a table's cell into the number that it is sorted by, whatever its unit."""

import re

from analysis.digits import MINUS, TIMES

UNITS = {
    "ns": 1e-9,
    "\N{MICRO SIGN}s": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
}
LEADING = ("not for certain up to", "not up to", "up to", "less than", "more than", "from")
NUMBER = re.compile(
    rf"(?:(?:{'|'.join(LEADING)}) )?(?:{TIMES} ?)?(?P<sign>[+{MINUS}-]?)"
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)(?: ?(?P<unit>ns|\N{MICRO SIGN}s|ms|s|KiB|MiB|%))?"
    r"(?=$|[\s(,;])"
)
NOTHING = {"no work": 0.0}


def value_of(text: str) -> float | None:
    """Give the first number of a cell in its base unit, seconds or bytes; None if it has none.

    `48.1 us (47.6 to 48.6)`, `x 1.6 (1.5 to 1.7)`, `from 310 us` and `41` are numbers; `A1`,
    `3.13.0` and `2.5-fold` are not.
    """
    plain = " ".join(text.split())

    if plain in NOTHING:
        return NOTHING[plain]

    found = NUMBER.match(plain)

    if found is None:
        return None

    number = float(found["number"].replace(",", "")) * UNITS.get(found["unit"] or "", 1.0)

    return -number if found["sign"] in (MINUS, "-") and number else number
