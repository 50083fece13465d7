"""Turns a result file into REPORT.md and its figures, in memory first and on disk at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from analysis import page
from analysis.again import LARGEST_PART, TOLERANCE
from analysis.answer_lines import answer_lines
from analysis.calculator.measured import parameters
from analysis.calculator.parameters import Parameters
from analysis.committed import FIGURES, PAGE
from analysis.comparison.compared import Comparison, comparisons
from analysis.comparison.page import comparison_page
from analysis.decision import decision
from analysis.every_run import ranges, seen
from analysis.gate import exchange_checks, load_checks, missed, reproduced
from analysis.page_context import context, ledger_context, reference_context
from analysis.page_sections import Section, drawings, slides, study_sections, traces_sections
from analysis.recordings.load import load_recordings
from analysis.sections import EXCHANGES
from analysis.source import ROOT, by_study, source_of
from analysis.web.document import document
from analysis.writing import write_all

WEB_PAGE = "report.html"
CHECK = "python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox -e bench"


@dataclass(frozen=True)
class Report:
    """What was written: files by their path below the output folder, and why it is a draft."""

    files: tuple[Path, ...]
    drafts: tuple[str, ...]
    answer: tuple[str, ...]
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class Documents:
    """A whole report in memory: bytes by path below the output folder.

    `missed` says in a sentence how many bars the runs miss; `references` is what the README shows
    of "How to cite"; `slides` are PNGs, if asked for.
    What the calculator knows is worked out only when it is asked for: nothing else needs it.
    """

    content: dict[str, bytes]
    drafts: tuple[str, ...]
    answer: tuple[str, ...]
    missed: str = ""
    references: str = ""
    slides: Mapping[str, bytes] = field(default_factory=dict)
    calculator: Callable[[], Parameters] = Parameters
    comparisons: tuple[Comparison, ...] = ()


def render(data: Path, out: Path, png: Path | None = None, earlier: Path | None = None) -> Report:
    """Write the report of one result file below `out`: REPORT.md, report.html and figures/.

    PNGs go to `png`. What other versions change in it, and what changed since an earlier run, is
    told in COMPARISON.md.

    Raises:
        InputError: the data cannot be used, or `out` not written; nothing was overwritten.
    """
    made = documents(data, figures="figures", with_slides=png is not None, earlier=earlier)
    files = write_all(out, {**made.content, WEB_PAGE: web_page(made)})
    write_all(png or out, made.slides)

    return Report(files, made.drafts, made.answer, made.comparisons)


def documents(
    data: Path,
    again: Sequence[Path] = (),
    recorded: Path | None = None,
    further: Sequence[Path] = (),
    figures: str = FIGURES,
    with_slides: bool = False,
    earlier: Path | None = None,
    elsewhere: Sequence[Path] = (),
) -> Documents:
    """Make the report and its figures in memory.

    Args:
        data: the result file.
        again: further runs of the same plan, to compare headlines with.
        recorded: a folder of traces; they are of the locked versions, not of a run.
        further: result files of studies that `data` lacks; each is a run of its own.
        figures: the figures' folder, seen from the page.
        with_slides: draw each figure once more, as PNG.
        earlier: a result file of the same machine, to tell what changed since.
        elsewhere: runs of the same plan on another machine: the first, and those that repeat it.

    Raises:
        InputError: a file cannot be used.
    """
    first = source_of(data)
    sources = by_study([first, *map(source_of, further)])
    recordings = () if recorded is None else load_recordings(recorded)
    sections = study_sections(sources, figures)
    found = {one.study: one.numbers for one in sections}
    if recorded is not None:
        sections += traces_sections(first.rows, recordings, figures, recorded)

    exchanges = first.only(tuple(EXCHANGES))
    there = [source_of(path) for path in elsewhere]
    series = [[first, *map(source_of, again)], *([there] if there else [])]
    further_runs = tuple(one for run, *others in series for one in reproduced(run, others))
    judged = (*exchange_checks(exchanges, found, further_runs), *load_checks(sections))
    repeated = [run for one in series for run in one]
    runs = seen([first, *sources.values(), *repeated])
    lines = answer_lines(exchanges, found, runs)
    cited = reference_context(first, sources, sections)
    drafts = tuple(check.draft for check in judged if check.draft)
    tally = missed(judged)
    text = page.page(
        "REPORT.md.j2",
        {
            **context(first, sources, sections, lines, judged),
            **ledger_context(sources, recordings),
            **cited,
            "committed": figures == FIGURES,
            "decision": decision(found["work"]),
            "reproductions": [one for one in further_runs if one.found],
            "every_run": runs,
            "calm": any(one.rows.provenance.is_calm for one in repeated),
            "ranged": ranges(runs),
            "check": CHECK,
            "exchanges": tuple(EXCHANGES),
            "tolerance": TOLERANCE,
            "largest_part": LARGEST_PART,
            "missed": tally,
        },
    )
    content = {path: drawn for one in sections for path, drawn in drawings(one).items()}
    compared = comparisons(first, None if earlier is None else source_of(earlier))

    return Documents(
        content={PAGE: text.encode(), **comparison_page(compared), **content},
        drafts=drafts,
        answer=tuple(lines),
        missed=tally,
        references=page.page("references.md.j2", cited),
        slides=all_slides(sections) if with_slides else {},
        calculator=partial(parameters, sources, found),
        comparisons=compared,
    )


def all_slides(sections: Sequence[Section]) -> dict[str, bytes]:
    """Draw every figure of the page as PNG, by its file's name."""
    return {name: drawn for one in sections for name, drawn in slides(one).items()}


def web_page(made: Documents, root: Path = ROOT, up: str = "") -> bytes:
    """Make the same report as one HTML page that needs nothing but itself.

    Args:
        made: the report in memory.
        root: where pictures lie that are not made with it.
        up: what leads from the page to the folder of the report.
    """
    return document(made.content[PAGE].decode(), made.content, made.calculator(), root, up)
