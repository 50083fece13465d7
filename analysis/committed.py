"""Turns nothing: where data, recordings, figures and report lie, seen from the root."""

from pathlib import Path

from analysis.sections import LOADS
from analysis.source import SOAK

REFERENCE = Path("bench/results/reference.json.gz")
REPEATED = tuple(Path(f"bench/results/{name}.json.gz") for name in ("second", "later"))
ELSEWHERE = tuple(
    Path(f"bench/results/{name}.json.gz")
    for name in ("busy", "busy-again", "busy-later", "busy-longer")
)
"""Runs of the same plan on another host, whose CPUs others use too: the first, and then again."""
RECORDED = Path("traces/recorded")
FURTHER = tuple(Path(f"bench/results/{name}.json.gz") for name in (*LOADS, SOAK))
FIGURES = "analysis/figures"
PAGE = "REPORT.md"
