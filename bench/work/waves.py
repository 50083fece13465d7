"""How long a batch must be: from a load and its work to a number of requests.

Requests that wait for 40 tokens, or for the same clock, come back in waves. A last wave that is
not full would take as long as a full one, so a batch is made of whole waves.
"""

from __future__ import annotations

import math

from bench.work.apps import DEF
from bench.work.sorts import Sort

TOKENS = 40
"""AnyIO's default limiter: so many `def` handlers run at once."""

HANDLING_SECONDS = 1e-4
"""What a request costs beside its work, roughly: it only decides how many are sent."""

LEAST_REQUESTS = 8


def wave_of(handler: str, in_flight: int, *, awaited: bool) -> int:
    """Requests that are under way at once; an `async def` handler that never suspends is alone."""
    if handler == DEF:
        return min(in_flight, TOKENS)

    return in_flight if awaited else 1


def requests_of(wave: int, sort: Sort, work_seconds: float, seconds: float) -> int:
    """The requests of whole waves that take about `seconds`, or of one wave that takes longer.

    Where requests are alone, a few are enough: those behind them would only wait.
    """
    one_after_another = 1 if sort.waits else wave
    wave_seconds = wave * HANDLING_SECONDS + one_after_another * work_seconds
    least = LEAST_REQUESTS if wave == 1 else wave
    return wave * max(math.ceil(least / wave), math.ceil(seconds / wave_seconds))
