"""Turns comparisons into COMPARISON.md."""

from collections.abc import Sequence

from analysis import page, stats
from analysis.comparison.changes import SOURCE, TOLERANCES
from analysis.comparison.compared import Comparison

COMPARISON = "COMPARISON.md"


def comparison_page(compared: Sequence[Comparison]) -> dict[str, bytes]:
    """Make the page of what changed; none if nothing was compared."""
    if not compared:
        return {}

    told = {
        "comparisons": compared,
        "tolerances": TOLERANCES,
        "level": stats.LEVEL,
        "beyond": 1 - stats.LEVEL,
        "source": SOURCE,
    }

    return {COMPARISON: page.page("comparison.md.j2", told).encode()}
