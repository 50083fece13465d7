"""Turns result files into the sources of the report: which file each study is taken from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.benchmark import STUDIES, Benchmark
from analysis.load import load
from analysis.rows import Rows

ROOT = Path(__file__).parent.parent
SOAKED = "server"
SOAK = "soak"  # the client that sends it


@dataclass(frozen=True)
class Source:
    """One run: its rows, and its file as the page names it."""

    rows: Rows
    data: str
    soak_data: str = ""  # the file of the soak, if it is of another run
    soak_sha256: str = ""

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
    """Give each study the first run that measured it, and `server` the soak of any run."""
    found = {
        study: next(one for one in sources if one.rows.study(study))
        for study in STUDIES
        if any(one.rows.study(study) for one in sources)
    }

    for source in sources:
        if SOAKED in found:
            found[SOAKED] = with_soak(found[SOAKED], source)

    return found


def with_soak(source: Source, soaks: Source) -> Source:
    """Add the soak of another run, which is measured on request, and compared with nothing."""
    soak = soak_of(soaks.rows)

    if not soak or soak_of(source.rows):
        return source

    rows = Rows(source.rows.provenance, (*source.rows.benchmarks, *soak))

    return Source(rows, source.data, soaks.data, soaks.rows.provenance.data_sha256)


def soak_of(rows: Rows) -> tuple[Benchmark, ...]:
    """List the rows of the soak."""
    return tuple(row for row in rows.benchmarks if dict(row.factors).get("client") == SOAK)


def shown_path(data: Path) -> str:
    """Name the data file as a reader of the repository finds it, and never by a private path."""
    resolved = data.resolve()

    return resolved.relative_to(ROOT).as_posix() if resolved.is_relative_to(ROOT) else data.name
