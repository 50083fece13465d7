"""The browser as a client: from a path of a server to how a page's fetches of it overlap.

A page fetches one path many times at once, and clicks go on as a person's would.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from bench.correctness import WrongAnswerError
from bench.handlers import CATALOGUE
from bench.server.browser_report import check_answers, check_report, numbers
from bench.server.chromium import BrowserError
from bench.server.devtools import DevTools, blank_page

SCRIPT = Path(__file__).with_suffix(".js")
PAGE = "/no-op"
"""The page: of the same origin, so that timings are shown and no preflight is sent."""
BODY = CATALOGUE["async-def"].body
CLICK_SECONDS = 0.3
LOADED = """new Promise((resolve) => {
    const load = () => resolve(performance.getEntriesByType("navigation")[0]?.responseStatus);
    document.readyState === "complete" ? load() : addEventListener("load", load);
})"""


def browser_load(
    url_base: str,
    path: str,
    fetches: int = 100,
    *,
    body: bytes = BODY,
    limit_seconds: float = 120.0,
) -> dict[str, float]:
    """What a page sees that fetches `path` so many times at once.

    Returns:
        What `bench.server.browser_report.numbers` says.

    Raises:
        WrongAnswerError: an answer was not 200 with this body.
        BrowserError: the browser failed, or was not done in time.
    """
    with blank_page() as devtools:
        open_page(devtools, url_base + PAGE)
        evaluate(devtools, SCRIPT.read_text("utf-8"))
        clicks = click_during(devtools, f"load({json.dumps(path)}, {fetches})", limit_seconds)
        evaluate(devtools, "settle()")
        click(devtools)
        report = evaluate(devtools, "report()")

    check_answers(path, report["answers"], fetches, body)
    check_report(report, fetches, clicks)
    return numbers(report)


def open_page(devtools: DevTools, url: str) -> None:
    """Goes to a page; raises WrongAnswerError where it is not there."""
    failure = devtools.call("Page.navigate", url=url).get("errorText")
    status = evaluate(devtools, LOADED)
    if failure or status != 200:
        raise WrongAnswerError(f"{PAGE} must answer 200, it answered {failure or status}")


def click_during(devtools: DevTools, expression: str, limit_seconds: float) -> int:
    """Clicks until the expression is evaluated; how often.

    Raises:
        BrowserError: that takes too long.
    """
    deadline = monotonic() + limit_seconds
    number = devtools.send("Runtime.evaluate", **evaluation(expression))
    result = None
    clicks = 0
    while result is None:
        if monotonic() > deadline:
            raise BrowserError(f"all fetches must end within {limit_seconds:g} s, they did not")
        click(devtools)
        clicks += 1
        result = devtools.result(number, CLICK_SECONDS)

    value_of(result)
    return clicks


def click(devtools: DevTools) -> None:
    """Presses and releases, as a mouse does, and does not wait for what the page makes of it."""
    for kind in ("mousePressed", "mouseReleased"):
        devtools.send(
            "Input.dispatchMouseEvent", type=kind, x=100, y=100, button="left", clickCount=1
        )


def evaluate(devtools: DevTools, expression: str) -> Any:
    """The value of an expression in the page; a promise's, once it has one."""
    return value_of(devtools.call("Runtime.evaluate", **evaluation(expression)))


def evaluation(expression: str) -> dict[str, Any]:
    """The parameters of `Runtime.evaluate`."""
    return {"expression": expression, "awaitPromise": True, "returnByValue": True}


def value_of(result: Mapping[str, Any]) -> Any:
    """What `Runtime.evaluate` gives; raises BrowserError where the script raised."""
    if "exceptionDetails" in result:
        what = result["exceptionDetails"]["exception"]["description"].splitlines()[0]
        raise BrowserError(f"the script in the page must end well, it raised {what}")

    return result["result"].get("value")
