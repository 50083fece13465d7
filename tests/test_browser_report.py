"""A browser's report: refused where it is not whole, and its numbers are what it says."""

from __future__ import annotations

from typing import Any

import pytest

from bench.correctness import WrongAnswerError
from bench.server.browser_report import check_answers, check_report, most_at_once, numbers
from bench.server.chromium import BrowserError

RIGHT = {"status": 200, "body": "hello"}


def timing(start: float, sent: float, end: float, transferred: int = 300) -> dict[str, float]:
    return {
        "startTime": start,
        "requestStart": sent,
        "responseEnd": end,
        "transferSize": transferred,
    }


def report(**changed: Any) -> dict[str, Any]:
    """Three fetches, two at once, and two clicks of which one was slow enough to be told."""
    return {
        "elapsed": 4000.0,
        "clicks": 2,
        "events": [16, 24],
        "timings": [timing(100, 102, 2102), timing(100, 103, 2103), timing(101, 2102, 4100)],
        **changed,
    }


def test_numbers_are_seconds_and_counts() -> None:
    assert numbers(report()) == {
        "all": 4.0,
        "together": 2.0,
        "queued": 0.003,
        "inp": 0.024,
        "clicks": 2.0,
        "events": 2.0,
    }


def test_clicks_too_fast_to_be_told_are_below_the_threshold() -> None:
    found = numbers(report(events=[]))

    assert (found["inp"], found["events"]) == (0.016, 0.0)


def test_what_the_clock_does_not_see_is_one_step_of_it() -> None:
    assert numbers(report(timings=[timing(100, 100, 200)]))["queued"] == 100e-6


def test_one_that_ends_when_another_starts_does_not_overlap_it() -> None:
    assert most_at_once([(1, 2), (2, 3)]) == 1
    assert most_at_once([(1, 3), (2, 4), (2.5, 5), (4, 6)]) == 3


def test_right_answers_pass() -> None:
    check_answers("/def", [RIGHT, RIGHT], 2, b"hello")


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([RIGHT], "/def must be fetched 2 times, it was 1"),
        (
            [RIGHT, {**RIGHT, "status": 500}],
            "/def must answer 200 b'hello' to each fetch, it answered 500 b'hello'",
        ),
        (
            [RIGHT, {**RIGHT, "body": "bye"}],
            "/def must answer 200 b'hello' to each fetch, it answered 200 b'bye'",
        ),
        (
            [RIGHT, {"status": 0, "body": "Failed to fetch"}],
            "/def must answer 200 b'hello' to each fetch, it answered nothing: b'Failed to fetch'",
        ),
    ],
)
def test_one_wrong_answer_is_enough(answers: list[dict[str, Any]], found: str) -> None:
    with pytest.raises(WrongAnswerError) as raised:
        check_answers("/def", answers, 2, b"hello")

    assert found == str(raised.value)


def test_a_whole_report_passes() -> None:
    check_report(report(), 3, 2)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"timings": report()["timings"][:2]}, "Chromium must send 3 requests, it tells of 2"),
        (
            {"timings": [*report()["timings"][:2], timing(100, 101, 102, transferred=0)]},
            "Chromium must send 3 requests, it tells of 2",
        ),
        (
            {"timings": [*report()["timings"][:2], timing(100, 0, 102)]},
            "Chromium must send 3 requests, it tells of 2",
        ),
        ({"clicks": 1}, "the page must see 2 clicks, it saw 1"),
    ],
)
def test_a_report_with_something_missing_is_refused(changed: dict[str, Any], found: str) -> None:
    with pytest.raises(BrowserError) as raised:
        check_report(report(**changed), 3, 2)

    assert found == str(raised.value)
