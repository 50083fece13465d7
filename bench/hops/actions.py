"""From the reasons of many routes to what can be done: what is free first, what saves most first.

Causes of one sort for which the same is to be done make one action.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.hops.prediction import Prediction, Route
from bench.hops.reasons import VERDICTS, Advice, Hops, Reason


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of hops, wherever it occurs.

    Attributes:
        members: the numbers of the routes that have it; none, if it is there for all of them.
        when: which requests meet it, where that is not a matter of routes.
    """

    reason: Reason
    members: frozenset[int]
    when: str = ""

    @property
    def where(self) -> str:
        """`24 routes`, or which requests."""
        count = len(self.members)
        return self.when or ("1 route" if count == 1 else f"{count} routes")

    @property
    def weight(self) -> int:
        """Hops over all routes, at least."""
        return self.reason.hops.bound * max(len(self.members), 1)


@dataclass(frozen=True, slots=True)
class Action:
    """What to do about causes of one sort, and who they are."""

    hops: Hops
    advice: Advice
    causes: tuple[Cause, ...]

    @property
    def order(self) -> tuple[int, int]:
        """What is free to be done comes first, then what saves most."""
        weight = sum(cause.weight for cause in self.causes)
        return VERDICTS.index(self.advice.verdict), -weight

    @property
    def where(self) -> str:
        """In how many routes all of its causes together are."""
        members = frozenset[int]().union(*(cause.members for cause in self.causes))
        return Cause(self.causes[0].reason, members, self.causes[0].when).where


def causes(prediction: Prediction, routes: Iterable[Route]) -> tuple[Cause, ...]:
    """Every cause in `routes` and of the whole application, each once."""
    found: dict[tuple[object, ...], Cause] = {}
    for reason, member, when in everywhere(prediction, routes):
        key = (reason.kind, reason.name, reason.place, reason.text, reason.hops)
        known = found.get(key)
        found[key] = Cause(reason, (known.members if known else frozenset()) | member, when)

    return tuple(sorted(found.values(), key=lambda cause: cause.weight, reverse=True))


def everywhere(
    prediction: Prediction, routes: Iterable[Route]
) -> Iterator[tuple[Reason, frozenset[int], str]]:
    """The reasons that may hop: of each route, then of each part."""
    for number, route in enumerate(routes):
        for reason in route.reasons:
            if reason.hops.most != 0:
                yield reason, frozenset((number,)), ""

    for part in prediction.parts:
        for reason in part.reasons:
            if reason.hops.most != 0:
                yield reason, frozenset(), f"{part.prefix} {part.when}".strip()


def actions(every: Iterable[Cause]) -> tuple[Action, ...]:
    """The causes, those of one sort and one advice together."""
    found: dict[tuple[object, ...], list[Cause]] = {}
    for cause in every:
        reason = cause.reason
        key = (reason.kind, reason.hops, reason.advice, cause.when)
        found.setdefault(key, []).append(cause)

    made = (Action(many[0].reason.hops, many[0].reason.advice, (*many,)) for many in found.values())
    return tuple(sorted(made, key=lambda action: action.order))


def hops_of(hops: Hops) -> str:
    """Hops with the right noun."""
    return f"{hops} hop" if (hops.least, hops.most) == (1, 1) else f"{hops} hops"
