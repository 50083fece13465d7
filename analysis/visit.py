"""Turns nothing: one worker process in one round, as it went well or failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

Fact = str | int | float


@dataclass(frozen=True)
class Visit:
    """One worker process of one benchmark in one round; values in the benchmark's unit."""

    round: int
    position: int
    loops: int
    values: tuple[float, ...]
    duration_seconds: float | None
    steal_seconds: float | None
    loop_passes: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    others_seconds: float | None = None
    whole_seconds: float | None = None  # with the start of its process
    load_average: float | None = None
    stretch_seconds: float | None = None
    stretch_seconds_least: float | None = None
    batches_tried: int | None = None  # where only calm moments count
    batches_counted: int | None = None

    @property
    def value(self) -> float:
        """The visit's one number: its values are not independent, and one may be disturbed."""
        return median(self.values)

    @property
    def raw_seconds(self) -> float:
        """Length of a typical timed stretch, if the unit is seconds."""
        return self.value * self.loops


@dataclass(frozen=True)
class Failure:
    """One visit that gave no value: `kind` is crash, timeout or wrong-answer."""

    benchmark: str
    round: int
    position: int
    kind: str
    reason: str
