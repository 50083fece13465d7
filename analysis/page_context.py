"""Turns runs, sections and checks into what the templates of the report speak of."""

from collections.abc import Mapping, Sequence

from analysis import ledger, quality, regression, stats
from analysis.benchmark import STUDIES
from analysis.checks import Check
from analysis.citation import references, work_of
from analysis.estimate import LEVEL
from analysis.named import named
from analysis.page_sections import Section
from analysis.placement import ONE_CPU, PLACEMENTS
from analysis.recordings.rows import Recording
from analysis.rows import Rows
from analysis.sections import EXCHANGES
from analysis.source import Source
from analysis.trials import trials

SUBJECTS = ("fastapi", "starlette", "anyio", "pydantic", "uvicorn", "httpx", "pyperf")


def reference_context(
    first: Source, sources: Mapping[str, Source], sections: Sequence[Section]
) -> dict[str, object]:
    """Gather what the templates of references speak of."""
    rows = {study: source.rows for study, source in sources.items()}
    found = {one.study: one.numbers for one in sections}

    return {
        **references(first, sections, work_of()),
        "named": named(first.only(tuple(EXCHANGES)), found, rows),
    }


def ledger_context(
    sources: Mapping[str, Source], recordings: Sequence[Recording]
) -> dict[str, object]:
    """Gather what the ledger's template speaks of."""
    rows = {study: source.rows for study, source in sources.items()}

    return ledger.context(ledger.ledger(rows, recordings))


def context(
    first: Source,
    sources: Mapping[str, Source],
    sections: list[Section],
    lines: list[str],
    judged: tuple[Check, ...],
) -> dict[str, object]:
    """Gather what the page's template speaks of."""
    rows = first.rows
    runs = tuple({id(run): run for run in (first, *sources.values())}.values())

    return {
        "rows": rows,
        "provenance": rows.provenance,
        "data": first.data,
        "first": first,
        "single_run": len(runs) == 1,
        "failures": [failure for run in runs for failure in run.rows.failures],
        "sections": sections,
        "missing": [study for study in STUDIES if study not in sources],
        "pinned": ONE_CPU in rows.placements,
        "placements": [placement for placement in PLACEMENTS if placement in rows.placements],
        "answer": lines,
        "checks": judged,
        "drafts": [check.draft for check in judged if check.draft],
        "trials": trials(),
        "level": LEVEL,
        "stats": stats,
        "regression": regression,
        "quality": quality,
        "visits": sum(1 for _ in rows.visits()),
        "distribution_line": distribution_line(rows),
    }


def distribution_line(rows: Rows) -> str:
    """Name the versions that the numbers are about."""
    found = dict(rows.provenance.distributions)

    return ", ".join(f"{name} {found[name]}" for name in SUBJECTS if name in found)
