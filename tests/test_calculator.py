"""The calculator: at what was measured what was measured, between it nothing odd, and no more."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.calculator.measured import load, range_us
from analysis.calculator.model import answer, beside, break_even, winner
from analysis.calculator.parameters import Curve, Load, Node, Parameters, Place, Reading, inward
from analysis.calculator.question import (
    ASYNC_DEF,
    AT,
    BEFORE,
    BEYOND,
    DEF,
    NEITHER,
    Answer,
    BreakEven,
    Outside,
    Question,
)
from analysis.rows import Rows
from analysis.sections import work
from analysis.work.contests import Contest
from tests.synthetic_calculator import MACHINE, made_up, of, runs
from tests.synthetic_loads import benchmark

pytestmark = pytest.mark.usefixtures("few_resamples")

ROUNDED = 2e-6  # six significant digits
ASKED = Question(MACHINE, "free", "hashing", 1000.0, 100, 1)


@pytest.fixture(scope="module")
def known() -> Parameters:
    return made_up()


def place_of(known: Parameters, placement: str = "free") -> Place:
    return next(one for one in known.machines[0].places if one.placement == placement)


def curve_of(known: Parameters, sort: str, placement: str = "free") -> Curve:
    return next(one for one in place_of(known, placement).curves if one.sort == sort)


def inner_nodes(known: Parameters, sort: str, in_flight: int) -> tuple[Node, ...]:
    """The nodes of a load that a question can name."""
    load = next(one for one in curve_of(known, sort).loads if one.in_flight == in_flight)

    return load.nodes[1:-1]


def near(found: Reading | None, expected: Reading) -> bool:
    assert found is not None
    ends = ((found.value, expected.value), (found.low, expected.low), (found.high, expected.high))

    return all(math.isclose(one or 0.0, other or 0.0, rel_tol=1e-9) for one, other in ends)


@pytest.mark.parametrize("sort", ["python", "hashing", "blocking", "awaiting"])
@pytest.mark.parametrize("in_flight", [1, 10, 100])
def test_at_what_was_measured_it_says_what_was_measured(
    known: Parameters, sort: str, in_flight: int
) -> None:
    for node in inner_nodes(known, sort, in_flight):
        asked = replace(ASKED, sort=sort, in_flight=in_flight, work_us=node.work * 1e6)
        found = answer(known, asked)

        assert near(found.upper, node.upper)
        assert near(found.lower, node.lower)
        assert near(found.ratio, node.ratio)


@pytest.mark.parametrize("sort", ["python", "hashing", "blocking"])
@pytest.mark.parametrize("in_flight", [1, 10, 100])
def test_its_break_even_is_the_one_of_the_report(
    known: Parameters, sort: str, in_flight: int
) -> None:
    numbers = work.numbers(runs()["work"])
    contest: Contest | None = numbers.contest(sort) if numbers else None
    curve = contest.curve("request", in_flight) if contest else None
    found = answer(known, replace(ASKED, sort=sort, in_flight=in_flight)).break_even

    assert curve
    assert curve.break_even
    assert found
    assert (found.where == BEYOND) == curve.break_even.never
    assert math.isclose(found.seconds, curve.break_even.at.value, rel_tol=20 * ROUNDED)


def test_of_a_load_without_a_break_even_nothing_is_said() -> None:
    rows = runs()["work"]
    numbers = work.numbers(rows)
    contest: Contest | None = numbers.contest("python") if numbers else None
    curve = contest.curve("request", 10) if contest else None
    assert curve
    said = [load(rows, one) for one in (curve, replace(curve, break_even=None))]

    assert [one and one.said != "" for one in said] == [True, False]


def test_what_is_awaited_has_no_break_even(known: Parameters) -> None:
    assert answer(known, replace(ASKED, sort="awaiting")).break_even is None


def test_between_two_loads_it_lies_between_their_numbers(known: Parameters) -> None:
    asked = replace(ASKED, placement="one-cpu", sort="none")
    few, some_more, many = (answer(known, replace(asked, in_flight=n)).upper for n in (40, 70, 100))

    assert few
    assert some_more
    assert many
    assert few.value < some_more.value < many.value
    assert answer(known, replace(asked, in_flight=70)).between == (40, 100)


@pytest.mark.parametrize(
    ("given", "outside"),
    [
        ({"hops": 0}, Outside("hops", 1, 2)),
        ({"hops": 3}, Outside("hops", 1, 2)),
        ({"hops": 1.5}, Outside("hops", 1, 2)),
        ({"in_flight": 0.5}, Outside("in_flight", 1, 100)),
        ({"in_flight": 101}, Outside("in_flight", 1, 100)),
        ({"in_flight": math.nan}, Outside("in_flight", 1, 100)),
        ({"work_us": 1}, Outside("work_us", 10.2, 30600)),
        ({"work_us": 60_000}, Outside("work_us", 10.2, 30600)),
        ({"placement": "one-cpu", "in_flight": 10}, Outside("in_flight", 100, 100)),
        ({"sort": "none", "in_flight": 5000}, Outside("in_flight", 1, 4000)),
        ({"sort": "unheard-of"}, Outside("sort", 0, 0)),
    ],
)
def test_outside_of_what_was_measured_it_says_so_and_nothing_else(
    known: Parameters, given: dict[str, float], outside: Outside
) -> None:
    found = answer(known, replace(ASKED, **given))  # type: ignore[arg-type]  # fields by name

    assert [(one.field, one.low > 0) for one in found.outside] == [(outside.field, outside.low > 0)]
    assert math.isclose(found.outside[0].low, outside.low, rel_tol=0.02)
    assert math.isclose(found.outside[0].high, outside.high, rel_tol=0.02)
    assert found == Answer(found.outside)


def test_every_input_that_is_outside_is_named(known: Parameters) -> None:
    found = answer(known, replace(ASKED, hops=99, in_flight=0, work_us=-1))

    assert [one.field for one in found.outside] == ["hops", "in_flight", "work_us"]


def test_the_ends_that_it_names_are_inside(known: Parameters) -> None:
    ends = curve_of(known, "python").valid_us

    assert ends
    assert [answer(known, replace(ASKED, sort="python", work_us=end)).outside for end in ends] == [
        (),
        (),
    ]


@given(some.floats(1e-2, 1e5), some.floats(1.5, 1e4))
def test_a_range_is_rounded_into_itself(low: float, times: float) -> None:
    first, last = inward(low, low * times)

    assert low <= first * (1 + ROUNDED)
    assert last * (1 - ROUNDED) <= low * times
    assert math.isclose(first, low, rel_tol=0.011)


def test_a_further_hop_adds_its_price_and_is_called_composed(known: Parameters) -> None:
    one, two = (answer(known, replace(ASKED, hops=hops, work_us=300)) for hops in (1, 2))
    further = place_of(known).further

    assert further
    assert one.upper
    assert two.upper
    assert two.lower == one.lower
    assert one.ratio
    assert two.ratio
    assert two.lower
    assert math.isclose(two.upper.value, one.upper.value + further.price.value, rel_tol=2e-3)
    more = further.price.value / two.lower.value
    assert math.isclose(two.ratio.value, one.ratio.value + more, rel_tol=2e-3)
    assert (one.composed, two.composed) == (False, True)


def test_a_further_hop_moves_the_break_even_up(known: Parameters) -> None:
    one, two = (answer(known, replace(ASKED, hops=hops)).break_even for hops in (1, 2))

    assert one
    assert two
    assert (one.where, two.where) == (AT, AT)
    assert two.seconds > one.seconds


def test_hops_hold_as_far_as_they_were_measured(known: Parameters) -> None:
    most = {one.placement: one.further.most for one in known.machines[0].places if one.further}

    assert most == {"one-cpu": 8, "free": 2}


def test_others_are_spoken_of_where_a_bystander_was_measured(known: Parameters) -> None:
    found = answer(known, ASKED).beside

    assert found
    assert found.upper.value < found.lower.value
    assert answer(known, replace(ASKED, hops=2)).beside is None
    assert answer(known, replace(ASKED, placement="one-cpu")).beside is None


def test_a_bystander_is_not_spoken_of_beyond_what_was_measured_beside_it(known: Parameters) -> None:
    curve = replace(curve_of(known, "hashing"), beside_us=(100.0, 1000.0))
    found = [beside(curve, work_us) is None for work_us in (99.0, 100.0, 1000.0, 1001.0)]

    assert found == [True, False, False, True]


def node_of(work: float, ratio: float = 1.0) -> Node:
    once = Reading(1.0, None, None)

    return Node(round(work * 1e6), work, once, once, Reading(ratio, None, None))


def test_what_wins_everywhere_wins_from_the_shortest_work_on() -> None:
    nodes = [node_of(1e-4, 0.9), node_of(1e-3, 0.8)]

    assert break_even(nodes) == BreakEven(BEFORE, 1e-4)


def test_a_range_is_what_every_load_has() -> None:
    ends = ((1e-4, 1e-2), (2e-4, 5e-3))
    loads = tuple(Load(n, tuple(map(node_of, one)), "") for n, one in enumerate(ends, start=1))

    assert range_us(loads) == (200.0, 5000.0)


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        (Reading(0.8, 0.7, 0.9), DEF),
        (Reading(1.2, 1.1, 1.3), ASYNC_DEF),
        (Reading(0.9, 0.7, 1.1), NEITHER),
        (Reading(2.0, None, None), NEITHER),
    ],
)
def test_who_wins_is_for_the_interval_to_say(ratio: Reading, name: str) -> None:
    assert winner(ratio) == name


def test_what_was_not_measured_is_not_known() -> None:
    every = runs()
    sorts = {
        study: [one.sort for one in of({study: every[study]}).machines[0].places[0].curves]
        for study in ("work", "concurrency")
    }

    assert sorts == {
        "work": ["python", "hashing", "blocking", "awaiting"],
        "concurrency": ["none"],
    }
    assert of({"handlers": every["handlers"]}) == Parameters()


def test_a_duration_that_one_load_lacks_is_no_part_of_the_curve() -> None:
    rows = runs()["work"]
    lacking = {"in_flight": 10, "work_us": 1000}
    kept = tuple(row for row in rows.benchmarks if not lacking.items() <= dict(row.factors).items())
    known = of({"work": replace(rows, benchmarks=kept)})
    durations = {
        tuple(node.nominal_us for node in load.nodes) for load in curve_of(known, "python").loads
    }

    assert durations == {(10, 30, 100, 300, 3000, 10000, 30000)}
    assert answer(known, replace(ASKED, sort="python", in_flight=50)).outside == ()


def test_without_hops_measured_there_is_one() -> None:
    known = of({"work": runs()["work"]})

    assert answer(known, replace(ASKED, hops=2)).outside == (Outside("hops", 1.0, 1.0),)


def test_one_round_has_no_intervals_and_no_winner() -> None:
    request = {"def": 2e-4, "async-def": 5e-5}
    rows = [
        benchmark("concurrency", subject, "free", "request", [value], in_flight=1)
        for subject, value in request.items()
    ]
    provenance = runs()["concurrency"].provenance
    found = answer(
        of({"concurrency": Rows(provenance, tuple(rows))}),
        replace(ASKED, sort="none", in_flight=1),
    )

    assert found.upper == Reading(2e-4, None, None)
    assert found.winner == NEITHER


def test_runs_of_two_machines_are_two_machines() -> None:
    one, other = runs()["work"], runs()["concurrency"]
    facts = (("cpu_model_name", "Other CPU"), ("python_version", "3.14.0"))
    moved = replace(other, provenance=replace(other.provenance, facts=facts))
    found = of({"work": one, "concurrency": moved})

    assert [machine.name for machine in found.machines] == [MACHINE, "Other CPU, Python 3.14.0"]


def test_what_is_embedded_is_plain_json(known: Parameters) -> None:
    text = json.dumps(known.embedded(), allow_nan=False)

    assert json.loads(text)["machines"][0]["name"] == MACHINE
