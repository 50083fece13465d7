"""Turns the name of a figure or a number of the committed report into what is behind it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.committed import FIGURES, FURTHER, RECORDED, REFERENCE
from analysis.metadata import InputError
from analysis.named import PREFIX, WHAT, named
from analysis.origin import Origin
from analysis.page_sections import Picture, Section, id_of, study_section, traces_sections
from analysis.recordings.load import load_recordings
from analysis.sections import EXCHANGES, LOADS, SECTIONS, traces
from analysis.source import SOAKED, Source, by_study, source_of

NAMES: Mapping[str, str] = {
    **{id_of(study): module.TITLE for study, module in SECTIONS.items()},
    **{id_of(name): caption for name, caption in traces.CAPTIONS.items()},
    **WHAT,
}
"""All names there are, in the report's order, and what each is the name of."""


@dataclass(frozen=True)
class Behind:
    """A figure, or a number that a figure shows; what it is made from, and by which modules."""

    name: str
    found: str  # "" for a figure
    title: str  # of the section
    picture: Picture
    origin: Origin
    benchmarks: tuple[str, ...]
    modules: tuple[str, ...]


def behind(name: str, root: Path) -> Behind:
    """Find what is behind a name, whatever its case.

    Raises:
        InputError: there is no such name, or no data of it, or they cannot be used.
    """
    known = {one.casefold(): one for one in NAMES}.get(name.casefold())

    if known is None:
        raise InputError(
            f"{name!r} must be the name of a figure or a number, but is none: "
            f"give one of {', '.join(NAMES)}"
        )

    sources = sources_of(root, studies_behind(known))
    made = number(known, sources) if known in WHAT else figure(known, sources, root)

    if made is None:
        raise InputError(f"{known} is not in the committed data: measure it first")

    return made


def studies_behind(name: str) -> tuple[str, ...]:
    """Name the studies whose data a figure or a number needs; none for what was recorded."""
    stem = name.removeprefix(id_of("")).removeprefix(PREFIX)

    if stem in traces.CAPTIONS:
        return ()

    return (stem,) if name not in WHAT or stem in LOADS else tuple(EXCHANGES)


def sources_of(root: Path, studies: Collection[str]) -> Mapping[str, Source]:
    """Load as many files of the committed data as hold these studies, in the report's order."""
    further = [root / path for path in FURTHER if (root / path).exists()]
    found: list[Source] = []

    for path in (root / REFERENCE, *further):
        found.append(source_of(path))
        measured = [study for study in studies if any(one.rows.study(study) for one in found)]
        # The soak may be in any file, so that for its study all are loaded.
        if len(measured) == len(studies) and SOAKED not in studies:
            break

    return by_study(found)


def figure(name: str, sources: Mapping[str, Source], root: Path) -> Behind | None:
    """Find what is behind a figure; None if it was not measured or recorded."""
    stem = name.removeprefix(id_of(""))

    if stem in traces.CAPTIONS:
        return of_traces(name, stem, sources, root / RECORDED)

    rows = sources[stem].rows.visited if stem in sources else ()
    section = study_section(stem, sources.get(stem), FIGURES)

    return of_study(name, section, (row.visited for row in rows if row.study == stem))


def of_study(
    name: str, section: Section, benchmarks: Iterable[str], found: str = ""
) -> Behind | None:
    """Say what is behind the figure of a study, or behind a number that it shows."""
    study = section.study
    modules = (f"bench.studies.{study}", f"analysis.sections.{study}")

    return of_section(name, section, study, tuple(benchmarks), modules, found)


def of_traces(name: str, stem: str, sources: Mapping[str, Source], folder: Path) -> Behind | None:
    """Say what is behind a figure made from recordings: there are no benchmarks."""
    recordings = load_recordings(folder) if folder.is_dir() else ()
    rows = next(iter(sources.values())).rows
    made = traces_sections(rows, recordings, FIGURES, folder)
    shown = "traces.picture" if stem in traces.PICTURES else "analysis.sections.traces"

    return of_section(name, made[0], stem, (), ("traces.record", shown)) if made else None


def of_section(
    name: str,
    section: Section,
    stem: str,
    benchmarks: tuple[str, ...],
    modules: tuple[str, ...],
    found: str = "",
) -> Behind | None:
    """Put it together; None if there is nothing to be shown."""
    picture = section.pictures[stem]

    if section.numbers is None or picture.origin is None:
        return None

    return Behind(name, found, section.title, picture, picture.origin, benchmarks, modules)


def number(name: str, sources: Mapping[str, Source]) -> Behind | None:
    """Find what is behind a number; None if it was not measured."""
    studies = studies_behind(name)
    sections = {one: study_section(one, sources.get(one), FIGURES) for one in studies}
    exchanges = next((sources[one] for one in EXCHANGES if one in sources and one in studies), None)
    every = named(
        exchanges.only(studies) if exchanges else None,
        {study: one.numbers for study, one in sections.items()},
        {study: source.rows for study, source in sources.items()},
    )
    one = next((one for one in every if one.name == name), None)

    if one is None:
        return None

    made = of_study(name, sections[one.study], one.benchmarks, one.found)

    if made is None or one.study in LOADS:
        return made

    return replace(made, modules=(*made.modules, "analysis.answer"))
