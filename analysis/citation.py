"""Turns CITATION.cff and where a number comes from into lines to be pasted: text and BibTeX.

CITATION.cff is YAML; what is read of it are its texts of one line, and the names of its authors.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis import digits
from analysis.metadata import InputError
from analysis.origin import Origin, of_run
from analysis.page_sections import Section
from analysis.source import ROOT, Source

FILE = "CITATION.cff"
EXAMPLE = "hop"
TEXT = re.compile(r"^([\w-]+): +([^>|\s].*)$", re.MULTILINE)
AUTHORS = re.compile(r"^authors:\n((?:[ -].*\n?)+)", re.MULTILINE)
NAME = re.compile(r"^ *(-?) *(name|family-names|given-names): +(.+)$", re.MULTILINE)
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "&%$#_{}"})


@dataclass(frozen=True)
class Author:
    """A person, or with no given name an entity."""

    name: str
    given: str = ""

    @property
    def text(self) -> str:
        """The name as it stands in a line."""
        return f"{self.name}, {self.given}" if self.given else self.name

    @property
    def bibtex(self) -> str:
        """The name as BibTeX takes it: one in braces of its own is not taken apart."""
        return latex(self.text) if self.given else f"{{{latex(self.name)}}}"


@dataclass(frozen=True)
class Work:
    """What CITATION.cff says of the project."""

    title: str
    version: str
    authors: tuple[Author, ...]


@dataclass(frozen=True)
class Citation:
    """The same reference twice."""

    line: str
    bibtex: str


def work_of(path: Path = ROOT / FILE) -> Work:
    """Read CITATION.cff.

    Raises:
        InputError: it cannot be read, or lacks title, version or authors where they are looked for.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read ({error}): put it back") from None

    texts = {name: unquoted(text) for name, text in TEXT.findall(content)}
    listed = AUTHORS.search(content)
    authors = authors_in(listed[1]) if listed else ()

    if not texts.keys() >= {"title", "version"} or not authors:
        raise InputError(f"{path.name} must have authors, a title and a version, each of one line")

    return Work(texts["title"], texts["version"], authors)


def authors_in(block: str) -> tuple[Author, ...]:
    """Read the list of authors: each an entity's name, or family and given names."""
    found: list[dict[str, str]] = []

    for dash, name, text in NAME.findall(block):
        if dash or not found:
            found.append({})

        found[-1][name] = unquoted(text)

    return tuple(
        Author(one.get("name") or one.get("family-names", ""), one.get("given-names", ""))
        for one in found
    )


def unquoted(text: str) -> str:
    """Take a YAML text out of its quotes, if it has any."""
    text = text.strip()

    if text.startswith('"'):
        return str(json.loads(text))

    return text[1:-1].replace("''", "'") if text.startswith("'") else text


def cite(work: Work, origin: Origin, figure: str = "", part: str = "", others: int = 0) -> Citation:
    """Write the reference of the report, or of one figure of it.

    Args:
        work: the project.
        origin: what is behind the figure, or behind the report's first one.
        figure: the figure's identifier.
        part: the heading it stands under.
        others: how many more runs the report is made from.
    """
    title = f"{figure}: {closed(part)} In: {work.title}" if figure else work.title
    data = [f"{one.path} (SHA-256 {one.sha256})" for one in origin.data]
    told = (
        f"version {origin.version or work.version}",
        origin.commit and f"commit {origin.commit}",
        f"data {', '.join(data if figure else data[:1])}",
        others and f"with {digits.counted(others, 'further run')}, named below their figures",
        origin.date and f"measured {origin.date}",
        origin.machine,
        origin.versions,
        origin.sample if figure else "",
    )
    facts = "; ".join(str(one) for one in told if one)

    return Citation(line(work, origin, title, facts), bibtex(work, origin, title, facts, figure))


def closed(heading: str) -> str:
    """End a heading as a sentence ends."""
    return heading if heading.endswith("?") else f"{heading}."


def line(work: Work, origin: Origin, title: str, facts: str) -> str:
    """Write the reference as a sentence of a list of references."""
    authors = "; ".join(author.text for author in work.authors)
    year = f" ({origin.year})" if origin.year else ""

    return f"{authors}{year}. {title}. {digits.sentence(facts)}."


def bibtex(work: Work, origin: Origin, title: str, facts: str, figure: str) -> str:
    """Write it as an entry that every style of BibTeX knows."""
    key = "-".join(filter(None, ("hopcost", origin.version or work.version, figure)))
    fields = {
        "author": " and ".join(author.bibtex for author in work.authors),
        "title": f"{{{code(latex(title))}}}",
        "year": origin.year,
        "note": latex(facts),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]

    return "\n".join([f"@misc{{{key},", *lines, "}"])


def latex(text: str) -> str:
    """Escape what LaTeX would take for a command."""
    return text.translate(SPECIAL)


def code(text: str) -> str:
    """Set what stands in backticks as code."""
    return re.sub(r"`([^`]*)`", r"\\texttt{\1}", text)


@dataclass(frozen=True)
class Example:
    """A figure's reference."""

    id: str
    citation: Citation


def references(first: Source, sections: Sequence[Section], work: Work) -> dict[str, object]:
    """Gather what the template of references speaks of: the report, and a figure if it has any.

    Args:
        first: the run that the report is named after.
        sections: those of the report.
        work: the project.
    """
    shown = [one for one in sections if one.numbers is not None and one.source is not None]
    section = next((one for one in shown if one.study == EXAMPLE), next(iter(shown), None))
    report = of_run(first, first.rows.benchmarks[0].study)
    data = {first.data, *(one.source.data for one in shown if one.source)}

    return {
        "citation": cite(work, report, others=len(data) - 1),
        "example": None if section is None else example(work, section),
    }


def example(work: Work, section: Section) -> Example | None:
    """Cite the figure of a section."""
    picture = section.pictures[section.study]
    origin = picture.origin

    if origin is None:
        return None

    return Example(picture.id, cite(work, origin, picture.id, section.title))
