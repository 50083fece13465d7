"""Turns rows into checks of how the run was done: rounds, failures, order, lengths, versions."""

import numpy as np

from analysis import digits
from analysis.benchmark import SECOND
from analysis.checks import NOTE, PASS, UNKNOWN, Check, gate, verdict
from analysis.disturbances import disturbance_checks, load_check
from analysis.locks import locked, versions_check
from analysis.pyperf_warnings import OUTLIER, TOO_FEW, TOO_SHORT, UNSTABLE
from analysis.rows import Rows
from analysis.shuffle import Shuffle, shuffle
from analysis.stats import trimmed_mean

FEWEST_ROUNDS = 30
NOMINAL_VALUE_SECONDS = 0.020
SHORTEST_VALUE_SECONDS = 0.5 * NOMINAL_VALUE_SECONDS
HEAVY_TAIL = 0.02
UNSTABLE_SHARE = 0.5
NAMES_SHOWN = 5


def condition_checks(rows: Rows) -> tuple[Check, ...]:
    """Judge how the run was done."""
    return (
        rounds_check(rows),
        failures_check(rows),
        counts_check(rows),
        *shuffle_checks(shuffle(rows)),
        length_check(rows),
        pyperf_check(rows),
        *disturbance_checks(rows),
        load_check(rows),
        tail_check(rows),
        versions_check(rows.provenance.distributions, locked()),
    )


def run_checks(rows: Rows) -> tuple[Check, ...]:
    """Judge how a study of many requests at a time was done; each has its own bars besides."""
    return (
        failures_check(rows),
        *shuffle_checks(shuffle(rows)),
        *disturbance_checks(rows),
        versions_check(rows.provenance.distributions, locked()),
    )


def rounds_check(rows: Rows) -> Check:
    """Judge whether there are rounds enough."""
    fewest = min(len(row.visits) for row in rows.benchmarks)
    found = f"{len(rows.rounds)} of {rows.provenance.rounds_planned} planned"

    if fewest < len(rows.rounds):
        found += f", at least {fewest} for each benchmark"

    return Check(f"rounds: at least {FEWEST_ROUNDS}", found, verdict(fewest >= FEWEST_ROUNDS))


def failures_check(rows: Rows) -> Check:
    """Judge whether every visit gave its values; a run with a hole is a draft."""
    count = len(rows.failures)
    names = sorted({failure.benchmark for failure in rows.failures})
    draft = f"{digits.counted(count, 'failed visit')}, of {some(names)}" if count else ""

    return Check("failed visits: none", str(count), verdict(count == 0), draft)


def some(names: list[str]) -> str:
    """Name a few, and count the others."""
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""

    return digits.names(names[:NAMES_SHOWN]) + more


def counts_check(rows: Rows) -> Check:
    """Tell where visits disagree on the passes of the event loop; other counts never may."""
    bar = "exact counts: the same in every visit"
    odd = [row for row in rows.benchmarks if row.odd_visits]

    if not odd:
        return Check(bar, f"in all {sum(1 for _ in rows.visits())}", PASS)

    visits = digits.counted(sum(row.odd_visits for row in odd), "visit")
    names = some([row.name for row in odd])

    return Check(bar, f"but for the passes of the event loop in {visits}, of {names}", NOTE)


def shuffle_checks(found: Shuffle | None) -> tuple[Check, ...]:
    """Judge whether the order of every round was drawn anew."""
    same, alike = (
        "order: no two rounds the same",
        "order: positions in one round say nothing of those in the next",
    )

    if found is None:
        return (Check(same, "", UNKNOWN), Check(alike, "", UNKNOWN))

    text = f"correlation {digits.fixed(found.correlation, 3)}, by chance up to " + digits.fixed(
        found.limit, 3
    )

    return (
        gate(
            Check(
                same, f"{found.orders} orders in {found.rounds} rounds", verdict(found.all_differ)
            )
        ),
        gate(Check(alike, text, verdict(found.uncorrelated))),
    )


def length_check(rows: Rows) -> Check:
    """Judge whether the clock's own steps are far below what it timed."""
    bar = (
        f"each value nominally {NOMINAL_VALUE_SECONDS * 1e3:g} ms long: "
        f"none below {SHORTEST_VALUE_SECONDS * 1e3:g} ms"
    )
    timed = [row for row in rows.benchmarks if row.unit == SECOND and row.ladder != "resources"]
    lengths = [(visit.raw_seconds, row.name) for row in timed for visit in row.visits]

    if not lengths:
        return Check(bar, "", UNKNOWN)

    shortest, name = min(lengths)

    return Check(
        bar,
        f"shortest {digits.fixed(shortest * 1e3, 1)} ms, `{name}`",
        verdict(shortest >= SHORTEST_VALUE_SECONDS),
    )


def pyperf_check(rows: Rows) -> Check:
    """Judge whether pyperf finds the values long enough, and most of the benchmarks stable.

    It judges the plain mean of one benchmark over all rounds, and the report has trimmed means of
    what is paired inside a round: so outliers and the number of processes are only told.
    """
    bar = (
        "`pyperf check`: no value too short, and at most "
        f"{digits.share(UNSTABLE_SHARE)} of the benchmarks unstable"
    )
    found = [row.warnings for row in rows.benchmarks if row.warnings is not None]

    if not found:
        return Check(bar, "", UNKNOWN)

    short, unstable, outliers, few = (
        sum(any(words in warning for warning in warnings) for warnings in found)
        for words in (TOO_SHORT, UNSTABLE, OUTLIER, TOO_FEW)
    )
    text = (
        f"of {len(found)}, {short} too short, {unstable} unstable, {outliers} with an outlier, "
        f"{few} with too few processes"
    )
    passed = short == 0 and unstable <= UNSTABLE_SHARE * len(found)

    return gate(Check(bar, text, verdict(passed)))


def tail_check(rows: Rows) -> Check:
    """Tell where disturbed rounds would pull a plain mean away from the trimmed one."""
    placed = [row for row in rows.benchmarks if row.placement == rows.main_placement]
    pulled = [row.name for row in placed if row.visits and is_heavy(list(row.by_round.values()))]
    found = f"{len(pulled)} of {len(placed)}" + (f": {some(pulled)}" if pulled else "")

    return Check(
        f"disturbed: plain and trimmed mean over rounds more than {digits.share(HEAVY_TAIL)} apart",
        found,
        NOTE,
    )


def is_heavy(means: list[float]) -> bool:
    """Compare plain and trimmed mean of the rounds."""
    typical = float(trimmed_mean(np.array(means)))

    return abs(sum(means) / len(means) - typical) > HEAVY_TAIL * typical
