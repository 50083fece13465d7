"""References: what CITATION.cff says and where a figure comes from, ready to be pasted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.citation import Author, Example, Work, cite, references, work_of
from analysis.metadata import InputError
from analysis.origin import DataFile, Origin
from analysis.page_sections import Picture, Section
from analysis.source import Source
from tests.synthetic_loads import benchmark, rows_of

ROOT = Path(__file__).parents[1]
CFF = (ROOT / "CITATION.cff").read_text("utf-8")

# The schema of the Citation File Format 1.2.0: keys of the file and of an author who is no person.
REQUIRED = {"authors", "cff-version", "message", "title"}
KNOWN = REQUIRED | {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license",
    "license-url", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "type", "url", "version",
}  # fmt: skip
OF_ENTITY = {
    "address", "alias", "city", "country", "date-end", "date-start", "email", "fax", "location",
    "name", "orcid", "post-code", "region", "tel", "website",
}  # fmt: skip
TYPES = {"dataset", "software"}

WORK = Work("hopcost: what `def` costs", "0.1.0", (Author("The makers"), Author("Lovelace", "Ada")))
ORIGIN = Origin(
    data=(DataFile("data/a_b.json.gz", "0123456789abcdef" * 4),),
    sample="30 rounds",
    intervals="95 % intervals",
    placements="on one CPU",
    machine="Imaginary CPU, 2 CPUs",
    versions="Python 3.13.0",
    version="0.2.0",
    commit="0123456789ab",
    date="2026-11-20 17:28",
    repeat="tox -e bench -- hop --rounds 30",
)


def keys(text: str) -> list[str]:
    return re.findall(r"^([\w-]+):", text, re.MULTILINE)


def value(key: str) -> str:
    (found,) = re.findall(rf"^{key}: +(.+)$", CFF, re.MULTILINE)

    return str(found)


def test_the_citation_file_has_what_its_format_requires_once_and_nothing_unknown() -> None:
    assert len(keys(CFF)) == len(set(keys(CFF)))
    assert set(keys(CFF)) >= REQUIRED
    assert set(keys(CFF)) <= KNOWN


def test_the_citation_file_has_values_that_its_format_allows() -> None:
    assert value("cff-version") == "1.2.0"
    assert value("type") in TYPES
    assert re.fullmatch(r"\d+(\.\d+)+", value("version"))
    assert (ROOT / "LICENSE").read_text("utf-8").startswith(f"{value('license')} License\n")


def test_the_authors_of_the_citation_file_have_names_and_no_unknown_key() -> None:
    block = re.split(r"^\w", CFF.partition("\nauthors:\n")[2], flags=re.MULTILINE)[0]
    authors = [
        set(re.findall(r"^\s*([\w-]+):", one, re.MULTILINE)) for one in block.split("  - ")[1:]
    ]

    assert authors
    assert [author for author in authors if "name" not in author or author - OF_ENTITY] == []


def test_what_is_read_of_the_citation_file_is_what_it_says() -> None:
    work = work_of()

    assert work.title == value("title").strip('"')
    assert work.version == value("version")
    assert [f'  - name: "{author.text}"' in CFF for author in work.authors] == [True]


def test_persons_have_two_names_and_quotes_are_not_part_of_them(tmp_path: Path) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "authors:\n  - family-names: 'O''Hop'\n    given-names: \"Ada\"\n  - name: Makers\n"
        "title: >-\n  folded\nversion: 1.0\n"
    )
    with pytest.raises(InputError, match="must have authors, a title and a version"):
        work_of(path)

    path.write_text(path.read_text().replace("title: >-\n  folded", 'title: "A \\"hop\\""'))

    assert work_of(path) == Work('A "hop"', "1.0", (Author("O'Hop", "Ada"), Author("Makers")))


def test_a_missing_citation_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"CITATION\.cff cannot be read"):
        work_of(tmp_path / "CITATION.cff")


def test_a_line_says_who_when_what_and_of_which_data() -> None:
    assert cite(WORK, ORIGIN).line == (
        "The makers; Lovelace, Ada (2026). hopcost: what `def` costs. Version 0.2.0; "
        f"commit 0123456789ab; data data/a_b.json.gz (SHA-256 {'0123456789abcdef' * 4}); "
        "measured 2026-11-20 17:28; Imaginary CPU, 2 CPUs; Python 3.13.0."
    )


def test_the_line_of_a_figure_names_it_and_its_rounds() -> None:
    line = cite(WORK, ORIGIN, "F-work", "When the handler does something").line

    assert "(2026). F-work: When the handler does something. In: hopcost: what" in line
    assert line.endswith("Python 3.13.0; 30 rounds.")


def test_a_question_is_not_closed_twice() -> None:
    assert "F-hop: Where? In: hopcost" in cite(WORK, ORIGIN, "F-hop", "Where?").line


def test_bibtex_has_the_same_facts_with_nothing_that_latex_misreads() -> None:
    assert cite(WORK, ORIGIN, "F-hop", "Where?").bibtex.splitlines() == [
        "@misc{hopcost-0.2.0-F-hop,",
        "  author = {{The makers} and Lovelace, Ada},",
        "  title = {{F-hop: Where? In: hopcost: what \\texttt{def} costs}},",
        "  year = {2026},",
        "  note = {version 0.2.0; commit 0123456789ab; data data/a\\_b.json.gz (SHA-256 "
        + "0123456789abcdef" * 4
        + "); measured 2026-11-20 17:28; Imaginary CPU, 2 CPUs; Python 3.13.0; 30 rounds},",
        "}",
    ]


def test_a_title_has_nothing_that_latex_misreads() -> None:
    work = replace(WORK, title="&%$#_{}")

    assert r"title = {{\&\%\$\#\_\{\}}}," in cite(work, ORIGIN).bibtex


def test_the_line_of_a_figure_names_all_its_data_and_that_of_a_report_the_first() -> None:
    origin = replace(ORIGIN, data=tuple(DataFile(f"{name}.json.gz", name * 64) for name in "ab"))
    figure, report = (cite(WORK, origin, name, "Work").line for name in ("F-work", ""))

    assert f"data a.json.gz (SHA-256 {'a' * 64}), b.json.gz (SHA-256 {'b' * 64}); " in figure
    assert f"data a.json.gz (SHA-256 {'a' * 64}); " in report


def test_recordings_without_a_date_are_cited_without_one_and_by_the_version_of_the_project() -> (
    None
):
    cited = cite(WORK, replace(ORIGIN, version="", commit="", date=""), "F-traces", "Inside")

    assert cited.line.startswith("The makers; Lovelace, Ada. F-traces: Inside. In: ")
    assert "Version 0.1.0; data " in cited.line
    assert "year" not in cited.bibtex


def test_the_line_of_a_report_tells_of_its_further_runs() -> None:
    line = cite(WORK, ORIGIN, others=2).line

    assert "); with 2 further runs, named below their figures; measured" in line


def section(study: str, data: str, numbers: object) -> Section:
    picture = Picture(f"{study}.svg", "", f"F-{study}", "", ORIGIN)
    source = Source(rows_of(benchmark(study, "def", "free", "request", [1.0])), data)

    return Section(study, "Title", numbers, {study: picture}, "", source)


def test_the_report_counts_its_other_runs_and_cites_a_figure_that_it_shows() -> None:
    hop, work, server = (
        section(*one) for one in (("hop", "a", None), ("work", "a", 1), ("server", "b", 1))
    )
    assert hop.source
    alone, both = (references(hop.source, every, WORK) for every in ([hop, work], [work, server]))

    assert alone["example"] == Example("F-work", cite(WORK, ORIGIN, "F-work", "Title"))
    assert "further run" not in str(alone["citation"])
    assert "with 1 further run, " in str(both["citation"])
