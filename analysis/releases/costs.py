"""Turns rows into what each stack of packages cost, and what that is against today's."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, difference, estimate, plus, share_of
from analysis.estimate import Estimate
from analysis.rows import Rows

STUDY = "releases"
REQUEST = "request"
LOCKED = "locked"
AGAIN = "again"
PACKAGES = ("anyio", "starlette", "fastapi", "pydantic")
CALLS = "calls_"
CALLED = {"calls_python": "others"}  # Python's own library, and small packages beside it
SNIFFIO, ABSENT = "sniffio", "absent"

# What is compared, by name: a subject, and what of its time is none of the hop's.
HOP, PAIR, MODEL, TRIVIAL = "hop", "pair", "model", "request"
COSTS = {
    HOP: ("anyio-run-sync", ""),
    PAIR: ("def", "async-def"),
    MODEL: ("def-model", "async-def-model"),
    TRIVIAL: ("async-def", ""),
}


@dataclass(frozen=True)
class Cost:
    """What one stack takes, in seconds; `more` and `ratio` are against the locked one, paired."""

    value: Estimate
    more: Estimate | None
    ratio: Estimate | None

    @property
    def differs(self) -> bool:
        """Whether it can be told from what the locked stack takes, by difference and by ratio."""
        return (
            self.more is not None
            and self.ratio is not None
            and not self.more.includes(0.0)
            and not self.ratio.includes(1.0)
        )


@dataclass(frozen=True)
class Stack:
    """The packages of one month on one placement, and what they cost.

    Attributes:
        name: the month, or `locked`: what all other studies have.
        versions: by package.
        passes: of the event loop, in one hop alone.
        calls: of functions written in Python, in one `async def` request: in all and by package.
    """

    name: str
    versions: Mapping[str, str]
    costs: Mapping[str, Cost]
    passes: int | None
    calls: Mapping[str, int]

    @property
    def is_locked(self) -> bool:
        """Whether these are the packages of all other studies."""
        return self.name == LOCKED

    @property
    def asks_sniffio(self) -> bool:
        """Whether AnyIO has that package to ask."""
        return self.versions.get(SNIFFIO, ABSENT) != ABSENT


def stacks(rows: Rows, placement: str) -> tuple[Stack, ...]:
    """List the stacks measured on a placement, the oldest first."""
    found = {
        str(row.factor("stack"))
        for row in rows.study(STUDY)
        if row.placement == placement and row.visits
    } - {LOCKED}
    every = [stack(rows, placement, name) for name in (*sorted(found), LOCKED)]

    return tuple(one for one in every if one.costs)


def stack(rows: Rows, placement: str, name: str) -> Stack:
    """Compute one stack."""
    hop = find(rows, COSTS[HOP][0], placement, name)
    facts = hop.facts if hop else {}
    versions = {one: str(facts[one]) for one in (*PACKAGES, SNIFFIO) if one in facts}
    passes = facts.get("loop_passes")
    found = {what: cost(rows, what, placement, name) for what in COSTS}

    return Stack(
        name,
        versions,
        {what: one for what, one in found.items() if one is not None},
        passes if isinstance(passes, int) else None,
        calls_of(find(rows, COSTS[TRIVIAL][0], placement, name)),
    )


def calls_of(row: Benchmark | None) -> Mapping[str, int]:
    """Gather how often a request calls a function, in all and by package."""
    facts = row.facts if row else {}

    return {
        CALLED.get(name, name.removeprefix(CALLS)): number
        for name, number in facts.items()
        if name.startswith(CALLS) and isinstance(number, int)
    }


def cost(rows: Rows, what: str, placement: str, name: str, control: str = "") -> Cost | None:
    """Compare what a stack costs with the locked one; None if it was not measured."""
    own, usual = (
        contrast(rows, what, placement, name, control),
        contrast(rows, what, placement, LOCKED),
    )
    value = estimate(own) if own else None
    if own is None or value is None:
        return None

    if usual is None or own == usual:
        return Cost(value, None, None)

    return Cost(value, estimate(difference(own, usual)), share_of(own, usual))


def contrast(
    rows: Rows, what: str, placement: str, name: str, control: str = ""
) -> Contrast | None:
    """Give what is called a cost of a stack; None if a part of it was not measured."""
    subject, without = COSTS[what]
    upper = find(rows, subject, placement, name, control)
    lower = find(rows, without, placement, name, control) if without else None

    if upper is None or (without and lower is None):
        return None

    return plus(upper) if lower is None else difference(plus(upper), plus(lower))


def find(
    rows: Rows, subject: str, placement: str, name: str, control: str = ""
) -> Benchmark | None:
    """Find the time of a subject under a stack; None if it was not measured."""
    more = {"control": control} if control else {}

    return rows.find(STUDY, subject, placement, metric=REQUEST, stack=name, **more)
