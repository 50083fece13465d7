"""Turns a question about a handler into what `def` and `async def` cost it, from what was measured.

The model, in the order in which it is applied:

1. The curve is that of the machine, the placement and the sort of work. Each of its nodes holds
   three measured numbers: time per request as `def`, as `async def`, and the ratio of the two.
2. Between two numbers of requests in flight, each of them is a straight line of its logarithm over
   the logarithm of the number in flight; so is the work's measured duration.
3. Each hop after the first adds its price to the time as `def`; the ratio rises by that price over
   the time as `async def`. The price was measured one request at a time, and often in another run:
   such an answer is marked as composed.
4. Between two durations of the work, again straight lines of logarithms. A curve of no work has one
   node and needs none.
5. The break-even is where the ratio crosses 1 downwards for the last time, as in
   `analysis.work.break_even`: at a measured load it is the report's.
6. Who wins is what the interval of the ratio says; neither, where it holds 1.

How a number between two measured ones is found is in `interpolation`. Nothing is extrapolated:
outside of what was measured there is no answer, but which input is outside and from where to where
it is valid. `model.js` is both of them, step by step; a test compares the two.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis.calculator.interpolation import around, mixed_number, node_at, nodes_at, part
from analysis.calculator.parameters import Curve, Machine, Node, Parameters, Place, Reading
from analysis.calculator.question import (
    ASYNC_DEF,
    AT,
    BEFORE,
    BEYOND,
    DEF,
    NEITHER,
    Answer,
    Beside,
    BreakEven,
    Outside,
    Question,
)

WHOLE = ("hops",)  # an average of requests in flight need not be


def answer(parameters: Parameters, question: Question) -> Answer:
    """Answer a question, or say which of its inputs are outside of what was measured."""
    place = place_of(parameters, question)
    curve = next((one for one in place.curves if one.sort == question.sort), None)

    if curve is None:
        return Answer((Outside("sort", 0.0, 0.0),))

    outside = outside_of(place, curve, question)

    if outside:
        return Answer(outside)

    loads = around(curve.loads, question.in_flight)
    plain = nodes_at(loads, question.in_flight)
    nodes = [with_hops(node, place, question.hops) for node in plain]
    found = node_at(nodes, question.work_us)
    alone = question.hops == 1

    return Answer(
        (),
        found.upper,
        found.lower,
        found.ratio,
        winner(found.ratio),
        break_even(nodes) if curve.same_work and curve.valid_us else None,
        beside(curve, question.work_us) if alone else None,
        not alone,
        tuple(load.in_flight for load in loads),
    )


def place_of(parameters: Parameters, question: Question) -> Place:
    """Find the placement of the machine; LookupError if nothing of it was measured."""
    machine: Machine = next(one for one in parameters.machines if one.name == question.machine)

    return next(one for one in machine.places if one.placement == question.placement)


def outside_of(place: Place, curve: Curve, question: Question) -> tuple[Outside, ...]:
    """List the inputs for which nothing was measured; what is no number is outside, too."""
    most = place.further.most if place.further else 1
    ranges = [
        ("hops", question.hops, 1.0, float(most)),
        ("in_flight", question.in_flight, *ends(curve)),
        *([("work_us", question.work_us, *curve.valid_us)] if curve.valid_us else []),
    ]

    return tuple(
        Outside(field, low, high)
        for field, given, low, high in ranges
        if not low <= given <= high or (field in WHOLE and given % 1)
    )


def ends(curve: Curve) -> tuple[float, float]:
    """Give the fewest and the most requests in flight of a curve."""
    return float(curve.loads[0].in_flight), float(curve.loads[-1].in_flight)


def with_hops(node: Node, place: Place, hops: float) -> Node:
    """Add the price of every hop after the first."""
    if hops == 1 or place.further is None:
        return node

    more = times(place.further.price, hops - 1)
    share = times(more, 1 / node.lower.value)

    return replace(node, upper=plus(node.upper, more), ratio=plus(node.ratio, share))


def break_even(nodes: Sequence[Node]) -> BreakEven:
    """Find where the ratio crosses 1 downwards for the last time."""
    if nodes[-1].ratio.value >= 1:
        return BreakEven(BEYOND, nodes[-1].work)

    last = max((at for at, node in enumerate(nodes) if node.ratio.value >= 1), default=None)

    if last is None:
        return BreakEven(BEFORE, nodes[0].work)

    before, after = nodes[last], nodes[last + 1]
    share = part(before.ratio.value, after.ratio.value, 1.0)

    return BreakEven(AT, mixed_number(before.work, after.work, share))


def beside(curve: Curve, work_us: float) -> Beside | None:
    """Give what a bystander waits, if that was measured for such work."""
    if curve.beside is None or curve.beside_us is None:
        return None

    low, high = curve.beside_us

    if not low <= work_us <= high:
        return None

    found = node_at(curve.beside.nodes, work_us)

    return Beside(found.upper, found.lower, found.ratio)


def winner(ratio: Reading) -> str:
    """Say who takes less time; neither, where the interval holds 1 or there is none."""
    if ratio.high is not None and ratio.high < 1:
        return DEF

    return ASYNC_DEF if ratio.low is not None and ratio.low > 1 else NEITHER


def plus(first: Reading, second: Reading) -> Reading:
    """Add two readings, and the ends of their intervals: wide rather than narrow."""
    return Reading(
        first.value + second.value,
        None if first.low is None or second.low is None else first.low + second.low,
        None if first.high is None or second.high is None else first.high + second.high,
    )


def times(one: Reading, factor: float) -> Reading:
    """Multiply by a positive factor."""
    return Reading(
        one.value * factor,
        None if one.low is None else one.low * factor,
        None if one.high is None else one.high * factor,
    )
