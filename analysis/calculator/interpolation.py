"""Turns nodes of a curve into one that lies between: straight lines of logarithms over logarithms.

Ends of intervals are treated as values are. The interval of a weighted mean is no wider than the
weighted mean of the intervals, so between nodes they are wide rather than narrow.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from analysis.calculator.parameters import Load, Node, Reading

PER_SECOND_US = 1e6


def around(loads: Sequence[Load], in_flight: float) -> tuple[Load, ...]:
    """Find the load itself, or the two that a number in flight lies between."""
    exact = [load for load in loads if load.in_flight == in_flight]

    if exact:
        return tuple(exact)

    return next(
        pair for pair in pairwise(loads) if pair[0].in_flight < in_flight < pair[1].in_flight
    )


def nodes_at(loads: Sequence[Load], in_flight: float) -> list[Node]:
    """Give the nodes of one load, or those between two, which have the same durations."""
    if len(loads) == 1:
        return list(loads[0].nodes)

    first, second = loads
    share = part(first.in_flight, second.in_flight, in_flight)
    others = {node.nominal_us: node for node in second.nodes}

    return [mixed(node, others[node.nominal_us], share) for node in first.nodes]


def node_at(nodes: Sequence[Node], work_us: float) -> Node:
    """Give what lies at one duration of the work, which is inside; the only node of no work."""
    if len(nodes) == 1:
        return nodes[0]

    work = work_us / PER_SECOND_US
    before, after = next(
        (pair for pair in pairwise(nodes) if work <= pair[1].work), (nodes[-2], nodes[-1])
    )

    return mixed(before, after, part(before.work, after.work, work))


def part(first: float, second: float, at: float) -> float:
    """Say which part of the way from one number to another a third one is, in logarithms."""
    if first == second:
        return 0.0

    return (math.log(at) - math.log(first)) / (math.log(second) - math.log(first))


def mixed(first: Node, second: Node, share: float) -> Node:
    """Go a part of the way from one node to another."""
    return Node(
        first.nominal_us,
        mixed_number(first.work, second.work, share) if first.work else 0.0,
        mixed_reading(first.upper, second.upper, share),
        mixed_reading(first.lower, second.lower, share),
        mixed_reading(first.ratio, second.ratio, share),
    )


def mixed_reading(first: Reading, second: Reading, share: float) -> Reading:
    """Go a part of the way from one reading to another; without both intervals, without one."""
    return Reading(
        mixed_number(first.value, second.value, share),
        mixed_end(first.low, second.low, share),
        mixed_end(first.high, second.high, share),
    )


def mixed_end(first: float | None, second: float | None, share: float) -> float | None:
    """Go a part of the way between ends of intervals; None where one is no time at all."""
    if first is None or second is None or first <= 0 or second <= 0:
        return None

    return mixed_number(first, second, share)


def mixed_number(first: float, second: float, share: float) -> float:
    """Go a part of the way from one number to another, in logarithms."""
    return math.exp(math.log(first) + share * (math.log(second) - math.log(first)))
