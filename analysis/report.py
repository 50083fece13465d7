"""Turns a result file into REPORT.md and its figures, in memory first and on disk at once."""

from dataclasses import dataclass
from pathlib import Path

from analysis import page, quality, regression, stats
from analysis.answer import NEGLIGIBLE_SHARE, Answer, answer_of
from analysis.catalogue import catalogue
from analysis.checks import FAIL, Check
from analysis.load import STUDIES, load
from analysis.page_sections import Section, drawings, study_sections, traces_sections
from analysis.quality import checks
from analysis.recordings.load import load_recordings
from analysis.reproduction import reproduction_check
from analysis.rows import ONE_CPU, PLACEMENTS, Rows
from analysis.writing import write_all

ROOT = Path(__file__).parent.parent
REFERENCE = Path("bench/results/reference.json.gz")
SECOND = Path("bench/results/second.json.gz")
RECORDED = Path("traces/recorded")
FIGURES = "analysis/figures"
PAGE = "REPORT.md"
SUBJECTS = ("fastapi", "starlette", "anyio", "pydantic", "uvicorn", "httpx", "pyperf")


@dataclass(frozen=True)
class Report:
    """What was written: files by their path below the output folder, and why it is a draft."""

    files: tuple[Path, ...]
    drafts: tuple[str, ...]
    answer: tuple[str, ...]


@dataclass(frozen=True)
class Documents:
    """A whole report in memory: bytes by path below the output folder."""

    content: dict[str, bytes]
    drafts: tuple[str, ...]
    answer: tuple[str, ...]


def render(data: Path, out: Path) -> Report:
    """Write the report of one result file to `out`/REPORT.md and `out`/figures/.

    Raises:
        InputError: the data cannot be used, or `out` not written; nothing was overwritten.
    """
    made = documents(data, figures="figures")
    files = write_all(out, made.content)

    return Report(files, made.drafts, made.answer)


def answer(rows: Rows) -> list[str]:
    """Say in a few lines of plain text what a hop costs in this run."""
    return answer_lines(answer_of(rows, catalogue(rows)))


def documents(
    data: Path, second: Path | None = None, recorded: Path | None = None, figures: str = FIGURES
) -> Documents:
    """Make the report and its figures in memory.

    Args:
        data: the result file.
        second: an independent run of the same plan, to compare headlines with.
        recorded: a folder of traces; they are of the locked versions, not of a run.
        figures: the figures' folder, seen from the page.

    Raises:
        InputError: a file cannot be used.
    """
    rows = load(data)
    other = None if second is None else load(second)
    sections = study_sections(rows, figures)
    found = {one.study: one.numbers for one in sections}
    if recorded is not None:
        sections += traces_sections(rows, load_recordings(recorded), figures)

    answered = answer_of(rows, found["handlers"])
    other_answered = None if other is None else answer_of(other, catalogue(other))
    judged = (
        *checks(rows, found["harness"], answered),
        *reproduction_check(rows, answered, other, other_answered),
    )
    lines = answer_lines(answered)
    drafts = tuple(check.draft for check in judged if check.draft)
    text = page.page(
        "REPORT.md.j2",
        {
            **context(data, rows, sections, lines, judged),
            "second": other,
            "second_data": shown_path(second) if second else "",
        },
    )
    content = {path: drawn for one in sections for path, drawn in drawings(one).items()}

    return Documents({PAGE: text.encode(), **content}, drafts, tuple(lines))


def answer_lines(found: Answer) -> list[str]:
    """Write the answer, one sentence or two per line."""
    text = page.page(
        "answer.j2", {"answer": found, "negligible": NEGLIGIBLE_SHARE, "level": stats.LEVEL}
    )

    return text.splitlines()


def context(
    data: Path, rows: Rows, sections: list[Section], lines: list[str], judged: tuple[Check, ...]
) -> dict[str, object]:
    """Gather what the page's template speaks of."""
    return {
        "rows": rows,
        "provenance": rows.provenance,
        "data": shown_path(data),
        "sections": sections,
        "missing": [study for study in STUDIES if not rows.study(study)],
        "pinned": ONE_CPU in rows.placements,
        "placements": [placement for placement in PLACEMENTS if placement in rows.placements],
        "answer": lines,
        "checks": judged,
        "drafts": [check.draft for check in judged if check.draft],
        "misses": sum(check.verdict == FAIL for check in judged),
        "level": stats.LEVEL,
        "stats": stats,
        "regression": regression,
        "quality": quality,
        "visits": sum(1 for _ in rows.visits()),
        "distribution_line": distribution_line(rows),
    }


def shown_path(data: Path) -> str:
    """Name the data file as a reader of the repository finds it, and never by a private path."""
    resolved = data.resolve()

    return resolved.relative_to(ROOT).as_posix() if resolved.is_relative_to(ROOT) else data.name


def distribution_line(rows: Rows) -> str:
    """Name the versions that the numbers are about."""
    found = dict(rows.provenance.distributions)

    return ", ".join(f"{name} {found[name]}" for name in SUBJECTS if name in found)
