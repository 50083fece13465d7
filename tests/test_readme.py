"""The README's answer comes from the data."""

from pathlib import Path

import pytest

from analysis.metadata import InputError
from analysis.readme import (
    BEGIN,
    CITE_BEGIN,
    CITE_END,
    END,
    with_answer,
    with_references,
)

ANSWER = ("endpoint", "when to use it", "annotation", "all kinds", "where", "when it matters")
ROOT = Path(__file__).parent.parent


def test_the_answer_replaces_what_stood_between_the_marks() -> None:
    filled = with_answer(f"before\n{BEGIN}\nold\n{END}\nafter\n", ANSWER)

    assert filled == f"before\n{BEGIN}\n1. endpoint\n2. when to use it\n3. where\n{END}\nafter\n"


def test_what_the_runs_miss_stands_below_the_answer() -> None:
    filled = with_answer(f"{BEGIN}\nold\n{END}", ANSWER, "9 missed.")

    assert filled == f"{BEGIN}\n1. endpoint\n2. when to use it\n3. where\n\n9 missed.\n{END}"


def test_filling_twice_changes_nothing_more() -> None:
    once = with_answer(f"{BEGIN}{END}", ANSWER)

    assert with_answer(once, ANSWER) == once


@pytest.mark.parametrize("readme", ["", BEGIN, END, f"{END}{BEGIN}"])
def test_missing_marks_are_refused(readme: str) -> None:
    with pytest.raises(InputError, match="must hold the marks"):
        with_answer(readme, ANSWER)


def test_the_readme_has_the_marks_once() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [text.count(mark) for mark in (BEGIN, END, CITE_BEGIN, CITE_END)] == [1, 1, 1, 1]


def test_the_references_replace_what_stood_between_their_marks() -> None:
    filled = with_references(f"before\n{CITE_BEGIN}\nold\n{CITE_END}\nafter\n", "new\n")

    assert filled == f"before\n{CITE_BEGIN}\n\nnew\n\n{CITE_END}\nafter\n"
    assert with_references(filled, "new\n") == filled


def test_missing_marks_of_the_references_are_refused() -> None:
    with pytest.raises(InputError, match="must hold the marks"):
        with_references(CITE_BEGIN, "new")
