"""Turns what bystanders see of work into how far it stops the event loop, and who stops it less."""

from analysis.digits import seconds
from analysis.estimate import Estimate
from analysis.evidence.loads import LONG_US, MICROSECONDS, bystander, idle
from analysis.evidence.sources import Sources, scaled


def standstill(sources: Sources, subject: str, handler: str) -> Estimate | None:
    """Divide what a bystander waits longer beside long work than beside nothing by that work.

    Where the work stops the event loop, it is about 1; where it does not, about 0.
    """
    extra = sources.more(bystander(subject, handler, LONG_US), idle(subject))

    return scaled(extra, 1 / (LONG_US * MICROSECONDS))


def bystander_ratios(sources: Sources, subject: str) -> dict[int, Estimate]:
    """Compare the bystander beside `def` with that beside `async def`, by the work's duration."""
    rows = sources.rows.get("work")
    durations = sorted(
        {
            int(row.factor("work_us"))
            for row in (rows.study("work") if rows else ())
            if row.subject == subject and row.metric == "bystander-p99"
        }
    )
    found = {
        us: sources.ratio(bystander(subject, "def", us), bystander(subject, "async-def", us))
        for us in durations
        if us > 0
    }

    return {us: one for us, one in found.items() if one is not None}


def wins_from(ratios: dict[int, Estimate]) -> str:
    """Name the shortest duration from which on the whole interval of each ratio is below 1."""
    wins: int | None = None

    for us in sorted(ratios, reverse=True):
        if not ratios[us].high < 1:
            break

        wins = us

    return (
        "at none of the durations measured"
        if wins is None
        else f"from {seconds(wins * MICROSECONDS)} on, of the durations measured"
    )
