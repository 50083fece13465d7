"""Shows how often each route of an application hops to a worker thread, why, and what to do.

APP is named as for a server: yourpkg.main:app. It is imported and read; nothing else of it runs,
unless --observe sends it a request. Run this in the environment of the application, with this
repository on PYTHONPATH. Exit status: 0 all went well, 1 a route hops more often than --max-hops
allows, or an observation is not as predicted, 2 bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from bench.errors import UsageError
from bench.hops import formats
from bench.hops.actions import Cause, actions, causes
from bench.hops.cost import Cost, cost
from bench.hops.finding import Application, find
from bench.hops.lines import action_table, left_out, observed, priced, route_table
from bench.hops.observing import Observation, observe, request_of
from bench.hops.prediction import Prediction, Route, predicted
from bench.hops.showing import show
from bench.hops.tracing import recording

BAD_INPUT = 2
TABLE, JSON, GITHUB = "table", "json", "github"


def main(arguments: list[str]) -> int:
    """Runs the command; its exit status."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except UsageError as error:
        print(f"hops: {error}", file=sys.stderr)
        return BAD_INPUT


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    own = argparse.ArgumentParser(
        prog="python -m bench.hops",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own.add_argument("app", metavar="APP", help="the application, as in yourpkg.main:app")
    own.add_argument("--factory", action="store_true", help="APP is a function that makes it")
    own.add_argument(
        "--min-hops", type=int, default=1, metavar="N", help="routes with fewer are left out (1)"
    )
    own.add_argument("--path", default="*", metavar="GLOB", help="only routes with such a path")
    own.add_argument(
        "--max-hops",
        type=int,
        metavar="N",
        help="exit 1 if a request to any route may hop more often; where only the request sets a "
        "bound (streams, files, uploads), the least number counts",
    )
    own.add_argument("--format", choices=(TABLE, JSON, GITHUB), default=TABLE)
    costing = own.add_mutually_exclusive_group()
    costing.add_argument("--no-cost", action="store_true", help="do not measure a hop")
    costing.add_argument("--measure-again", action="store_true", help="forget the measured hop")
    sending = own.add_argument_group("observe", "send one request, between start-up and shutdown")
    sending.add_argument(
        "--observe", nargs=2, metavar=("METHOD", "PATH"), help="as in: GET '/items?limit=1'"
    )
    sending.add_argument(
        "--header", action="append", default=[], metavar="'NAME: VALUE'", help="may be repeated"
    )
    body = sending.add_mutually_exclusive_group()
    body.add_argument("--json", metavar="TEXT", help="the body, and its content type")
    body.add_argument("--data", metavar="TEXT", help="the body as it is; the text of a WS session")
    sending.add_argument("--trace", type=Path, metavar="FILE", help="record it for Perfetto")
    return own


def run(options: argparse.Namespace) -> int:
    """Predicts, observes if asked, prints; the exit status."""
    refuse_unobserved(options)
    found = find(options.app, factory=options.factory)
    prediction = predicted(found.app, found.around)
    observation = observation_of(options, found, prediction)
    price = (
        None if options.no_cost or options.format == GITHUB else cost(again=options.measure_again)
    )
    routes = prediction.worst_first(options.min_hops, options.path)
    above = too_many(options, prediction)
    print_to_pipe("\n".join(text(options, prediction, routes, above, price, observation)))
    return 1 if above or (observation is not None and not observation.agrees) else 0


def refuse_unobserved(options: argparse.Namespace) -> None:
    """What describes a request needs one."""
    if options.observe is None and (
        options.header or options.json or options.data or options.trace
    ):
        raise UsageError("--header, --json, --data and --trace describe a request: add --observe")


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

    method, path = options.observe
    headers = tuple(header_of(one) for one in options.header)
    body = (options.json or options.data or "").encode()
    if options.json is not None:
        headers = (*headers, (b"content-type", b"application/json"))

    request = request_of(method, path, headers, body)
    tracing = recording(options.trace) if options.trace else nullcontext
    return observe(found.outer, prediction, request, tracing)


def header_of(text: str) -> tuple[bytes, bytes]:
    """A header as ASGI has it."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"a header must look like 'Name: value', {text!r} does not: add a colon")

    return name.strip().lower().encode("latin-1"), value.strip().encode("latin-1", "replace")


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
        yield formats.as_json(options.app, prediction, routes, price, observation)
    elif options.format == GITHUB:
        yield from formats.as_annotations(found, above)
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
    yield shown.rstrip("\n") if shown else "no route hops"
    yield ""
    for line in (priced(price), left_out(prediction, len(routes))):
        if line:
            yield line


def print_to_pipe(printed: str) -> None:
    """Prints, also to a reader that stops early, such as `head`."""
    try:
        print(printed, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
