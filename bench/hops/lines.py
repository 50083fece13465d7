"""From a prediction to the rows of its tables, each short enough for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from bench.hops.actions import Action, Cause, hops_of
from bench.hops.cost import Cost
from bench.hops.observing import Observation
from bench.hops.prediction import Prediction, Route
from bench.hops.price import Price
from bench.hops.reasons import KEEP, Hops, exactly, total

HOPS = "hops"
ROUTE = ("route", "because of")
PRICES = ("µs, 1 CPU", "µs, free")
ACTIONS = (HOPS, "in", "what", "to do", "sure?")
UNPRICED = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """A title, column heads, and rows of as many cells."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def route_table(routes: Iterable[Route], cost: Cost | None) -> Table:
    """One row for each route."""
    heads = (HOPS, *(PRICES if cost else ()), *ROUTE)
    rows = tuple(
        (str(route.hops), *prices(route.hops, cost), route.title, why(route)) for route in routes
    )
    return Table("Hops per request, most first", heads, rows)


def action_table(actions: Iterable[Action]) -> Table:
    """One row for each action."""
    rows = tuple(
        (
            str(action.hops),
            action.where,
            what(action.causes, action.advice.verdict),
            action.advice.text,
            action.advice.certainty,
        )
        for action in actions
    )
    return Table(
        "What to do: what is free first, then what must be looked at, or stay", ACTIONS, rows
    )


def what(causes: tuple[Cause, ...], verdict: str) -> str:
    """A cause as a phrase and where it is written; several by name, and where to act if one may."""
    if len(causes) == 1:
        return located(causes[0].reason.phrase, causes[0])

    names = ", ".join(
        cause.reason.name if verdict == KEEP else located(cause.reason.name, cause)
        for cause in causes
    )
    return f"{causes[0].reason.kind}, {len(causes)} of them: {names}"


def located(name: str, cause: Cause) -> str:
    """A name and where it is written."""
    place = cause.reason.place
    return f"{name} {place.file}:{place.line}" if place else name


def prices(hops: Hops, cost: Cost | None) -> tuple[str, ...]:
    """Microseconds in each placement, of the least number of hops where there is no most."""
    if cost is None:
        return ()

    one_cpu = UNPRICED if cost.one_cpu is None else price(hops, cost.one_cpu)
    return one_cpu, price(hops, cost.free)


def price(hops: Hops, each: Price) -> str:
    """`240`, `120-240` or `60+`."""
    least = f"{each.of(hops.least):.0f}"
    if hops.most is None:
        return f"{least}+"

    return least if hops.most == hops.least else f"{least}-{each.of(hops.most):.0f}"


def why(route: Route) -> str:
    """The reasons that hop or may hop, in the order of the request; with hops unless it is one."""
    found: dict[str, list[Hops]] = {}
    for reason in route.reasons:
        if reason.hops.most != 0:
            found.setdefault(reason.short, []).append(reason.hops)

    counted = ((short, total(every)) for short, every in found.items())
    return ", ".join(short if hops == exactly(1) else f"{hops} {short}" for short, hops in counted)


def left_out(prediction: Prediction, shown: int) -> str:
    """How many routes are not shown."""
    count = len(prediction.routes) - shown
    noun = "route is" if count == 1 else "routes are"
    return f"{count} more {noun} not shown: --min-hops 0 and no --path show all" if count else ""


def priced(cost: Cost | None) -> Iterator[str]:
    """What hops cost here."""
    if cost is None:
        return

    pinned = {} if cost.one_cpu is None else {"on one CPU": cost.one_cpu}
    prices = {**pinned, "free": cost.free}
    first = ", ".join(f"{one.first_us:.0f} µs {where}" for where, one in prices.items())
    further = ", ".join(f"{one.further_us:.0f} µs {where}" for where, one in prices.items())
    yield f"first hop of a request here: {first} (a rough measurement)"
    yield f"each further one: {further}"


def observed(observation: Observation) -> Iterator[str]:
    """What a request did beside what was predicted."""
    hops = hops_of(Hops(observation.hops, observation.hops))
    answer = f"answered {observation.status}" if observation.status else "did not end"
    yield f"{observation.method} {observation.path} {answer}: {hops} observed"
    for name, group in groupby(observation.sent):
        times = len(list(group))
        again = f", {times} times" if times > 1 else ""
        yield f"  sent to a worker thread: {name}{again}"

    if observation.error:
        yield observation.error

    if observation.route is None:
        yield observation.missed
        return

    verdict = "as predicted" if observation.agrees else "NOT as predicted"
    yield f"{verdict} for {observation.route.title}: {hops_of(observation.expected)}"
    for reason in observation.route.reasons:
        if reason.hops.most != 0:
            yield f"  {reason}"
