"""Turns the data behind a figure into what must be said wherever it is shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis import digits, stats
from analysis.benchmark import Benchmark
from analysis.estimate import LEVEL
from analysis.placement import PLACEMENT_WORDS, PLACEMENTS
from analysis.recordings.rows import Recording
from analysis.repeating import command
from analysis.source import Source, shown_path, soak_of
from analysis.suite import read_bytes

SUBJECTS = ("fastapi", "starlette", "anyio", "uvicorn")
SHORT = 12  # hexadecimal digits of a checksum, in a caption
ALL = "*"
STRUCTURE = "any machine: threads take turns while a trace is recorded"


@dataclass(frozen=True)
class DataFile:
    """A file, or a folder's files, as a reader of the repository finds it, and its checksum."""

    path: str
    sha256: str

    @property
    def short(self) -> str:
        """As much of the checksum as tells it apart."""
        return self.sha256[:SHORT]


@dataclass(frozen=True)
class Origin:
    """What is behind a figure, in words that need nothing beside them."""

    data: tuple[DataFile, ...]
    sample: str
    intervals: str
    placements: str  # "" where it does not matter
    machine: str
    versions: str
    version: str  # of hopcost; like commit and date, "" where the data do not say
    commit: str
    date: str
    repeat: str

    @property
    def year(self) -> str:
        """The year in which it was measured."""
        return self.date[:4]

    @property
    def measured(self) -> str:
        """With what, and when, it was measured."""
        told = (self.version and f"hopcost {self.version}", self.commit and f"commit {self.commit}")

        return ", ".join(filter(None, (*told, self.date)))

    @property
    def stamp(self) -> str:
        """All that keeps a figure from being taken for another one, where no caption is."""
        facts = (self.measured, self.machine, self.versions, self.sample)

        return " \N{MIDDLE DOT} ".join([*filter(None, facts), f"data {self.data[0].short}"])


def of_run(source: Source, study: str) -> Origin:
    """Say it of a study; the soak, which is a run of its own, counts for no sample."""
    rows, told = source.rows, source.rows.provenance
    soak = {row.name for row in soak_of(rows)}
    every = rows.study(study)
    found = [row for row in every if row.name not in soak] or every
    placements = {row.placement for row in found}
    soaked = [DataFile(source.soak_data, source.soak_sha256)] if source.soak_data else []
    cpus = "" if told.cpu_count is None else f", {digits.counted(told.cpu_count, 'CPU')}"

    return Origin(
        data=(DataFile(source.data, told.data_sha256), *soaked),
        sample=sample(found),
        intervals=intervals(found),
        placements=" and ".join(PLACEMENT_WORDS[one] for one in PLACEMENTS if one in placements),
        machine=f"{told.fact('cpu_model_name')}{cpus}, {told.fact('kernel')}",
        versions=versions(told.fact("python_version"), told.distributions),
        version=told.version,
        commit=told.commit,
        date=told.first_date or "",
        repeat=f"{command(study, rows)} --rounds {told.rounds_planned}",
    )


def rounds(found: Sequence[Benchmark]) -> tuple[int, int]:
    """Count the rounds of the benchmark that has fewest, and of the one that has most."""
    counts = [len(row.visits) for row in found if row.visits]

    return min(counts, default=0), max(counts, default=0)


def sample(found: Sequence[Benchmark]) -> str:
    """Say how many rounds there are: `30 rounds`, `4 to 7 rounds`."""
    fewest, most = rounds(found)
    from_to = "" if fewest == most else f"{fewest} to "

    return f"{from_to}{digits.counted(most, 'round')}"


def intervals(found: Sequence[Benchmark]) -> str:
    """Say what an interval is."""
    fewest, most = rounds(found)
    enough = stats.FEWEST_ROUNDS_TO_RESAMPLE

    if most < 2:
        return "one round gives no interval"

    if fewest >= enough:
        method = "by bootstrap"
    elif most < enough:
        method = "by Student's t"
    else:
        method = f"by bootstrap, and by Student's t below {enough} rounds"

    return f"{digits.share(LEVEL)} intervals over rounds, {method}"


def versions(python: str, distributions: Sequence[tuple[str, str]]) -> str:
    """Name the versions that a figure is about."""
    found = dict(distributions)
    named = [f"{name} {found[name]}" for name in SUBJECTS if name in found]

    return ", ".join([f"Python {python}", *named])


def of_recordings(folder: Path, name: str, recordings: Sequence[Recording], repeat: str) -> Origin:
    """Say it of a figure made from the trace of that name, or from all of a folder."""
    paths = sorted(folder.glob(f"{name}.json.gz"))
    first = recordings[0]

    return Origin(
        data=(DataFile(f"{shown_path(folder)}/{name}.json.gz", checksum(paths)),),
        sample=digits.counted(len(paths), "recording"),
        intervals="calls are counted exactly, so there is no interval",
        placements="",
        machine=STRUCTURE,
        versions=versions(first.python, first.versions),
        version="",
        commit="",
        date="",
        repeat=repeat,
    )


def checksum(paths: Sequence[Path]) -> str:
    """Give the SHA-256 of a file; of several, that of their sums: `sha256sum * | sha256sum`."""
    sums = [(hashlib.sha256(read_bytes(path)).hexdigest(), path.name) for path in paths]

    if len(sums) == 1:
        return sums[0][0]

    return hashlib.sha256("".join(f"{one}  {name}\n" for one, name in sums).encode()).hexdigest()
