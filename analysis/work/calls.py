"""Turns the rows of real calls, of the article's loop and of the control into estimates."""

from dataclasses import dataclass

from analysis.contrasts import estimate, plus
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.visit import Fact
from analysis.work.lookup import compared, level, number, row_of
from analysis.work.sorts import IN_FLIGHT, MANY

CALLS = {
    "sqlite": "a query of a SQLite file",
    "file": "reading a file",
    "http": "an HTTP call to a local server",
}
WAYS = ("def", "async-def-blocking", "async-def-awaiting")
CONTROL_WORK_US = 100


@dataclass(frozen=True)
class Call:
    """One real call written in one way; seconds."""

    subject: str
    handler: str
    request: Estimate
    work: Estimate | None
    p50: Estimate | None
    p99: Estimate | None
    to_def: Estimate | None

    @property
    def title(self) -> str:
        """Name the call for people."""
        return CALLS[self.subject]


@dataclass(frozen=True)
class Article:
    """The article's loop at one load; seconds, and the ratio of `def` to `async-def`."""

    in_flight: int
    def_request: Estimate
    async_request: Estimate
    ratio: Estimate

    @property
    def verdict(self) -> str:
        """Say who is faster, if this run can tell."""
        if self.ratio.includes(1.0):
            return "this run does not tell them apart"

        return f"`{'def' if self.ratio.value < 1 else 'async def'}` is the faster"


def calls(rows: Rows) -> tuple[Call, ...]:
    """List the real calls measured, each way against `def`."""
    found = (call(rows, subject, handler) for subject in CALLS for handler in WAYS)

    return tuple(one for one in found if one)


def call(rows: Rows, subject: str, handler: str) -> Call | None:
    """Estimate one real call; None if it was not measured."""
    request = row_of(rows, subject, "request", handler=handler)
    time = None if request is None else estimate(plus(request))

    if time is None:
        return None

    work, p50 = (
        level(rows, subject, metric, handler=handler) for metric in ("work", "bystander-p50")
    )
    p99 = number(rows, subject, "bystander-p99", handler=handler)
    other = None if handler == "def" else row_of(rows, subject, "request", handler="def")

    return Call(subject, handler, time, work, p50, p99, compared(request, other))


def articles(rows: Rows) -> tuple[Article, ...]:
    """List the article's loop at each load measured in both ways."""
    found = []

    for in_flight in IN_FLIGHT:
        ways = [
            row_of(rows, "article", "request", handler=handler, in_flight=in_flight)
            for handler in ("def", "async-def")
        ]
        times = [None if row is None else estimate(plus(row)) for row in ways]
        both = compared(ways[0], ways[1])
        if times[0] and times[1] and both:
            found.append(Article(in_flight, times[0], times[1], both))

    return tuple(found)


def control(rows: Rows) -> Estimate | None:
    """Estimate the A/A ratio: the same handler with the same work under two names."""
    factors: dict[str, Fact] = {"in_flight": MANY, "work_us": CONTROL_WORK_US}
    again, first = (
        row_of(rows, "control", "request", handler=handler, **factors)
        for handler in ("async-def-again", "async-def")
    )

    return compared(again, first)
