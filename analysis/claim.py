"""Turns nothing: the frozen records of published claims, and the words they are written in."""

from collections.abc import Mapping
from dataclasses import dataclass

RATIO, AMOUNT, MECHANISM = "ratio", "amount", "mechanism"
KINDS = (RATIO, AMOUNT, MECHANISM)
TIMES, SECOND, SHARE, COUNT = "times", "second", "share", "count"
UNITS = (TIMES, SECOND, SHARE, COUNT)

REPRODUCED = "reproduced"
DIRECTION_HOLDS = "direction holds"
NOT_REPRODUCED = "not reproduced"
CONTRADICTED = "contradicted"
NOT_COMPARABLE = "not comparable"
NOT_MEASURED = "not measured"
VERDICTS = (
    REPRODUCED, DIRECTION_HOLDS, NOT_REPRODUCED, CONTRADICTED, NOT_COMPARABLE, NOT_MEASURED,
)  # fmt: skip
UNSEEN = (CONTRADICTED, NOT_REPRODUCED)


@dataclass(frozen=True)
class Source:
    """Where claims were published; `url` is empty for one that has no address."""

    id: str
    title: str
    set_up: str
    url: str


@dataclass(frozen=True)
class Statement:
    """One thing that a claim states, and the rule by which it is judged.

    Attributes:
        label: names the figure, in a table's cell.
        text: a clause that says what is stated.
        kind: `ratio`, `amount` or `mechanism`.
        unit: of the figures: `times`, `second`, `share` or `count`.
        core: whether the claim falls with it.
        figures: published: two rates or times whose quotient is the ratio, slower side last; the
            amount, or its lowest and highest.
        same: the ratio was published as "no difference".
        above: the mechanism is seen in an estimate above this number; likewise `below`.
        unseen: the verdict if a mechanism seen by looking is not there.
    """

    id: str
    label: str
    text: str
    kind: str
    unit: str
    core: bool
    figures: tuple[float, ...]
    same: bool
    above: float | None
    below: float | None
    unseen: str


@dataclass(frozen=True)
class Claim:
    """One row of the ledger.

    Attributes:
        source: the id of its source.
        conditions: under which it was published.
        published: the figures, as text.
        measured: what this project measures for it.
        studies: where that is measured.
        needs_cpus: with fewer the claim cannot be compared; `needs` says what they are for.
        why: a sentence by verdict, or by `default`; figures in braces.
    """

    id: str
    source: str
    claim: str
    conditions: str
    published: str
    measured: str
    studies: tuple[str, ...]
    statements: tuple[Statement, ...]
    needs_cpus: int
    needs: str
    why: Mapping[str, str]


@dataclass(frozen=True)
class Claims:
    """All of the file, in its order."""

    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
