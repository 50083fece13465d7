"""Turns a browser's own timings into what it shows: how many at once, how long they queue, INP."""

import math
from dataclasses import dataclass

from analysis import digits
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.loads import of
from analysis.server.setups import BROWSER, found, number_fact
from analysis.server.waiting import FETCHES, WAIT_SECONDS, places

# Source: web.dev/articles/inp, the 75th percentile of visits.
GOOD_INP_SECONDS, POOR_INP_SECONDS = 0.2, 0.5
SAME = 0.1  # of a duration: one visit knows no interval


@dataclass(frozen=True)
class Browsing:
    """One page that fetches many times from one endpoint; seconds, and fetches open at once.

    Attributes:
        no_slow_click: every event of a click was too short to be reported, and shorter than `inp`.
    """

    subject: str
    fetches: int
    wait_seconds: float
    server_places: int
    all: Estimate
    together: Estimate | None
    queued: Estimate | None
    inp: Estimate | None
    no_slow_click: bool

    @property
    def waves(self) -> int | None:
        """How many times a wait must follow another, with so many at once."""
        return None if self.together is None else math.ceil(self.fetches / self.together.value)

    @property
    def model_seconds(self) -> float | None:
        """Until all are answered, if nothing but the wait took time."""
        return None if self.waves is None else self.waves * self.wait_seconds

    @property
    def formula(self) -> str:
        """Write the model out; empty if it is not known how many were open."""
        if self.together is None:
            return ""

        waves = f"ceil({self.fetches} / {digits.fixed(self.together.value, 0)})"

        return f"{waves} {digits.TIMES} {digits.seconds(self.wait_seconds)}"

    @property
    def held_back_by_browser(self) -> bool:
        """Whether the browser sends fewer at once than the server could take."""
        return self.together is not None and self.together.value < self.server_places

    @property
    def inp_word(self) -> str:
        """Rate the slowest click as the Core Web Vitals do; empty if there was none."""
        if self.inp is None:
            return ""

        if self.inp.value <= GOOD_INP_SECONDS:
            return "good"

        return "needs improvement" if self.inp.value <= POOR_INP_SECONDS else "poor"


@dataclass(frozen=True)
class Browser:
    """The endpoints a browser fetched from, `async-def` first."""

    pages: tuple[Browsing, ...]

    @property
    def held_back(self) -> bool:
        """Whether the browser, not the server, limits what overlaps, in every page."""
        return all(one.held_back_by_browser for one in self.pages)

    @property
    def alike(self) -> bool:
        """Whether it took about the same until all were answered, whichever the endpoint."""
        times = [one.all.value for one in self.pages]

        return len(times) > 1 and max(times) - min(times) <= SAME * min(times)

    @property
    def inp_alike(self) -> bool:
        """Whether every page's slowest click gets the same rating."""
        words = {one.inp_word for one in self.pages}

        return len(self.pages) > 1 and len(words) == 1 and words != {""}


def browser(rows: Rows) -> Browser | None:
    """Read the pages; None if no browser was driven."""
    every = (page(rows, subject) for subject in ("wait-async-def", "wait-def"))
    pages = tuple(one for one in every if one is not None)

    return Browser(pages) if pages else None


def page(rows: Rows, subject: str) -> Browsing | None:
    """Read one page; None if it was not measured."""
    row = found(rows, subject, BROWSER, "all")
    elapsed = of(rows, subject, BROWSER, "all")

    if elapsed is None:
        return None

    fetches = int(number_fact(row, "fetches", FETCHES))

    return Browsing(
        subject=subject,
        fetches=fetches,
        wait_seconds=number_fact(row, "wait_seconds", WAIT_SECONDS),
        server_places=places(row, subject, fetches),
        all=elapsed,
        together=of(rows, subject, BROWSER, "together"),
        queued=of(rows, subject, BROWSER, "queued"),
        inp=of(rows, subject, BROWSER, "inp"),
        no_slow_click=number_fact(row, "events", 1) == 0,
    )
