"""Pipes: a reader that stops early is no error, and changes no exit status."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest

from analysis.__main__ import announce, check, main
from analysis.report import Documents
from tests.commands import started

NOTHING = Documents({}, (), ())
PLACE = Path("none")


@contextmanager
def unread() -> Iterator[None]:
    """A standard output whose reader has left."""
    reader, writer = os.pipe()
    os.close(reader)

    with (
        os.fdopen(writer, "w", buffering=1, encoding="utf-8") as stream,
        redirect_stdout(stream),
    ):
        yield


@pytest.mark.parametrize("command", [("analysis", "--explain"), ("bench", "--list")])
def test_a_command_whose_reader_has_left_says_nothing_of_it(command: tuple[str, str]) -> None:
    with started(*command) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()  # long before anything is imported
        said = process.stderr.read()

    assert (process.returncode, said) == (0, "")


def test_the_report_is_done_whoever_reads_the_answer() -> None:
    with unread():
        announce(PLACE, PLACE, ["a reason"], ["an answer"])


@pytest.mark.parametrize(
    "status",
    [lambda: main(["--explain"], PLACE), lambda: check(NOTHING, PLACE)],
    ids=["explain", "check"],
)
def test_an_exit_status_is_of_what_was_done(status: Callable[[], int]) -> None:
    with unread():
        assert status() == 0
