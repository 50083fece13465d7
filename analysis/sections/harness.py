"""Turns the `harness` rows into an answer: can the instrument see the hop.

How to read the figure: each bar is one request of the hop-free handler as that instrument times it
(grey), and what the same handler with one hop takes on top (colour, with its 95 % interval).
The coloured part is the same work everywhere; if it cost the same everywhere, it would be as long
in each row of a panel. The grey part belongs mostly to the instrument: the longer it is, the
smaller the ratio, and the wider the interval, whatever the hop costs.
"""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import digits
from analysis.contrasts import estimate, plus, ratio
from analysis.estimate import Estimate
from analysis.figures import BLUE, FAINT, INK, MUTED, blank, heading, panel
from analysis.pairs import Pair, compare
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows

STUDY = "harness"
TITLE = "Can the instrument see it?"
CAPTION = (
    "What each instrument reports for the same hop: grey is a request without it, colour what "
    "the hop adds."
)
INSTRUMENTS = {
    "exchange": "bare exchange",
    "httpx": "httpx.ASGITransport",
    "testclient": "TestClient",
}
REFERENCE = "exchange"
ROW_INCHES = 0.42
COLUMNS = (1.16, 1.59, 1.80)


@dataclass(frozen=True)
class Floor:
    """An application that does nothing, through the bare exchange: seconds and a share."""

    placement: str
    no_op: Estimate
    share_of_async_def: Estimate | None


@dataclass(frozen=True)
class Control:
    """The same handler under two names: their ratio, which is known to be 1."""

    placement: str
    ratio: Estimate


@dataclass(frozen=True)
class Spread:
    """The largest over the smallest, of the instruments on one placement."""

    of_difference: float
    of_excess: float


@dataclass(frozen=True)
class Numbers:
    """All of this section."""

    floors: tuple[Floor, ...]
    controls: tuple[Control, ...]
    readings: tuple[Pair, ...]

    def reading(self, instrument: str, placement: str) -> Pair | None:
        """Find one reading."""
        wanted = (instrument, placement)
        readings = (one for one in self.readings if wanted == (one.kind.instrument, one.placement))

        return next(readings, None)

    def at(self, placement: str) -> tuple[Pair, ...]:
        """List the readings of one placement, in the order of INSTRUMENTS."""
        return tuple(one for one in self.readings if one.placement == placement)

    def spread(self, placement: str) -> Spread | None:
        """Compare how much the instruments disagree; None unless each of them sees the hop."""
        readings = self.at(placement)
        differences = [one.difference.value for one in readings]
        excesses = [one.ratio.value - 1 for one in readings]

        if len(readings) < 2 or any(one.difference.low <= 0 for one in readings):
            return None

        return Spread(max(differences) / min(differences), max(excesses) / min(excesses))

    @property
    def placements(self) -> tuple[str, ...]:
        """Placements with at least one reading."""
        return tuple(dict.fromkeys(one.placement for one in self.readings))


def numbers(rows: Rows) -> Numbers | None:
    """Compute the section; None if the pair was not measured through any instrument."""
    readings = [
        reading(rows, instrument, placement)
        for placement in rows.placements
        for instrument in INSTRUMENTS
    ]
    found = tuple(one for one in readings if one is not None)
    floors = (floor(rows, placement) for placement in rows.placements)
    controls = (control(rows, placement) for placement in rows.placements)

    if not found:
        return None

    return Numbers(tuple(filter(None, floors)), tuple(filter(None, controls)), found)


def reading(rows: Rows, instrument: str, placement: str) -> Pair | None:
    """Estimate the pair through one instrument."""
    return compare(
        rows.find(STUDY, "def", placement, instrument),
        rows.find(STUDY, "async-def", placement, instrument),
    )


def floor(rows: Rows, placement: str) -> Floor | None:
    """Estimate the no-op application, and its share of `async-def`."""
    no_op = rows.find(STUDY, "no-op", placement, REFERENCE)
    async_def = rows.find(STUDY, "async-def", placement, REFERENCE)
    time = None if no_op is None else estimate(plus(no_op))

    if no_op is None or time is None:
        return None

    return Floor(
        placement, time, None if async_def is None else ratio(plus(no_op), plus(async_def))
    )


def control(rows: Rows, placement: str) -> Control | None:
    """Estimate the A/A ratio."""
    again = rows.find(STUDY, "async-def-again", placement, REFERENCE)
    first = rows.find(STUDY, "async-def", placement, REFERENCE)
    found = None if again is None or first is None else ratio(plus(again), plus(first))

    return None if found is None else Control(placement, found)


def label(one: Pair) -> str:
    """Give the instrument's name for people."""
    return INSTRUMENTS[str(one.kind.instrument)]


def alt(found: Numbers) -> str:
    """Describe the figure in words."""
    words = [
        f"{label(one)}, {PLACEMENT_WORDS[one.placement]}: {digits.time(one.difference, sign=True)}"
        f" on top of {digits.short_time(one.twin_time)}, {digits.short_times(one.ratio)}"
        for one in found.readings
    ]

    return "Bars of what each instrument reports for the same hop. " + "; ".join(words) + "."


def figure(found: Numbers) -> Figure:
    """Draw one panel per placement, one bar per instrument, all on one scale."""
    bars = ROW_INCHES * len(INSTRUMENTS)
    drawn = blank(0.5 + len(found.placements) * (bars + 1.0))
    top = drawn.get_size_inches()[1] - 0.6
    reach = 1.02 * max(end_of(one) for one in found.readings)

    for placement in found.placements:
        readings = found.at(placement)
        axes = panel(drawn, 1.75, top - bars * len(readings) / len(INSTRUMENTS), 7.3, top)
        draw_bars(axes, readings)
        write_columns(axes, readings)
        axes.set_xlim(0, reach)
        heading(axes, PLACEMENT_WORDS[placement])
        axes.set_xlabel(f"{digits.MICRO} per request")
        top -= bars + 1.0

    return drawn


def end_of(one: Pair) -> float:
    """Find where a bar ends, its interval included; us."""
    top = one.difference.high if one.difference.has_interval else one.difference.value

    return (one.twin_time.value + max(top, 0.0)) * 1e6


def draw_bars(axes: Axes, readings: tuple[Pair, ...]) -> None:
    """Draw the bars of one placement."""
    for place, one in enumerate(readings):
        base, top = one.twin_time.value * 1e6, one.difference.scaled(1e6)
        axes.barh(place, base, height=0.56, color=FAINT)
        axes.barh(place, top.value, left=base, height=0.56, color=BLUE)

        if top.has_interval:
            axes.plot([base + top.low, base + top.high], [place, place], color=INK, linewidth=1.2)

    axes.set_yticks(range(len(readings)), [label(one) for one in readings])
    axes.set_ylim(len(readings) - 0.5, -0.5)


def write_columns(axes: Axes, readings: tuple[Pair, ...]) -> None:
    """Write each bar's numbers right of it, in columns headed by what the colours mean."""
    rows = [
        ("async-def", "a hop adds", "ratio"),
        *(
            (
                digits.short_time(one.twin_time),
                digits.time(one.difference),
                digits.short_times(one.ratio),
            )
            for one in readings
        ),
    ]

    for place, row in enumerate(rows, start=-1):
        for text, right, colour in zip(row, COLUMNS, (MUTED, BLUE, INK), strict=True):
            axes.annotate(
                text, (right, place), xycoords=("axes fraction", "data"), color=colour,
                ha="right", va="center", annotation_clip=False,
            )  # fmt: skip
