"""A browser's report: from what a page noted of its fetches and clicks to checked numbers.

All is as the browser itself says, by Resource Timing and Event Timing, in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from statistics import median
from typing import Any

from bench.correctness import WrongAnswerError, shown
from bench.server.chromium import BrowserError

CLOCK_SECONDS = 100e-6
"""A step of the clock that pages are shown."""
EVENT_MS = 16
"""The shortest event that is reported; durations are rounded to multiples of 8 ms."""

Report = Mapping[str, Any]
"""What the page's script reports, or a part of it."""


def check_answers(path: str, answers: Sequence[Report], fetches: int, body: bytes) -> None:
    """Raises WrongAnswerError unless each fetch has its answer, and the right one."""
    if len(answers) != fetches:
        raise WrongAnswerError(f"{path} must be fetched {fetches} times, it was {len(answers)}")

    for answer in answers:
        status, found = answer["status"], answer["body"].encode()
        if (status, found) != (200, body):
            raise WrongAnswerError(
                f"{path} must answer 200 {shown(body)} to each fetch, "
                f"it answered {status or 'nothing:'} {shown(found)}"
            )


def check_report(report: Report, fetches: int, clicks: int) -> None:
    """Raises BrowserError unless all fetches went through the network, and all clicks arrived."""
    sent = sum(each["requestStart"] > 0 < each["transferSize"] for each in report["timings"])
    if sent != fetches:
        raise BrowserError(f"Chromium must send {fetches} requests, it tells of {sent}")

    if report["clicks"] != clicks:
        raise BrowserError(f"the page must see {clicks} clicks, it saw {report['clicks']}")


def numbers(report: Report) -> dict[str, float]:
    """What the page saw; seconds, where they are not counts.

    Returns:
        all: from the first fetch() to the last answer.
        together: the most requests that were open at once, from their sending to their answer.
        queued: the median time from fetch() to the sending, at least one step of the clock.
        inp: the longest event of a click, until the screen shows what it changed; where there are
            no `events`, every click was faster than this.
        clicks: those sent while the fetches ran, about 3 a second.
        events: those of the clicks that took long enough to be reported; may be 0.
    """
    timings = report["timings"]
    queued = median(each["requestStart"] - each["startTime"] for each in timings)
    return {
        "all": report["elapsed"] / 1000,
        "together": float(
            most_at_once((each["requestStart"], each["responseEnd"]) for each in timings)
        ),
        "queued": max(queued / 1000, CLOCK_SECONDS),
        "inp": max(report["events"], default=EVENT_MS) / 1000,
        "clicks": float(report["clicks"]),
        "events": float(len(report["events"])),
    }


def most_at_once(spans: Iterable[tuple[float, float]]) -> int:
    """The most spans that overlap; one that ends when another starts does not."""
    changes = sorted(change for start, end in spans for change in ((start, 1), (end, -1)))
    return max(accumulate(change for _, change in changes), default=0)
