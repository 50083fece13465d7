"""Turns the `work` rows into an answer: when the handler does something, when does `def` win.

How to read the figure: each sort of work is a block, each load in it a strip, and each cell of a
strip one duration of the work. The number is the ratio of `def` to `async def`: of the time per
request, or, in the last strip of a block, of the p99 of a bystander, a trivial `async def` request
that arrives on a clock while the load runs. In an orange cell `def` is the better one (below 1), in
a blue one `async def`; the paler, the closer they are. The upright mark is the break-even, from
which on `def` wins; the bar at its foot is its 95 % interval, and an end that runs into an arrow is
open. Where `def` blocks and `async def` awaits they do not do the same, and no mark is drawn.
"""

from dataclasses import dataclass

from matplotlib.figure import Figure

from analysis.checks import Check
from analysis.estimate import Estimate
from analysis.placement import FREE, PLACEMENT_WORDS
from analysis.rows import Rows
from analysis.work import bars, picture
from analysis.work.beside import Bystander, Clock, Switching, bystanders, clock, switching
from analysis.work.calls import Article, Call, articles, calls, control
from analysis.work.contests import Contest, contest, result
from analysis.work.durations import nominal, rough, shown, whole
from analysis.work.latencies import Latency, latencies
from analysis.work.sorts import BLOCKING, HASHING, MANY, PYTHON, SORTS, STUDY, UTILISATION

TITLE = "When the handler does something"
CAPTION = (
    "Each sort of work under each load, by the duration of the work: the ratio of `def` to "
    "`async def`. In orange cells `def` is the better one, in blue ones `async def`; the mark "
    "is the break-even."
)
HEADLINE_WORDS = {
    BLOCKING.name: "what waits and blocks",
    HASHING.name: "what computes and releases the GIL",
    PYTHON.name: "pure Python",
}

__all__ = ["CAPTION", "STUDY", "TITLE", "Numbers", "alt", "checks", "figure", "headline", "numbers"]


@dataclass(frozen=True)
class Numbers:
    """All of this section."""

    contests: tuple[Contest, ...]
    bystanders: tuple[Bystander, ...]
    calls: tuple[Call, ...]
    switching: tuple[Switching, ...]
    articles: tuple[Article, ...]
    control: Estimate | None
    clock: Clock | None
    latencies: tuple[Latency, ...] = ()
    many: int = MANY
    utilisation: float = UTILISATION / 100
    p50: str = "p50"  # names, so that no template holds a digit
    p99: str = "p99"

    def contest(self, name: str) -> Contest | None:
        """Find the contest of one sort of work."""
        return next((one for one in self.contests if one.sort.name == name), None)

    def beside(self, subject: str) -> tuple[tuple[int, Bystander | None, Bystander | None], ...]:
        """List the bystander beside one sort: duration, `def`, `async-def`."""
        found = {(b.work_us, b.handler): b for b in self.bystanders if b.subject == subject}
        durations = sorted({work_us for work_us, _ in found})

        return tuple(
            (one, found.get((one, "def")), found.get((one, "async-def"))) for one in durations
        )

    @property
    def subjects_beside(self) -> tuple[str, ...]:
        """Sorts of work with a bystander, in their order."""
        return tuple(dict.fromkeys(one.subject for one in self.bystanders))

    @property
    def subjects_called(self) -> tuple[str, ...]:
        """Real calls, in their order."""
        return tuple(dict.fromkeys(one.subject for one in self.calls))

    def called(self, subject: str) -> tuple[Call, ...]:
        """List the ways measured to write one call."""
        return tuple(one for one in self.calls if one.subject == subject)

    result = staticmethod(result)
    time = staticmethod(whole)
    short_time = staticmethod(shown)
    nominal = staticmethod(nominal)
    rough = staticmethod(rough)


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if nothing of the study was measured."""
    if not any(row.visits for row in rows.study(STUDY)):
        return None

    found = (contest(rows, sort) for sort in SORTS)

    return Numbers(
        contests=tuple(one for one in found if one),
        bystanders=bystanders(rows),
        calls=calls(rows),
        switching=switching(rows),
        articles=articles(rows),
        control=control(rows),
        clock=clock(rows),
        latencies=latencies(rows),
    )


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    described = [
        f"{one.sort.title}, {curve.load}: {result(curve)}".replace("`", "")
        for one in found.contests
        for curve in one.curves
    ]

    return (
        "Strips of the ratio of def to async def over the duration of the work, one per sort of "
        f"work and load, with the break-even marked. {'; '.join(described)}."
    )


def figure(found: Numbers) -> Figure:
    """Draw the break-even map."""
    return picture.draw(found.contests)


def checks(found: Numbers) -> tuple[Check, ...]:
    """Judge the section by its bars."""
    return bars.checks(found.contests, found.control)


def headline(found: Numbers) -> str:
    """Say in a few sentences from where on `def` wins; nothing if neither sort was measured."""
    clauses = [
        f"{words} {one.throughput.break_even.text}"
        for name, words in HEADLINE_WORDS.items()
        if (one := found.contest(name)) and one.throughput and one.throughput.break_even
    ]

    if not clauses:
        return ""

    return (
        f"When to use it: with {MANY} requests in flight {PLACEMENT_WORDS[FREE]}, `def` takes less "
        f"time per request than `async def` for work that takes long enough: {'; '.join(clauses)}. "
        "For shorter work, and for waits that can be awaited, `async def` takes less. What other "
        "requests wait meanwhile may speak for `def` earlier, for pure Python too: see What to "
        "write."
    )
