"""Turns two runs of one plan into what came back: each headline, then again, and whether it did.

An interval speaks of the noise inside one run; what lies between two runs, such as where the system
puts things in memory or what other guests of the host do, is in none of them.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis import digits
from analysis.again import LARGEST_PART, RATIO, SHARE, TIME, TOLERANCE, Again
from analysis.answer import Answer, Headline
from analysis.checks import FAIL, UNKNOWN, Check, verdict
from analysis.estimate import Estimate
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows
from analysis.source import Source

NAMED = 3
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SAME_CONDITIONS = ("cpu_model_name", "cpu_count", "kernel", "python_version", "event_loop")
BAR = (
    "headlines of an independent run: within the first's intervals, or at most "
    f"{digits.share(TOLERANCE)} apart (a share at most {digits.share(LARGEST_PART)} of itself)"
)

Found = tuple[str, str, Estimate | None]
"""What a number is called, what sort it is, and the number."""


@dataclass(frozen=True)
class Reproduction:
    """All headlines of two runs; or, in words, why they are no two runs of one thing.

    Attributes:
        between: how long after the first the second was, or before it.
        drafts: of which bars the second run says itself that it misses them.
        first_drafts: likewise the first.
    """

    first: Source
    source: Source
    found: tuple[Again, ...]
    reason: str = ""
    between: str = ""
    drafts: tuple[str, ...] = ()
    first_drafts: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[Again, ...]:
        """Those that did not come back."""
        return tuple(one for one in self.found if not one.is_within)

    @property
    def missed_by_chance(self) -> float:
        """How many would be missed, on average, if both runs had measured one truth."""
        return sum(one.chance_to_miss for one in self.found)


def reproduction(
    first: Source, answer: Answer, other: Source, other_answer: Answer
) -> Reproduction:
    """Compare two runs of the same plan."""
    if reason := difference_in_conditions(first.rows, other.rows):
        return Reproduction(first, other, (), reason)

    again = {what: number for what, _, number in headlines(other_answer)}
    found = tuple(
        Again(what, sort, number, second)
        for what, sort, number in headlines(answer)
        if number is not None and (second := again.get(what)) is not None
    )

    return Reproduction(first, other, found, between=time_between(first.rows, other.rows))


def reproduction_checks(found: Sequence[Reproduction]) -> tuple[Check, ...]:
    """Judge whether the headlines have come back in each further run."""
    return tuple(map(reproduction_check, found)) or (Check(BAR, "", UNKNOWN),)


def reproduction_check(found: Reproduction) -> Check:
    """Judge whether the headlines have come back."""
    bar = f"{BAR}: `{found.source.data}` after `{found.first.data}`"

    if not (found.found or found.reason):
        return Check(bar, "", UNKNOWN)

    if found.reason:
        return Check(bar, f"not comparable: {found.reason}", FAIL)

    names = "; ".join(f"{one.what} {one.shown[-1]}" for one in found.missed[:NAMED])
    more = len(found.missed) - NAMED
    names += f" and {more} more" if more > 0 else ""
    text = f"{len(found.found) - len(found.missed)} of {len(found.found)}"

    return Check(bar, f"{text}, not {names}" if names else text, verdict(not names))


def difference_in_conditions(rows: Rows, second: Rows) -> str:
    """Say why two runs are no two runs of the same thing; empty if they are."""
    if rows.provenance.data_sha256 == second.provenance.data_sha256:
        return "both are the same file"

    if rows.provenance.distributions != second.provenance.distributions:
        return "other versions are installed"

    if rows.provenance.is_calm is not second.provenance.is_calm:
        return "in one of them only calm moments count"

    for name in SAME_CONDITIONS:
        if rows.provenance.fact(name) != second.provenance.fact(name):
            return f"`{name}` differs, or is not known of one"

    return ""


def headlines(answer: Answer) -> Iterator[Found]:
    """List the numbers that must come back: all that the answer gives, and a whole request."""
    for one in answer.headlines:
        yield from of_placement(one)

    where = PLACEMENT_WORDS[answer.main.placement]
    slope = answer.regression.slope if answer.regression else None
    yield f"the first hop of a request {where}", TIME, answer.first_hop
    yield f"each further hop {where}", TIME, answer.further_hop
    yield f"the line over the handler kinds, per hop, {where}", TIME, slope
    yield from of_parts(answer.main)


def of_placement(one: Headline) -> Iterator[Found]:
    """List the numbers of the trivial pair."""
    pair, where = one.pair, PLACEMENT_WORDS[one.placement]
    if pair is not None:
        yield f"`def` more than `async def` {where}", TIME, pair.difference
        yield f"`def` ÷ `async def` {where}", RATIO, pair.ratio
        yield f"the `async def` request {where}", TIME, pair.twin_time
        yield f"the `def` request {where}", TIME, pair.time

    yield f"what a return annotation adds {where}", TIME, one.second_hop


def of_parts(main: Headline) -> Iterator[Found]:
    """List the shares of an endpoint's hop, and what they leave over."""
    where = PLACEMENT_WORDS[main.placement]
    for part in main.parts:
        yield f"{part.name} {where}", SHARE, part.share

    residual = main.closure.residual_share if main.closure else None
    yield f"the closure's residual {where}", SHARE, residual


def time_between(rows: Rows, second: Rows) -> str:
    """Say how much time lay between the end of one run and the start of the other.

    It is empty if a date is not known.
    """
    dates = [
        date
        for one in (rows.provenance, second.provenance)
        for date in (one.first_date, one.last_date)
    ]
    if None in dates:
        return ""

    begun, ended, begun_again, ended_again = (dt.datetime.fromisoformat(str(one)) for one in dates)
    if begun_again >= ended:
        return f"{lasted(begun_again - ended)} after the first run had ended"

    if begun >= ended_again:
        return f"{lasted(begun - ended_again)} before the first run began"

    return "while the first run went on"


def lasted(time: dt.timedelta) -> str:
    """Write a time as people tell it: in minutes, hours, or days."""
    if time < HOUR:
        return digits.counted(round(time / MINUTE), "minute")

    if time < DAY:
        return f"{digits.fixed(time / HOUR, 1)} hours"

    return digits.counted(round(time / DAY), "day")
