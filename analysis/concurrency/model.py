"""Turns the rows of `sleep` into a model check: measured waves beside what arithmetic gives."""

import math
from dataclasses import dataclass

from analysis.concurrency.measured import estimated, fact, numbers_of, row
from analysis.estimate import Estimate
from analysis.rows import Rows

SUBJECT = "sleep"
WAVE = "all"
FORMULA = "ceil(requests / tokens) \N{MULTIPLICATION SIGN} sleep"


@dataclass(frozen=True)
class Wave:
    """So many requests at once that only sleep: until all are answered; seconds."""

    placement: str
    in_flight: int
    tokens: int
    sleep_seconds: float
    measured: Estimate

    @property
    def predicted(self) -> float:
        """What the formula gives: as many sleeps, one after another, as tokens make needful."""
        return math.ceil(self.in_flight / self.tokens) * self.sleep_seconds

    @property
    def against(self) -> Estimate:
        """The measured time over the formula's."""
        return self.measured.scaled(1 / self.predicted)


def waves(rows: Rows, placement: str, usual: int) -> tuple[Wave, ...]:
    """Give every wave that was measured, ascending."""
    found = (wave(rows, placement, n, usual) for n in loads(rows, placement))

    return tuple(one for one in found if one is not None)


def loads(rows: Rows, placement: str) -> tuple[int, ...]:
    """List the sizes of the waves."""
    return numbers_of(rows, "in_flight", (SUBJECT,), placement)


def wave(rows: Rows, placement: str, in_flight: int, usual: int) -> Wave | None:
    """Estimate one wave; None if it was not measured or does not say how long it sleeps."""
    measured = estimated(rows, SUBJECT, placement, WAVE, in_flight=in_flight)
    found = row(rows, SUBJECT, placement, WAVE, in_flight=in_flight)
    sleep_seconds = fact(found, "sleep_seconds")
    if measured is None or not sleep_seconds:
        return None

    tokens = int(fact(found, "tokens") or usual)

    return Wave(placement, in_flight, tokens, sleep_seconds, measured)
