"""From a prediction to the JSON that other programs read.

The document, format 2:

- `format`: 2; another number means that names below have changed.
- `application`: as it was asked for.
- `versions`: of Python and of the packages that decide about hops.
- `hop_us`: microseconds of a hop in a request here, `one_cpu` (null where a process cannot be
  pinned) and `free`, each with `first_us` and `further_us`; null if it was not measured.
- `routes`: most hops first. Each has `kind` (`fastapi`, `starlette`, `websocket`, `static`,
  `wsgi`, `asgi`), `methods`, `path`, `name`, `file` and `line` of the endpoint (null without a
  source), `hops`, and `reasons`.
- `hops`: `least` and `most`; `most` is null where only the request sets a bound.
- `reasons`: each with `kind`, `name`, `text`, `hops` (with `each`: what one further hop is for),
  `file`, `line`, and `advice`: `verdict` (`free`, `keep`, `measure`, `untold`), `text`,
  `certainty` (`sure`, `likely`, `unsure`).
- `parts`: middleware, exception handlers, lifespan, with `kind`, `name`, `prefix` of the mounted
  application, `when` and `reasons`.
- `observation`: only with --observe: `method`, `path`, `status`, `hops`, `sent` (what each hop
  sent to a worker thread), `route` (null, or its path), `expected`, `agrees`, `error`.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bench.hops.application import Part
from bench.hops.cost import Cost, installed
from bench.hops.observing import Observation
from bench.hops.prediction import Prediction, Route
from bench.hops.price import PACKAGES
from bench.hops.reasons import Hops, Place, Reason

FORMAT = 2


def as_json(
    name: str,
    prediction: Prediction,
    routes: Iterable[Route],
    cost: Cost | None,
    observation: Observation | None,
) -> str:
    """The document described above."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "application": name,
        "versions": versions(),
        "hop_us": asdict(cost) if cost else None,
        "routes": [of_route(route) for route in routes],
        "parts": [of_part(part) for part in prediction.parts],
    }
    if observation is not None:
        document["observation"] = of_observation(observation)

    return json.dumps(document, indent=2)


def versions() -> dict[str, str]:
    """What decides about hops."""
    return {"python": platform.python_version(), **dict(installed(PACKAGES))}


def of_route(route: Route) -> dict[str, Any]:
    """One route."""
    return {
        "kind": route.kind,
        "methods": list(route.methods),
        "path": route.path,
        "name": route.name,
        **of_place(route.place),
        "hops": of_hops(route.hops),
        "reasons": [of_reason(reason) for reason in route.reasons],
    }


def of_place(place: Place | None) -> dict[str, Any]:
    """Where something is written."""
    return {"file": place.file if place else None, "line": place.line if place else None}


def of_hops(hops: Hops) -> dict[str, Any]:
    """How many."""
    each = {"each": hops.each} if hops.each else {}
    return {"least": hops.least, "most": hops.most, **each}


def of_reason(reason: Reason) -> dict[str, Any]:
    """One cause."""
    advice = reason.advice
    return {
        "kind": reason.kind,
        "name": reason.name,
        "text": reason.text,
        "hops": of_hops(reason.hops),
        **of_place(reason.place),
        "advice": {
            "verdict": advice.verdict,
            "text": advice.text,
            "certainty": advice.certainty,
        },
    }


def of_part(part: Part) -> dict[str, Any]:
    """One part of the application."""
    return {
        "kind": part.kind,
        "name": part.name,
        "prefix": part.prefix,
        "when": part.when,
        "reasons": [of_reason(reason) for reason in part.reasons],
    }


def of_observation(observation: Observation) -> dict[str, Any]:
    """What a request did."""
    return {
        "method": observation.method,
        "path": observation.path,
        "status": observation.status,
        "hops": observation.hops,
        "sent": list(observation.sent),
        "route": observation.route.path if observation.route else None,
        "expected": of_hops(observation.expected),
        "agrees": observation.agrees,
        "error": observation.error or None,
    }
