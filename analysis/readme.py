"""Turns the report's answer into the lines that the README shows, so that none is typed there."""

from collections.abc import Sequence

from analysis.metadata import InputError

BEGIN = "<!-- the answer, written by `tox -e report` -->"
END = "<!-- end of the answer -->"
SHOWN = (0, 2, 3)  # what an endpoint costs, what a hop costs, where it goes


def with_answer(readme: str, answer: Sequence[str]) -> str:
    """Put the answer between the marks.

    Raises:
        InputError: the marks are not there, each once and in order.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)

    if not begin or not end:
        raise InputError(f"README.md must hold the marks {BEGIN} and {END}: put them back")

    lines = "\n".join(f"{number}. {answer[index]}" for number, index in enumerate(SHOWN, 1))

    return f"{before}{BEGIN}\n{lines}\n{END}{after}"
