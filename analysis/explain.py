"""Turns what is behind a figure or a number into lines for a terminal."""

import textwrap
from pathlib import Path

from analysis.behind import NAMES, Behind, behind
from analysis.citation import cite, work_of
from analysis.committed import PAGE
from analysis.imports import file_of, imported
from analysis.origin import ALL, DataFile, Origin
from analysis.source import ROOT

LIST = "list"
REBUILD = "tox -e report"
LABEL_COLUMNS = 12
WRAPPER = textwrap.TextWrapper(88, break_long_words=False, break_on_hyphens=False)


def explain(name: str, root: Path) -> str:
    """Say what is behind a figure or a number of the committed report; of `list`, all names.

    Raises:
        InputError: there is none of that name, or no data of it, or they cannot be used.
    """
    if name.casefold() == LIST:
        return listing()

    one = behind(name, root)
    entries = {
        "found": one.found.split("; "),
        "figure": [f"{one.picture.path}, shown in {PAGE}#{one.picture.id}: {one.title}"],
        **facts(one.origin),
        "benchmarks": [", ".join(sorted(one.benchmarks))],
        "code": [code(module) for module in one.modules],
        "repeat": [one.origin.repeat],
        "rebuild": [REBUILD],
    }
    lines = [entry(label, texts) for label, texts in entries.items() if any(texts)]

    return "\n".join([f"{one.name}: {NAMES[one.name]}", "", *lines, "", *references(one)])


def listing() -> str:
    """List all names, and what each is the name of."""
    width = max(map(len, NAMES)) + 2

    return "\n".join(f"{name:<{width}}{told}" for name, told in NAMES.items())


def entry(label: str, texts: list[str]) -> str:
    """Write a label, and beside it and below what belongs to it."""
    lines = [line for text in texts for line in WRAPPER.wrap(text)]

    return "\n".join(
        f"{label if number == 0 else '':<{LABEL_COLUMNS}}{line}"
        for number, line in enumerate(lines)
    )


def facts(origin: Origin) -> dict[str, list[str]]:
    """Say what it was made from."""
    return {
        "data": [line for file in origin.data for line in (file.path, checksum(file))],
        "measured": [origin.measured],
        "sample": [f"{origin.sample} {origin.placements}".strip()],
        "intervals": [origin.intervals],
        "machine": [origin.machine],
        "versions": [origin.versions],
    }


def checksum(file: DataFile) -> str:
    """Say what a checksum is of, so that it can be computed again."""
    of = ", of what `LC_ALL=C sha256sum` prints for them" if ALL in file.path else ""

    return f"SHA-256 {file.sha256}{of}"


def code(module: str) -> str:
    """Name the file of a module, and all files that it imports of the repository."""
    path = file_of(ROOT, module)
    own = "" if path is None else path.relative_to(ROOT).as_posix()
    others = [name for name in imported(ROOT, module) if name != own]

    return f"{own}, and what it imports: {', '.join(others)}" if others else own


def references(one: Behind) -> list[str]:
    """Write the lines to be pasted; never wrapped."""
    reference = cite(work_of(), one.origin, one.picture.id, one.title)

    return [reference.line, "", reference.bibtex]
