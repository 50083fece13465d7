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
        routes: how many have it; none, if it is there for the whole application.
        when: which requests meet it, where that is not a matter of routes.
    """

    reason: Reason
    routes: int
    when: str = ""

    @property
    def where(self) -> str:
        """`24 routes`, or which requests."""
        return self.when or ("1 route" if self.routes == 1 else f"{self.routes} routes")

    @property
    def weight(self) -> int:
        """Hops over all routes, at least."""
        return self.reason.hops.bound * max(self.routes, 1)


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
        routes = sum(cause.routes for cause in self.causes)
        return Cause(self.causes[0].reason, routes, self.causes[0].when).where


def causes(prediction: Prediction, routes: Iterable[Route]) -> tuple[Cause, ...]:
    """Every cause in `routes` and of the whole application, each once."""
    found: dict[tuple[object, ...], Cause] = {}
    for reason, step, when in everywhere(prediction, routes):
        key = (reason.kind, reason.name, reason.place, reason.text, reason.hops)
        known = found.get(key)
        found[key] = Cause(reason, (known.routes if known else 0) + step, when)

    return tuple(sorted(found.values(), key=lambda cause: cause.weight, reverse=True))


def everywhere(
    prediction: Prediction, routes: Iterable[Route]
) -> Iterator[tuple[Reason, int, str]]:
    """The reasons that may hop: of each route, then of each part."""
    for route in routes:
        for reason in dict.fromkeys(route.reasons):
            if reason.hops.most != 0:
                yield reason, 1, ""

    for part in prediction.parts:
        for reason in part.reasons:
            if reason.hops.most != 0:
                yield reason, 0, f"{part.prefix} {part.when}".strip()


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
