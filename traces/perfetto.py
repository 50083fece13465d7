"""Perfetto: from a served trace to a page of headless Chromium, and from SQL to its answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.errors import UsageError

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    # Perfetto asks for fonts and statistics of its use; nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
)
TIMEOUT_MS = 60_000
OPEN = "() => window.app?.trace && app.trace !== window.before && !app.isLoadingTrace"
REOPEN = "(address) => { window.before = app.trace; app.openTraceFromUrl(address); }"
DRAWN = "(arrows) => app.trace.flows.selectedFlows.length === arrows"
ROWS = """async (sql) => {
    const result = await app.trace.engine.query(sql);
    const names = result.columns();
    const rows = [];
    for (const row = result.iter({}); row.valid(); row.next()) {
        const cells = names.map((name) => row.get(name));
        rows.push(cells.map((cell) => typeof cell === "bigint" ? Number(cell) : cell));
    }

    return rows;
}"""


def chromium() -> str:
    """Where Debian's Chromium, or one like it, is.

    Raises:
        UsageError: there is none.
    """
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path

    raise UsageError("Perfetto needs Chromium, there is none here: apt-get install chromium")


@contextmanager
def blank_page(width: int, height: int) -> Iterator[Page]:
    """A page of a browser of its own, which ends with it; sizes in CSS pixels."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*OPTIONS])
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(TIMEOUT_MS)
            yield page
        finally:
            browser.close()


def open_perfetto(page: Page, address: str) -> None:
    """Opens the whole of what is served, as a person would."""
    page.goto(address)
    page.wait_for_function(OPEN)


def open_next(page: Page, address: str) -> None:
    """Opens what is served now in a Perfetto that is open already: much the faster way."""
    page.evaluate(REOPEN, f"{address}/localtrace")
    page.wait_for_function(OPEN)


def rows(page: Page, sql: str) -> list[tuple[Any, ...]]:
    """What Perfetto's trace processor answers; nanoseconds are whole numbers."""
    return [tuple(row) for row in page.evaluate(ROWS, sql)]


def arrows_drawn(page: Page, arrows: int) -> None:
    """Waits until just so many are drawn."""
    page.wait_for_function(DRAWN, arg=arrows)
