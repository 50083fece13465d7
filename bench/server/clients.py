"""The clients by name: from the word in data and figures to what sends the requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.benchmark import Fact
from bench.server.ab import Ab
from bench.server.browser import browser_load
from bench.server.client import Client, Seen
from bench.server.wrk import Wrk

WINDOW_SECONDS = 1
"""Of one burst; a round has several, in turns with the other endpoints."""
SOAK_SECONDS = 300
BROWSER_METRICS = ("all", "together", "queued", "inp")


@dataclass(frozen=True, slots=True)
class Browser:
    """A headless Chromium with one page, which fetches one path many times at once."""

    fetches: int
    warms_up: bool = False
    watches_growth: bool = False

    @property
    def facts(self) -> Mapping[str, Fact]:
        return {"fetches": self.fetches}

    def drive(self, base: str, path: str) -> Seen:
        numbers = browser_load(base, path, self.fetches)
        values = {name: number for name, number in numbers.items() if name in BROWSER_METRICS}
        counts = {name: int(number) for name, number in numbers.items() if name not in values}
        return Seen(values, facts=counts)


CLIENTS: dict[str, Client] = {
    "wrk": Wrk(WINDOW_SECONDS),
    "wrk-close": Wrk(WINDOW_SECONDS, keep_alive=False),
    "ab-keep": Ab(0, seconds=WINDOW_SECONDS, keep_alive=True),
    # So short that starting the worker threads and the first answers would be part of it.
    "ab-article": Ab(1000, warms_up=True),
    "ab-cpu": Ab(200),
    "ab-wait": Ab(200),
    "ab-block": Ab(10, connections=10),
    "browser": Browser(100),
    "soak": Wrk(SOAK_SECONDS, watches_growth=True),
}
