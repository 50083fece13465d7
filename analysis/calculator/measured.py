"""Turns the runs of a machine into the calculator's parameters; what was not measured is left out.

Curves of work are those of the study `work`, of no work those of `concurrency`, and what a further
hop costs is `handlers`'. These may be runs of their own: the model adds hops to a curve, and the
page says that it did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.answer import second_hop
from analysis.calculator.parameters import (
    NO_WORK,
    Curve,
    Further,
    Load,
    Machine,
    Node,
    Parameters,
    Place,
    inward,
    reading,
    rounded,
)
from analysis.catalogue import MANY_HOPS
from analysis.concurrency.curves import Point
from analysis.contrasts import common_rounds, estimate, per_round, plus
from analysis.digits import NOT_MEASURED
from analysis.placement import FREE, PLACEMENT_WORDS, PLACEMENTS
from analysis.rows import Rows
from analysis.source import Source
from analysis.stats import trimmed_mean
from analysis.work import curves as worked
from analysis.work.contests import Contest, result

HANDLERS, OVERLAPPING, WORKING = "handlers", "concurrency", "work"
PER_SECOND_US = 1e6
FEWEST_NODES = 2
SECOND_HOP = 2
TITLE_OF_NO_WORK = "next to nothing"


@dataclass(frozen=True)
class Run:
    """One study as a machine measured it: rows and their file, and the section's numbers."""

    source: Source
    numbers: Any  # of the section's own type


def parameters(sources: Mapping[str, Source], numbers: Mapping[str, Any]) -> Parameters:
    """Gather what every study has measured, by the name of its run's machine.

    Args:
        sources: the run of each study.
        numbers: those of each section, None where it has none.
    """
    found: dict[str, dict[str, Run]] = {}
    for study, source in sources.items():
        if numbers.get(study) is not None:
            run = Run(source, numbers[study])
            found.setdefault(machine_name(source), {})[study] = run

    machines = (Machine(name, places(runs)) for name, runs in found.items())

    return Parameters(tuple(machine for machine in machines if machine.places))


def machine_name(source: Source) -> str:
    """Name the machine and the Python of a run."""
    fact = source.rows.provenance.fact

    return f"{fact('cpu_model_name')}, Python {fact('python_version')}"


def places(runs: Mapping[str, Run]) -> tuple[Place, ...]:
    """Give every placement with at least one curve."""
    found = (
        Place(placement, PLACEMENT_WORDS[placement], further(runs, placement), curves)
        for placement in PLACEMENTS
        if (curves := curves_of(runs, placement))
    )

    return tuple(found)


def curves_of(runs: Mapping[str, Run], placement: str) -> tuple[Curve, ...]:
    """Give the curve of no work, then of each sort of it; those measured."""
    found = []
    if OVERLAPPING in runs:
        found.append(curve_of_no_work(runs[OVERLAPPING], placement))

    if WORKING in runs:
        run = runs[WORKING]
        found += [curve(run.source, one, placement) for one in run.numbers.contests]

    return tuple(one for one in found if one is not None)


def curve_of_no_work(run: Run, placement: str) -> Curve | None:
    """Give the trivial pair over requests in flight."""
    points: list[Point] = [
        point
        for placed in run.numbers.placed
        if placed.placement == placement
        for point in placed.points
    ]
    loads = tuple(
        Load(point.in_flight, (idle(point),), "")
        for point in points
        if point.kind and point.twin and point.pair
    )

    if not loads:
        return None

    return Curve(
        NO_WORK, TITLE_OF_NO_WORK, True, None, loads, None, None, OVERLAPPING, run.source.data
    )


def idle(point: Point) -> Node:
    """Give the trivial pair at one number in flight."""
    assert point.kind
    assert point.twin
    assert point.pair

    return Node(
        0,
        0.0,
        reading(point.kind.request),
        reading(point.twin.request),
        reading(point.pair.ratio),
    )


def curve(source: Source, contest: Contest, placement: str) -> Curve | None:
    """Give one sort of work over its duration, with every number in flight measured."""
    found = [
        load(source.rows, one)
        for one in contest.curves
        if one.metric == worked.REQUEST and one.placement == placement
    ]
    loads = alike([one for one in found if one is not None])

    if not loads:
        return None

    slow = contest.bystander if placement == FREE else None
    beside = load(source.rows, slow) if slow else None
    sort = contest.sort

    return Curve(
        sort.name,
        sort.title,
        sort.same_work,
        range_us(loads),
        loads,
        beside,
        range_us((beside,)) if beside else None,
        WORKING,
        source.data,
    )


def alike(loads: Sequence[Load]) -> tuple[Load, ...]:
    """Keep the durations that every load has; nothing where these are too few for a curve."""
    every = [{node.nominal_us for node in one.nodes} for one in loads]
    common = set.intersection(*every) if every else set()

    if len(common) < FEWEST_NODES:
        return ()

    return tuple(
        replace(one, nodes=tuple(node for node in one.nodes if node.nominal_us in common))
        for one in loads
    )


def load(rows: Rows, one: worked.Curve) -> Load | None:
    """Give the nodes of one curve, and from where on it says that `def` wins; None of too few."""
    found = [node(rows, one, point) for point in one.worked]
    nodes = sorted((each for each in found if each), key=lambda each: each.work)

    if len(nodes) < FEWEST_NODES:
        return None

    said = result(one)

    return Load(one.in_flight or 0, tuple(nodes), "" if said == NOT_MEASURED else said)


def node(rows: Rows, one: worked.Curve, point: worked.Point) -> Node | None:
    """Give both ways at one duration; the work's is averaged as for the break-even."""
    upper, lower, *works = (
        worked.side(rows, way, metric, one.placement, one.in_flight, point.work_us)
        for metric in (one.metric, "work")
        for way in (one.sort.upper, one.sort.lower)
    )
    own, other = (None if row is None else estimate(plus(row)) for row in (upper, lower))
    measured = [work for work in works if work is not None]
    rounds = common_rounds(row for row in (upper, lower, *measured) if row is not None)

    if own is None or other is None or not measured or not rounds:
        return None

    lasted = np.mean([per_round(plus(work), rounds) for work in measured], axis=0)
    work = float(np.exp(trimmed_mean(np.log(lasted))))

    return Node(point.work_us, rounded(work), reading(own), reading(other), reading(point.ratio))


def range_us(loads: tuple[Load, ...]) -> tuple[float, float]:
    """Give the shortest and the longest work that every load has; us."""
    shortest = max(one.nodes[0].work for one in loads)
    longest = min(one.nodes[-1].work for one in loads)

    return inward(shortest * PER_SECOND_US, longest * PER_SECOND_US)


def further(runs: Mapping[str, Run], placement: str) -> Further | None:
    """Give what a further hop costs: of dependencies, or else of a return annotation.

    Dependencies are many, so that their price holds for as many hops; they were measured on the
    main placement. The second hop of an endpoint with a return annotation was measured on all.
    """
    if HANDLERS not in runs:
        return None

    run = runs[HANDLERS]
    many = run.numbers.pair(MANY_HOPS) if run.numbers.placement == placement else None

    if many and run.numbers.further_hop:
        where = f"study `{HANDLERS}`, `{MANY_HOPS}`"
        return Further(reading(run.numbers.further_hop), many.hops, where, run.source.data)

    second = second_hop(run.source.rows, placement)

    if second is None:
        return None

    return Further(reading(second), SECOND_HOP, f"study `{HANDLERS}`, `def-model`", run.source.data)
