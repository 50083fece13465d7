"""Turns rows and recordings into the sections of the page, and the sections into their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from analysis.catalogue import kinds_on
from analysis.figures import house_style, png, svg
from analysis.origin import ALL, Origin, of_recordings, of_run
from analysis.placement import ONE_CPU
from analysis.recordings.numbers import PAIR
from analysis.recordings.rows import Recording
from analysis.repeating import command
from analysis.rows import Rows
from analysis.sections import SECTIONS, traces
from analysis.source import Source

RECORD, TAKE_PICTURE = "tox -e trace", "tox -e picture"


@dataclass(frozen=True)
class Picture:
    """A figure as the page shows it."""

    path: str
    alt: str
    id: str = ""  # lasting: what it is cited by
    caption: str = ""
    origin: Origin | None = None

    @property
    def stamp(self) -> str:
        """What stands in small print on the figure itself."""
        return f"{self.id} \N{MIDDLE DOT} {self.origin.stamp}" if self.origin else ""


@dataclass(frozen=True)
class Section:
    """One study's part of the page; without numbers, the run did not measure it."""

    study: str
    title: str
    numbers: Any  # of the section's own type
    pictures: Mapping[str, Picture]  # by name; there is one of the study's own name
    repeat: str
    source: Source | None = None  # None: not of a run, or not measured


def id_of(figure: str) -> str:
    """Give the identifier of a figure by its name: of `hop`, it is F-hop."""
    return f"F-{figure}"


def study_sections(sources: Mapping[str, Source], figures: str) -> list[Section]:
    """Compute the section of every study; their figures lie in the folder `figures`."""
    return [study_section(study, sources.get(study), figures) for study in SECTIONS]


def study_section(study: str, source: Source | None, figures: str) -> Section:
    """Compute the section of a study from the run that measured it, if one did."""
    module = SECTIONS[study]
    numbers = None if source is None else module.numbers(source.rows)
    alt = "" if numbers is None else module.alt(numbers)
    origin = None if source is None else of_run(source, study)
    picture = Picture(f"{figures}/{study}.svg", alt, id_of(study), module.CAPTION, origin)
    repeat = command(study, None if source is None else source.rows)

    return Section(study, module.TITLE, numbers, {study: picture}, repeat, source)


def traces_sections(
    rows: Rows, recordings: Sequence[Recording], figures: str, folder: Path | None = None
) -> list[Section]:
    """Compute the section that speaks of traces; none if the trivial pair was not recorded.

    Args:
        rows: the run whose catalogue gives the kinds their order.
        recordings: what the section is made from.
        figures: the folder in which its figures lie.
        folder: where the recordings lie; without it, captions do not say what is behind them.
    """
    order = [row.subject for row in kinds_on(rows, ONE_CPU)]
    numbers = traces.numbers(recordings, order)
    if numbers is None:
        return []

    pictures = {
        name: Picture(
            path=traces.PICTURES.get(name, f"{figures}/{name}.svg"),
            alt=alt,
            id=id_of(name),
            caption=traces.CAPTIONS[name],
            origin=traces_origin(name, recordings, folder),
        )
        for name, alt in traces.alts(numbers).items()
    }

    return [Section(traces.STUDY, traces.TITLE, numbers, pictures, RECORD)]


def traces_origin(name: str, recordings: Sequence[Recording], folder: Path | None) -> Origin | None:
    """Say what is behind a figure of the traces: one is of all of them, the others of the pair."""
    if folder is None:
        return None

    shown = ALL if name == traces.CALLS else PAIR
    repeat = TAKE_PICTURE if name in traces.PICTURES else RECORD

    return of_recordings(folder, shown, recordings, repeat)


def drawings(one: Section) -> dict[str, bytes]:
    """Draw a section's figures, by their path; none without numbers."""
    with house_style():
        return {
            picture.path: svg(figure, one.title, picture.stamp) for picture, figure in drawn(one)
        }


def slides(one: Section) -> dict[str, bytes]:
    """Draw a section's figures for slides, by the name of a PNG; none without numbers."""
    with house_style():
        return {
            f"{Path(picture.path).stem}.png": png(figure, one.title, picture.stamp)
            for picture, figure in drawn(one)
        }


def drawn(one: Section) -> list[tuple[Picture, Figure]]:
    """Draw a section's figures in the style that is set."""
    if one.numbers is None:
        return []

    module = SECTIONS.get(one.study)
    found = {one.study: module.figure(one.numbers)} if module else traces.figures(one.numbers)

    return [(one.pictures[name], figure) for name, figure in found.items()]
