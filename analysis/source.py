"""Turns result files into the sources of the report: which file each study is taken from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.load import STUDIES, load
from analysis.rows import Rows

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Source:
    """One run: its rows, and its file as the page names it."""

    rows: Rows
    data: str

    def only(self, studies: Sequence[str]) -> Rows | None:
        """Give the rows of these studies; None if there are none."""
        found = tuple(row for row in self.rows.benchmarks if row.study in studies)

        return Rows(self.rows.provenance, found) if found else None


def source_of(path: Path) -> Source:
    """Load a result file.

    Raises:
        InputError: it cannot be used.
    """
    return Source(load(path), shown_path(path))


def by_study(sources: Sequence[Source]) -> Mapping[str, Source]:
    """Give each study the first run that measured it."""
    return {
        study: next(one for one in sources if one.rows.study(study))
        for study in STUDIES
        if any(one.rows.study(study) for one in sources)
    }


def shown_path(data: Path) -> str:
    """Name the data file as a reader of the repository finds it, and never by a private path."""
    resolved = data.resolve()

    return resolved.relative_to(ROOT).as_posix() if resolved.is_relative_to(ROOT) else data.name
