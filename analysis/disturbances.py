"""Turns what the system told of each visit into checks: what else used the machine meanwhile."""

from statistics import median

from analysis import digits
from analysis.checks import NOTE, UNKNOWN, Check, gate, verdict
from analysis.rows import Rows
from analysis.visit import Visit

STEAL_SHARE = 0.01
OTHERS_SHARE = 0.05
SLOWED = 1.25  # between 1, a core of one's own, and 2, one that is always shared
DISTURBED = 1.4  # of a moment that is not calm, as `bench.calm` has it
OWN_LOAD = 1.0  # of one visit after another, each of one request after another
BUSY_LOAD = OWN_LOAD + 0.5  # halfway to another process that never rests
BUSY_SHARE = 0.2  # as many rounds as the trimmed mean leaves out at one end


def disturbance_checks(rows: Rows) -> tuple[Check, ...]:
    """Judge a run of which nothing is to use the machine but one visit after the other."""
    return (steal_check(rows), others_check(rows), speed_check(rows), *calm_checks(rows))


def steal_check(rows: Rows) -> Check:
    """Judge how much of the machine's time other guests took during the visits."""
    bar = f"CPU time stolen by other guests of the host: at most {digits.share(STEAL_SHARE)}"
    timed = [
        (visit.steal_seconds, visit.duration_seconds)
        for _, visit in rows.visits()
        if visit.steal_seconds is not None and visit.duration_seconds
    ]

    return share_check(bar, share_of_cpus(rows, timed), STEAL_SHARE)


def others_check(rows: Rows) -> Check:
    """Judge how much of the machine's time other processes took during the visits."""
    bar = f"CPU time used by other processes: at most {digits.share(OTHERS_SHARE)}"
    timed = [
        (visit.others_seconds, visit.whole_seconds)
        for _, visit in rows.visits()
        if visit.others_seconds is not None and visit.whole_seconds
    ]

    return share_check(bar, share_of_cpus(rows, timed), OTHERS_SHARE)


def speed_check(rows: Rows) -> Check:
    """Judge how fast the CPU was: the typical visit's, against the fastest stretch of the run.

    Who computes on the other hardware thread of the same core need not steal time to slow it down.
    """
    where = "batch that counts" if rows.provenance.is_calm else "visit"
    bar = (
        f"the same short piece of work beside each {where}: typically at most "
        f"{digits.TIMES} {SLOWED:g} of its shortest time in the run"
    )
    by_python: dict[object, list[tuple[float, float]]] = {}
    for row, one in rows.visits():
        if one.stretch_seconds and one.stretch_seconds_least:
            found = by_python.setdefault(dict(row.factors).get("python"), [])
            found.append((one.stretch_seconds, one.stretch_seconds_least))

    slowed = [
        mean / min(least for _, least in found) for found in by_python.values() for mean, _ in found
    ]

    if not slowed:
        return Check(bar, "", UNKNOWN)

    typical = median(slowed)
    text = f"{digits.TIMES} {digits.fixed(typical, 2)}"

    return gate(Check(bar, text, verdict(typical <= SLOWED)))


def calm_checks(rows: Rows) -> tuple[Check, ...]:
    """Tell how much of a run was timed in vain, and in how many visits calm moments were too few.

    A run of which all moments count has no such check.
    """
    found = [
        (visit.batches_counted, visit.batches_tried)
        for _, visit in rows.visits()
        if visit.batches_counted is not None and visit.batches_tried is not None
    ]

    if not found:
        return ()

    counted, tried = map(sum, zip(*found, strict=True))
    text = (
        f"{digits.share(counted / tried)} of the {tried} batches timed count; "
        f"of {digits.counted(len(found), 'visit')}, {len(disturbed(rows))} had too few such moments"
    )

    return (Check("only calm moments count, while some come in time", text, NOTE),)


def disturbed(rows: Rows) -> tuple[Visit, ...]:
    """List the visits in which, for want of calm moments, mostly others counted.

    The piece of work beside the batches that count tells: on average it took longer than beside a
    batch of a calm moment it may.
    """
    shortest = rows.provenance.calm_stretch_seconds

    return tuple(
        visit
        for _, visit in rows.visits()
        if shortest and visit.stretch_seconds and visit.stretch_seconds > DISTURBED * shortest
    )


def share_of_cpus(rows: Rows, timed: list[tuple[float, float]]) -> float | None:
    """Divide CPU seconds by what all CPUs had; None if a run does not tell them.

    Args:
        timed: CPU seconds and length of each visit.
    """
    cpus = rows.provenance.cpu_count

    if not timed or cpus is None:
        return None

    return sum(used for used, _ in timed) / (sum(length for _, length in timed) * cpus)


def share_check(bar: str, share: float | None, most: float) -> Check:
    """Judge a share; a run that does not tell is not judged."""
    if share is None:
        return Check(bar, "", UNKNOWN)

    return gate(Check(bar, f"{digits.fixed(share * 100, 2)} %", verdict(share <= most)))


def load_check(rows: Rows) -> Check:
    """Judge the load average, where one visit makes a load of one: of one request at a time."""
    bar = (
        f"visits at a load average above {BUSY_LOAD:g}, where one after the other makes "
        f"{OWN_LOAD:g}: at most {digits.share(BUSY_SHARE)}"
    )
    found = [visit.load_average for _, visit in rows.visits() if visit.load_average is not None]

    if not found:
        return Check(bar, "", UNKNOWN)

    busy = sum(load > BUSY_LOAD for load in found)
    text = f"{busy} of {len(found)}, highest {digits.fixed(max(found), 2)}"

    return gate(Check(bar, text, verdict(busy <= BUSY_SHARE * len(found))))
