"""From a prediction to annotations: workflow commands that GitHub Actions shows beside the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.hops.actions import Cause, hops_of
from bench.hops.observing import Observation
from bench.hops.prediction import Route
from bench.hops.reasons import Hops, Place


def as_annotations(
    causes: Iterable[Cause], above: Iterable[Route], observation: Observation | None
) -> Iterator[str]:
    """Each route above the line, an observation that disagrees, each cause that has a place."""
    for route in above:
        text = f"{route.title}: {hops_of(route.hops)}"
        yield annotation("error", route.place, "too many hops", text)

    if observation is not None and not observation.agrees:
        place = observation.route.place if observation.route else None
        yield annotation("error", place, "not as predicted", disagreement(observation))

    for cause in causes:
        reason = cause.reason
        title = f"{hops_of(reason.hops)} in {cause.where}"
        yield annotation("notice", reason.place, title, f"{reason.text}: {reason.advice.text}")


def disagreement(observation: Observation) -> str:
    """What was observed and what was predicted instead."""
    hops = hops_of(Hops(observation.hops, observation.hops))
    said = observation.missed or f"{hops_of(observation.expected)} predicted"
    return f"{observation.method} {observation.path}: {hops} observed, {said}"


def annotation(level: str, place: Place | None, title: str, text: str) -> str:
    """A workflow command of GitHub Actions, escaped as its toolkit does."""
    here = place is not None and (Path.cwd() / place.file).is_file()
    where = f"file={escaped(place.file)},line={place.line}," if place and here else ""
    return f"::{level} {where}title={escaped(title)}::{percent(text)}"


def percent(text: str) -> str:
    """Text of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped(text: str) -> str:
    """A property of a workflow command."""
    return percent(text).replace(":", "%3A").replace(",", "%2C")
