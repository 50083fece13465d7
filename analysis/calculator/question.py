"""Turns nothing: the frozen records of what the calculator is asked, and of what it answers."""

from dataclasses import dataclass

from analysis.calculator.parameters import Reading

DEF, ASYNC_DEF, NEITHER = "def", "async def", "neither"
AT, BEFORE, BEYOND = "at", "before", "beyond"


@dataclass(frozen=True)
class Question:
    """A handler and its surroundings; `hops` are those of its request, written as `def`."""

    machine: str
    placement: str
    sort: str
    work_us: float
    in_flight: float
    hops: float


@dataclass(frozen=True)
class Outside:
    """An input for which nothing was measured, and from where to where something was."""

    field: str
    low: float
    high: float


@dataclass(frozen=True)
class BreakEven:
    """From where on `def` wins: at a duration, before the first one, or not up to the last."""

    where: str
    seconds: float


@dataclass(frozen=True)
class Beside:
    """What all but the slowest hundredth of trivial requests wait beside such handlers."""

    upper: Reading
    lower: Reading
    ratio: Reading


@dataclass(frozen=True)
class Answer:
    """What a request costs; all but `outside` is None where that is not empty.

    Attributes:
        winner: `def`, `async def` or neither.
        composed: whether further hops were added to what was measured with one.
        between: the numbers in flight whose curves were used, one or two.
    """

    outside: tuple[Outside, ...]
    upper: Reading | None = None
    lower: Reading | None = None
    ratio: Reading | None = None
    winner: str | None = None
    break_even: BreakEven | None = None
    beside: Beside | None = None
    composed: bool = False
    between: tuple[int, ...] = ()
