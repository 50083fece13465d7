"""The committed report: with all its resamples, what the committed data give."""

from analysis.__main__ import main


def test_the_committed_report_is_what_the_committed_data_give() -> None:
    assert main(["--check"]) == 0
