"""The committed report: with all its resamples, what the committed data give, and no draft."""

import pytest

from analysis.__main__ import main
from analysis.checks import CONTROLS
from analysis.source import ROOT


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "REPORT.md").read_text(encoding="utf-8")


def test_the_committed_report_is_what_the_committed_data_give() -> None:
    assert main(["--check"]) == 0


def test_the_committed_report_is_no_draft(text: str) -> None:
    assert "**DRAFT" not in text


def test_intervals_of_controls_are_widened_for_as_many_as_there_are(text: str) -> None:
    assert text.count(f"its interval, as one of {CONTROLS}, includes") == CONTROLS
