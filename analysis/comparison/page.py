"""Turns comparisons into COMPARISON.md."""

from collections.abc import Sequence

from analysis import page
from analysis.comparison.changes import BOUND, SOURCE, TOLERANCES
from analysis.comparison.compared import Comparison
from analysis.estimate import LEVEL

COMPARISON = "COMPARISON.md"


def comparison_page(compared: Sequence[Comparison]) -> dict[str, bytes]:
    """Make the page of what changed; none if nothing was compared."""
    if not compared:
        return {}

    told = {
        "comparisons": compared,
        "tolerances": TOLERANCES,
        "level": LEVEL,
        "beyond": 1 - LEVEL,
        "source": SOURCE,
        "bound": BOUND,
    }

    return {COMPARISON: page.page("comparison.md.j2", told).encode()}
