"""Turns the `hop` rows into an answer: where a hop's time goes.

How to read the figure: read it downwards. Each row does all the row above it does, and one thing
more. A bar begins where the row above ended and is as long as that one thing takes; the line at its
end is the 95 % interval, the number beside it the increment, and the grey number at the right edge
what the row costs in all. Blue rows are built from the bottom up and know no `def` endpoint; a
green row is that hop beside a request, orange rows have it inside an endpoint. If nothing is
missing, the rows above the shade end where `fastapi-def` ends: that is the closure.
The two panels have scales of their own.
"""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import digits
from analysis.figures import BLUE, FAINT, GREEN, INK, MUTED, ORANGE, blank, heading, panel
from analysis.ladder import (
    Closure,
    Part,
    Rung,
    closure,
    extra,
    ladder,
    parts,
    rung_above,
)
from analysis.rows import PLACEMENT_WORDS, Rows
from analysis.stats import Estimate

STUDY = "hop"
TITLE = "Where does a hop's time go?"
CAPTION = (
    "The steps of a hop as a waterfall: each bar is what one rung adds, and begins where the "
    "rung before it ended."
)
BELOW = "beside-request"
NO_COMPANY = "beside-hop"
ENDPOINTS = ("endpoint-awaits", "fastapi-def", "fastapi-def-model")
ROW_INCHES = 0.34
SHORTEST_AXIS_US = 0.01


@dataclass(frozen=True)
class Beside:
    """A hop beside other code: its cost, and what of it a hop alone does not cost; seconds."""

    rung: Rung
    extra: Estimate | None


@dataclass(frozen=True)
class Placed:
    """Every ladder on one placement."""

    placement: str
    steps: tuple[Rung, ...]
    closure: Closure | None
    parts: tuple[Part, ...]
    threads: tuple[Rung, ...]
    starlette: tuple[Rung, ...]
    starlette_closure: Closure | None
    company: tuple[Beside, ...]
    cold: tuple[Rung, ...]
    resources: tuple[Rung, ...]
    extra_beside_request: Estimate | None
    extra_beside_hop: Estimate | None

    @property
    def company_grows(self) -> bool:
        """Whether more memory read in between makes the hop dearer, beyond the intervals."""
        walks = [one.extra for one in self.company if one.extra and one.rung.subject != NO_COMPANY]

        return len(walks) > 1 and walks[0].high < walks[-1].low

    def step(self, subject: str) -> Rung | None:
        """Find a rung of ladder `steps`."""
        return next((rung for rung in self.steps if rung.subject == subject), None)

    @property
    def words(self) -> str:
        """The placement for people."""
        return PLACEMENT_WORDS[self.placement]


@dataclass(frozen=True)
class Numbers:
    """All of this section, the main placement first."""

    placed: tuple[Placed, ...]

    @property
    def main(self) -> Placed:
        """The placement that headlines speak of."""
        return self.placed[0]

    def table(self, name: str) -> tuple[tuple[Rung, tuple[Rung | None, ...]], ...]:
        """Join the placements of a ladder: each rung, and what it is on every placement."""
        ladders = [{rung.subject: rung for rung in getattr(one, name)} for one in self.placed]
        every = {subject: rung for found in reversed(ladders) for subject, rung in found.items()}
        order = dict.fromkeys(subject for found in ladders for subject in found)

        return tuple(
            (every[subject], tuple(found.get(subject) for found in ladders)) for subject in order
        )


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if no increment was measured."""
    found = tuple(placed(rows, placement) for placement in rows.placements)
    measured = tuple(one for one in found if any(rung.increment for rung in one.steps))

    return Numbers(measured) if measured else None


def placed(rows: Rows, placement: str) -> Placed:
    """Climb every ladder on one placement."""
    steps = ladder(rows, "steps", placement)
    threads = ladder(rows, "threads", placement)
    anyio = rung_above(rows, "anyio-run-sync", threads, placement)

    return Placed(
        placement=placement,
        steps=steps,
        closure=closure(rows, placement),
        parts=parts(rows, placement),
        threads=threads if anyio is None else (*threads, anyio),
        starlette=ladder(rows, "starlette", placement),
        starlette_closure=closure(rows, placement, "starlette-def", "beside-starlette-request"),
        company=tuple(
            Beside(rung, extra(rows, rung.subject, placement))
            for rung in ladder(rows, "company", placement)
        ),
        cold=ladder(rows, "cold", placement),
        resources=ladder(rows, "resources", placement),
        extra_beside_request=extra(rows, BELOW, placement),
        extra_beside_hop=extra(rows, NO_COMPANY, placement),
    )


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    words = [f"{one.words}: {steps_in_words(one.steps)}" for one in found.placed]

    return "Waterfall of a hop's steps. " + "; ".join(words) + "."


def steps_in_words(steps: tuple[Rung, ...]) -> str:
    """List increments."""
    known = [rung for rung in steps if rung.increment is not None]

    return ", ".join(f"{r.subject} {digits.short_time(r.increment, sign=True)}" for r in known)


def figure(found: Numbers) -> Figure:
    """Draw the waterfall of each placement, side by side over the same rows."""
    subjects = tuple(dict.fromkeys(r.subject for one in found.placed for r in one.steps))
    height = 1.35 + ROW_INCHES * len(subjects)
    drawn = blank(height)
    left, right, gap = 1.9, 11.85, 0.35
    width = (right - left - gap * (len(found.placed) - 1)) / len(found.placed)

    for index, one in enumerate(found.placed):
        start = left + index * (width + gap)
        axes = panel(drawn, start, 0.6, start + width, height - 0.75)
        draw_waterfall(axes, one, subjects)
        axes.set_yticks(range(len(subjects)), subjects if index == 0 else [""] * len(subjects))
        for label, subject in zip(axes.get_yticklabels(), subjects, strict=True):
            label.set_color(shade(subject))
        heading(axes, one.words, closure_in_words(one.closure))
        axes.set_xlabel(digits.MICRO)

    return drawn


def closure_in_words(found: Closure | None) -> str:
    """Say how much of the endpoint's difference the rungs below it explain."""
    if found is None:
        return ""

    explained, whole = digits.short_time(found.explained), digits.short_time(found.whole)

    return f"{explained} explained of {whole}, residual {digits.short_time(found.residual)}"


def draw_waterfall(axes: Axes, one: Placed, subjects: tuple[str, ...]) -> None:
    """Draw one bar per rung, from the end of the rung below it to its own."""
    reach = max(SHORTEST_AXIS_US, *(end_of(rung) for rung in one.steps))
    axes.set_xlim(0, reach * 1.42)
    axes.set_ylim(len(subjects) - 0.4, -0.6)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= reach * 1.05])
    axes.spines["bottom"].set_bounds(0, reach * 1.05)

    for rung in one.steps:
        place = subjects.index(rung.subject)
        if rung.cost is None or rung.increment is None:
            axes.annotate(digits.NOT_MEASURED, (0, place), va="center", color=MUTED)
        else:
            draw_rung(axes, place, rung.cost, rung.increment, shade(rung.subject))

    write_total(axes, -0.85, "in all")
    draw_closure(axes, one, subjects)


def write_total(axes: Axes, place: float, text: str) -> None:
    """Write at the right edge what everything up to a rung costs."""
    axes.annotate(
        text, (1, place), xycoords=("axes fraction", "data"), color=MUTED,
        ha="right", va="center", annotation_clip=False,
    )  # fmt: skip


def end_of(rung: Rung) -> float:
    """Find where a bar ends, its interval included; us."""
    if rung.cost is None or rung.increment is None:
        return 0.0

    wide = rung.increment.half_width if rung.increment.has_interval else 0.0

    return max(rung.cost.value + wide, rung.cost.value - rung.increment.value) * 1e6


def shade(subject: str) -> str:
    """Tell the rungs that have an endpoint from those that have none."""
    if subject in ENDPOINTS:
        return ORANGE

    return GREEN if subject == BELOW else BLUE


def draw_rung(axes: Axes, place: int, cost: Estimate, increment: Estimate, colour: str) -> None:
    """Draw one bar, its interval, its increment, and at the right edge the sum so far."""
    end, added = cost.scaled(1e6).value, increment.scaled(1e6)
    start = end - added.value
    axes.barh(place, added.value, left=start, height=0.56, color=colour)

    if added.has_interval:
        axes.plot([start + added.low, start + added.high], [place, place], color=INK, linewidth=1.2)

    reach = max(start, end, start + (added.high if added.has_interval else 0))
    axes.annotate(
        digits.short_time(increment, sign=True), (reach, place), (6, 0),
        textcoords="offset points", va="center", color=INK,
    )  # fmt: skip
    write_total(axes, place, digits.short_time(cost))


def draw_closure(axes: Axes, one: Placed, subjects: tuple[str, ...]) -> None:
    """Draw a line from where the rungs below end down to the endpoint's whole difference."""
    if one.closure is None:
        return

    rows = [subjects.index(BELOW), subjects.index(ENDPOINTS[1])]
    explained = one.closure.explained.value * 1e6
    axes.plot([explained] * 2, rows, color=MUTED, linewidth=0.8, zorder=0)
    axes.axhspan(rows[0] + 0.5, len(subjects) - 0.4, color=FAINT, alpha=0.35, zorder=-1)
