"""Turns result files into MACHINES.md, its figure, and HEADLINES.md: the table alone."""

from collections.abc import Sequence
from pathlib import Path

from analysis import digits, page
from analysis.estimate import LEVEL
from analysis.figures import house_style, svg
from analysis.machines.differences import differences
from analysis.machines.figure import TITLE, alt, figure
from analysis.machines.headlines import Group, groups_of, kinds_in_all, unlike_hops
from analysis.machines.names import names_of
from analysis.machines.refusals import require_comparable, require_distinct
from analysis.machines.run import Run, run_of
from analysis.page_context import SUBJECTS
from analysis.placement import PLACEMENTS
from analysis.report import Documents, Report
from analysis.source import source_of
from analysis.writing import write_all

PAGE = "MACHINES.md"
HEADLINES = "HEADLINES.md"
FIGURE = "figures/machines.svg"
MOST_COLUMNS = 4  # with more, each run is a row: a page is not scrolled sideways


def render(data: Sequence[Path], out: Path) -> Report:
    """Write the page of several result files to `out`.

    Raises:
        InputError: a file cannot be used, or not compared, or `out` not written; nothing was
            overwritten.
    """
    made = documents(data)

    return Report(write_all(out, made.content), made.drafts, made.answer)


def documents(data: Sequence[Path]) -> Documents:
    """Make the page, its figure and the table in memory.

    Raises:
        InputError: a file cannot be used, or does not compare with the others.
    """
    runs = runs_of(data)
    groups = groups_of(runs)
    require_comparable(data, groups)
    told = context(runs, groups)

    with house_style():
        drawn = svg(figure(runs, groups), TITLE)

    return Documents(
        {
            PAGE: page.page("machines.md.j2", told).encode(),
            FIGURE: drawn,
            HEADLINES: page.page("machines-headlines.md.j2", told).encode(),
        },
        tuple(f"run {run.number}: {reason}" for run in runs for reason in run.drafts),
        tuple(summary(run, groups) for run in runs),
    )


def runs_of(data: Sequence[Path]) -> tuple[Run, ...]:
    """Load, name, answer and judge every run, in the order of the files.

    Raises:
        InputError: a file cannot be used, or holds the same run as another.
    """
    sources = [source_of(path) for path in data]
    require_distinct(data, [source.rows for source in sources])
    names = names_of([source.rows.provenance for source in sources])

    return tuple(
        run_of(number, name, source)
        for number, (name, source) in enumerate(zip(names, sources, strict=True), start=1)
    )


def summary(run: Run, groups: Sequence[Group]) -> str:
    """Say in a line what a run found of the first number of each placement."""
    first = {group.placement: group.headlines[0] for group in reversed(groups)}
    found = [
        f"{first[placement].title} {digits.placed(placement)} {first[placement].of(run)}"
        for placement in PLACEMENTS
        if placement in first
    ]

    return f"{run.title}: {'; '.join(found)}"


def context(runs: Sequence[Run], groups: Sequence[Group]) -> dict[str, object]:
    """Gather what the templates speak of."""
    found = differences([run.rows.provenance for run in runs])

    return {
        "title": TITLE,
        "runs": runs,
        "groups": groups,
        "columns": len(runs) <= MOST_COLUMNS,
        "differences": found,
        "same": [f"{n} {v}" for n, v in found.same_packages if n in SUBJECTS],
        "kinds": [(placement, kinds_in_all(runs, placement)) for placement in PLACEMENTS],
        "unlike_hops": unlike_hops(runs),
        "figure": FIGURE,
        "alt": alt(runs, groups),
        "level": LEVEL,
    }
