"""Turns the report's answer into the lines that the README shows, so that none is typed there."""

from collections.abc import Sequence

from analysis.metadata import InputError

BEGIN = "<!-- the answer, written by `tox -e report` -->"
END = "<!-- end of the answer -->"
SHOWN = (0, 1, 4)  # what an endpoint costs, when to use which, where the hop goes

CITE_BEGIN = "<!-- the references, written by `tox -e report` -->"
CITE_END = "<!-- end of the references -->"


def with_answer(readme: str, answer: Sequence[str], missed: str = "") -> str:
    """Put the answer between its marks, and below it which bars the runs miss, if any.

    Raises:
        InputError: the marks are not there, each once and in order.
    """
    lines = [f"{number}. {answer[index]}" for number, index in enumerate(SHOWN, 1)]

    below = f"\n\n{missed}" if missed else ""

    return between(readme, BEGIN, END, "\n".join(lines) + below)


def with_references(readme: str, references: str) -> str:
    """Put the references between their marks.

    Raises:
        InputError: the marks are not there, each once and in order.
    """
    return between(readme, CITE_BEGIN, CITE_END, f"\n{references}")


def between(readme: str, begin: str, end: str, text: str) -> str:
    """Replace what stands between two marks."""
    before, found_begin, rest = readme.partition(begin)
    _, found_end, after = rest.partition(end)

    if not found_begin or not found_end:
        raise InputError(f"README.md must hold the marks {begin} and {end}: put them back")

    return f"{before}{begin}\n{text}\n{end}{after}"
