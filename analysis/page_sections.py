"""Turns rows and recordings into the sections of the page, and the sections into their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.catalogue import kinds_on
from analysis.figures import house_style, svg
from analysis.recordings.rows import Recording
from analysis.rows import ONE_CPU, Rows
from analysis.sections import SECTIONS, traces
from analysis.source import Source


@dataclass(frozen=True)
class Picture:
    """A figure as the page shows it."""

    path: str
    alt: str


@dataclass(frozen=True)
class Section:
    """One study's part of the page; without numbers, the run did not measure it."""

    study: str
    title: str
    numbers: Any  # of the section's own type
    pictures: Mapping[str, Picture]  # by name; there is one of the study's own name
    repeat: str
    source: Source | None = None  # None: not of a run, or not measured


def study_sections(sources: Mapping[str, Source], figures: str) -> list[Section]:
    """Compute the section of every study; their figures lie in the folder `figures`."""
    return [study_section(study, sources.get(study), figures) for study in SECTIONS]


def study_section(study: str, source: Source | None, figures: str) -> Section:
    """Compute the section of a study from the run that measured it, if one did."""
    module = SECTIONS[study]
    numbers = None if source is None else module.numbers(source.rows)
    alt = "" if numbers is None else module.alt(numbers)
    pictures = {study: Picture(f"{figures}/{study}.svg", alt)}

    return Section(study, module.TITLE, numbers, pictures, f"tox -e bench -- {study}", source)


def traces_sections(rows: Rows, recordings: Sequence[Recording], figures: str) -> list[Section]:
    """Compute the section that speaks of traces; none if the trivial pair was not recorded."""
    order = [row.subject for row in kinds_on(rows, ONE_CPU)]
    numbers = traces.numbers(recordings, order)
    if numbers is None:
        return []

    alts = traces.alts(numbers).items()
    pictures = {name: Picture(f"{figures}/{name}.svg", alt) for name, alt in alts}

    return [Section(traces.STUDY, traces.TITLE, numbers, pictures, "tox -e trace")]


def drawings(one: Section) -> dict[str, bytes]:
    """Draw a section's figures, by their path; none without numbers."""
    if one.numbers is None:
        return {}

    with house_style():
        module = SECTIONS.get(one.study)
        drawn = {one.study: module.figure(one.numbers)} if module else traces.figures(one.numbers)

        return {one.pictures[name].path: svg(figure, one.title) for name, figure in drawn.items()}
