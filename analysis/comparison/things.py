"""Turns rows into what is compared: what a kind costs more than its twin, or else a plain time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.benchmark import AGAIN, SECOND, WITH, Benchmark
from analysis.contrasts import Contrast, difference, plus
from analysis.placement import PLACEMENT_WORDS
from analysis.visit import Fact

REQUEST, EXCHANGE, ASYNC = "request", "exchange", "async-"

Identity = tuple[object, ...]


@dataclass(frozen=True)
class Thing:
    """One number of a run: what it is called, and the contrast that gives it, in seconds."""

    study: str
    placement: str
    title: str
    contrast: Contrast


def things(rows: Sequence[Benchmark]) -> Mapping[Identity, Thing]:
    """List what rows can be compared by; the same thing has the same identity in other rows.

    A kind is compared by what it costs more than its twin, so that what slows both is not seen
    twice; what has no twin, by its time. A control is nothing that could change.
    """
    timed = [row for row in rows if row.unit == SECOND and row.visits]
    known = {identity(row): row for row in timed}

    return dict(
        of_row(row, known) for row in timed if not row.subject.endswith(AGAIN) and not control(row)
    )


def of_row(row: Benchmark, known: Mapping[Identity, Benchmark]) -> tuple[Identity, Thing]:
    """Give what one row is compared by."""
    twin = known.get(identity(row, row.twin or f"{ASYNC}{row.subject}"))

    if twin is None:
        return identity(row), Thing(row.study, row.placement, title(row), plus(row))

    more = difference(plus(row), plus(twin))

    return identity(row), Thing(row.study, row.placement, title(row, twin.subject), more)


def identity(row: Benchmark, subject: str = "") -> Identity:
    """Give what a row is found by in another run; `subject` in place of its own, if given."""
    return (
        row.study, subject or row.subject, row.placement, row.instrument, row.metric,
        tuple(sorted(levels(row))),
    )  # fmt: skip


def levels(row: Benchmark) -> Iterator[tuple[str, Fact]]:
    """List the levels of a row's factors, but for the versions that it was visited with."""
    yield from ((name, level) for name, level in row.factors if name != WITH)


def control(row: Benchmark) -> bool:
    """Tell a benchmark that repeats another one, under a level of that name."""
    return any(name == "control" for name, _ in row.factors)


def title(row: Benchmark, twin: str = "") -> str:
    """Call a number by its name, its levels and its place."""
    told = [f"{name} {level}".replace("_", " ") for name, level in levels(row)]
    told += [row.metric] if row.metric not in (None, REQUEST) else []
    told += [f"through {row.instrument}"] if row.instrument not in (None, EXCHANGE) else []
    more = f" more than `{twin}`" if twin else ""
    details = f" ({', '.join(told)})" if told else ""

    return f"`{row.subject}`{more}{details} {PLACEMENT_WORDS[row.placement]}"
