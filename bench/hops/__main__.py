"""Shows how often each route of an application hops to a worker thread, why, and what to do.

APP is named as for a server: yourpkg.main:app. It is imported and read; nothing else of it runs,
unless --observe sends it a request. Run this in the environment of the application, with this
repository on PYTHONPATH. Exit status: 0 all went well, 1 a route hops more often than --max-hops
allows, or an observation is not as predicted, 2 bad input.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout

from bench.errors import UsageError
from bench.hops.actions import Cause, actions, causes
from bench.hops.annotations import as_annotations
from bench.hops.cost import Cost, cost
from bench.hops.finding import Application, find
from bench.hops.formats import as_json
from bench.hops.lines import action_table, left_out, observed, priced, route_table
from bench.hops.observing import Observation, observe
from bench.hops.options import GITHUB, JSON, parser, refuse_unobserved, request
from bench.hops.prediction import Prediction, Route, predicted
from bench.hops.showing import show
from bench.hops.tracing import recording
from bench.pipes import print_to_pipe

BAD_INPUT = 2


def main(arguments: list[str]) -> int:
    """Runs the command; its exit status."""
    options = parser(__doc__ or "").parse_args(arguments)
    try:
        return run(options)
    except UsageError as error:
        print(f"hops: {error}", file=sys.stderr)
        return BAD_INPUT


def run(options: argparse.Namespace) -> int:
    """Predicts, observes if asked, prints; the exit status."""
    refuse_unobserved(options)
    with redirect_stdout(sys.stderr):  # what the application prints is no part of the answer
        found = find(options.app, factory=options.factory)
        gc.freeze()  # what was imported stays; looking for garbage in it takes as long as reading
        prediction = predicted(found.app, found.around)
        observation = observation_of(options, found, prediction)

    price = (
        None if options.no_cost or options.format == GITHUB else cost(again=options.measure_again)
    )
    routes = prediction.worst_first(options.min_hops, options.path)
    above = too_many(options, prediction)
    print_to_pipe("\n".join(text(options, prediction, routes, above, price, observation)))
    return 1 if above or (observation is not None and not observation.agrees) else 0


def too_many(options: argparse.Namespace, prediction: Prediction) -> tuple[Route, ...]:
    """The routes above the line, whatever is shown."""
    if options.max_hops is None:
        return ()

    every = prediction.worst_first(path=options.path)
    return tuple(route for route in every if route.hops.bound > options.max_hops)


def observation_of(
    options: argparse.Namespace, found: Application, prediction: Prediction
) -> Observation | None:
    """What the request asked for does, if one is."""
    if options.observe is None:
        return None

    tracing = recording(options.trace) if options.trace else nullcontext
    return observe(found.outer, prediction, request(options), tracing)


def text(
    options: argparse.Namespace,
    prediction: Prediction,
    routes: tuple[Route, ...],
    above: tuple[Route, ...],
    price: Cost | None,
    observation: Observation | None,
) -> Iterator[str]:
    """What is printed."""
    found = causes(prediction, routes)
    if options.format == JSON:
        yield as_json(options.app, prediction, routes, price, observation)
    elif options.format == GITHUB:
        yield from as_annotations(found, above, observation)
    else:
        yield from table(prediction, routes, found, price)
        if observation is not None:
            yield ""
            yield from observed(observation)

        for route in above:
            yield f"more than {options.max_hops} hops: {route.title}, {route.hops}"


def table(
    prediction: Prediction,
    routes: tuple[Route, ...],
    found: tuple[Cause, ...],
    price: Cost | None,
) -> Iterator[str]:
    """The two tables, and what is to be known about them."""
    shown = show((route_table(routes, price), action_table(actions(found))))
    yield shown.rstrip("\n") if shown else "none of the routes asked for hops"
    yield ""
    yield from priced(price)
    if hidden := left_out(prediction, len(routes)):
        yield hidden


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
