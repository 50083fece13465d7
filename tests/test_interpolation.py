"""Between two nodes: their numbers at the ends, and a straight line of logarithms between."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.calculator.interpolation import (
    around,
    mixed,
    mixed_end,
    mixed_number,
    node_at,
    nodes_at,
    part,
)
from analysis.calculator.parameters import Load, Node, Reading

SHORT = Node(
    100, 1e-4, Reading(3e-4, 2e-4, 4e-4), Reading(1e-4, 0.9e-4, 1.1e-4), Reading(3.0, 2.5, 3.5)
)
LONG = Node(
    10_000, 1e-2, Reading(1e-2, 9e-3, 2e-2), Reading(2e-2, 1e-2, 3e-2), Reading(0.5, 0.4, 0.6)
)
LOADS = tuple(Load(in_flight, (SHORT, LONG), "") for in_flight in (1, 10, 100))

times = some.floats(1e-7, 1e2)


def numbers(node: Node) -> list[float]:
    """All that a node holds, but its name."""
    readings = (node.upper, node.lower, node.ratio)
    found = [end for one in readings for end in (one.value, one.low, one.high)]

    return [node.work, *(end for end in found if end is not None)]


@pytest.mark.parametrize(("share", "end"), [(0.0, SHORT), (1.0, LONG)])
def test_at_an_end_is_the_end(share: float, end: Node) -> None:
    assert numbers(mixed(SHORT, LONG, share)) == pytest.approx(numbers(end))


@given(times, times, some.floats(0, 1))
def test_between_two_numbers_lies_none_but_between_them(
    first: float, second: float, share: float
) -> None:
    found = mixed_number(first, second, share)

    assert min(first, second) * (1 - 1e-12) <= found <= max(first, second) * (1 + 1e-12)


@given(times, times, some.floats(0, 1))
def test_a_part_of_the_way_leads_back_to_itself(first: float, second: float, share: float) -> None:
    if math.isclose(first, second, rel_tol=1e-3):
        assert part(first, first, first) == 0
    else:
        assert part(first, second, mixed_number(first, second, share)) == pytest.approx(
            share, abs=1e-9
        )


def test_half_the_way_between_two_durations_is_their_geometric_mean() -> None:
    found = node_at((SHORT, LONG), 1000)  # microseconds

    assert found.work == pytest.approx(1e-3)
    assert found.upper.value == pytest.approx(math.sqrt(3e-4 * 1e-2))
    assert found.ratio.low == pytest.approx(math.sqrt(2.5 * 0.4))


def test_the_nodes_between_which_a_duration_lies_are_its_neighbours() -> None:
    middle = replace(mixed(SHORT, LONG, 0.5), upper=Reading(1.0, None, None))
    nodes = (SHORT, middle, LONG)

    for before, after in pairwise(nodes):
        between = node_at(nodes, 1e6 * (before.work + after.work) / 2)

        assert before.work < between.work < after.work
        assert (between.upper.low, between.upper.high) == (None, None)  # as one of both has none


def test_the_only_node_of_no_work_is_there_at_any_duration() -> None:
    idle = replace(SHORT, nominal_us=0, work=0.0)

    assert node_at((idle,), 12_345) == idle
    assert mixed(idle, idle, 0.5).work == 0


@pytest.mark.parametrize(
    ("in_flight", "found"), [(1, (1,)), (100, (100,)), (5, (1, 10)), (10.5, (10, 100))]
)
def test_a_load_is_found_itself_or_by_its_neighbours(
    in_flight: float, found: tuple[int, ...]
) -> None:
    assert tuple(load.in_flight for load in around(LOADS, in_flight)) == found


def test_between_two_loads_each_duration_is_mixed_with_itself() -> None:
    crowded = Load(100, (replace(LONG, upper=Reading(4e-2, 3e-2, 5e-2)), SHORT), "")
    first, last = nodes_at((LOADS[0], crowded), 10)

    assert numbers(first) == pytest.approx(numbers(SHORT))
    assert last.upper.value == pytest.approx(math.sqrt(1e-2 * 4e-2))
    assert nodes_at(LOADS[:1], 1) == [SHORT, LONG]


@pytest.mark.parametrize(
    ("first", "second"), [(None, 1.0), (1.0, None), (0.0, 1.0), (1.0, -0.5)], ids=str
)
def test_an_end_of_an_interval_that_is_no_time_leaves_none(
    first: float | None, second: float | None
) -> None:
    assert mixed_end(first, second, 0.5) is None
