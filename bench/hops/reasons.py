"""Why a request hops: from one cause to how many hops it costs, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FREE = "free"
KEEP = "keep"
MEASURE = "measure"
UNTOLD = "untold"
VERDICTS = (FREE, MEASURE, UNTOLD, KEEP)
"""What to do with a `def`: make it `async def`, measure it, look for oneself, or keep it."""

SURE = "sure"
LIKELY = "likely"
UNSURE = "unsure"


BY_NAME = ("dependency", "middleware")
BY_KIND = ("endpoint", "return annotation", "file", "static files")


@dataclass(frozen=True, slots=True)
class Hops:
    """How often: from `least` to `most`; without `most` no bound, and one more for `each`.

    The request decides between the two: what it asks for, sends, or is answered.
    """

    least: int
    most: int | None
    each: str = ""

    def __str__(self) -> str:
        if self.most is None:
            return f"{self.least}+"

        return f"{self.least}" if self.most == self.least else f"{self.least}-{self.most}"

    @property
    def bound(self) -> int:
        """The most where there is one, else the least: what `--max-hops` is held against."""
        return self.least if self.most is None else self.most

    @property
    def order(self) -> tuple[int, float]:
        """Orders by hops: more for certain is worse, then more at most."""
        return self.least, float("inf") if self.most is None else self.most

    def holds(self, counted: int) -> bool:
        """Whether so many hops were to be expected."""
        return self.least <= counted and (self.most is None or counted <= self.most)

    def repeated(self, certain: bool, looped: bool, each: str) -> Hops:
        """The same, where it may not happen, or happens in a loop once for `each`."""
        if looped and self.most != 0:
            return Hops(0, None, self.each or each)

        return self if certain else Hops(0, self.most, self.each)


def exactly(count: int) -> Hops:
    """So many, always."""
    return Hops(count, count)


def total(every: Iterable[Hops]) -> Hops:
    """All of them, one after another."""
    parts = tuple(every)
    bounded = [part.most for part in parts if part.most is not None]
    most = sum(bounded) if len(bounded) == len(parts) else None
    return Hops(sum(part.least for part in parts), most)


def either(every: Iterable[Hops]) -> Hops:
    """One of them, and it is not known which."""
    parts = tuple(every) or (exactly(0),)
    bounded = [part.most for part in parts if part.most is not None]
    most = max(bounded) if len(bounded) == len(parts) else None
    return Hops(
        min(part.least for part in parts),
        most,
        next((part.each for part in parts if part.each), ""),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a function is written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, in one line: one of VERDICTS, and how sure that is."""

    verdict: str
    text: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of hops in one route.

    Attributes:
        kind: the sort of cause, one word or two: `endpoint`, `dependency`, `stream` ...
        name: whose: a function, a class, a parameter.
        text: the cause as a phrase, without its number.
    """

    kind: str
    name: str
    text: str
    hops: Hops
    advice: Advice
    place: Place | None = None

    def __str__(self) -> str:
        least = str(self.hops.least) if self.hops.each else str(self.hops)
        return f"{self.text}: {least}{self.further}"

    @property
    def phrase(self) -> str:
        """The cause without its number."""
        return self.text + self.further

    @property
    def further(self) -> str:
        """What each further hop is for, where there is no bound."""
        return f", 1 more for each {self.hops.each}" if self.hops.each else ""

    @property
    def short(self) -> str:
        """The cause in a word or two: a dependency by its name, others by their sort."""
        if self.kind in BY_NAME:
            return self.name

        return self.kind if self.kind in BY_KIND else f"{self.kind} {self.name}"
