"""One visit: from an endpoint, a client and a way to run uvicorn to what a load showed."""

from __future__ import annotations

import http.client
import time

from bench.benchmark import Metric, Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.server.app import BODY
from bench.server.asking import check
from bench.server.client import Client, ClientError, Seen
from bench.server.placing import on, placed
from bench.server.uvicorn_process import Server, Uvicorn, served
from bench.server.watching import Watch, watched

COUNTS = ("threads", "together")
GRACE_SECONDS = 0.1
"""A process that dies closes its connections first, and has ended a little later."""


def observe(
    endpoint: str, client: Client, uvicorn: Uvicorn, surroundings: Surroundings
) -> Observation:
    """Starts a server, checks an answer, sends the client's load, and ends the server.

    Raises:
        ServerError: the server did not start, or died.
        ClientError: the client failed.
        WrongAnswerError: an answer was wrong, or a request failed.
    """
    path = f"/{endpoint}"
    places = placed(surroundings)
    with on(places.server), served(uvicorn) as server, on(places.client):
        seen, watch = loaded(server, client, path)

    growth = {"failed": 0, **watch.growth} if client.watches_growth else {}
    return Observation(measured(seen, watch), {**seen.facts, **places.facts, **growth})


def loaded(server: Server, client: Client, path: str) -> tuple[Seen, Watch]:
    """What the client saw, and what the server did meanwhile.

    Raises:
        ServerError: it has died; what the client says of that says less.
    """
    try:
        check(server.port, path, BODY)
        if client.warms_up:
            client.drive(server.base, path)

        with watched(server.processes) as watch:
            seen = client.drive(server.base, path)
    except (ClientError, WrongAnswerError, OSError, http.client.HTTPException):
        time.sleep(GRACE_SECONDS)
        server.require_alive("live through the load")
        raise

    server.require_alive("live through the load")
    return seen, watch


def measured(seen: Seen, watch: Watch) -> dict[Metric, tuple[float, ...]]:
    """What both sides give, as metrics."""
    values = dict(seen.values)
    if seen.answers:
        values |= {
            "server-cpu": watch.server_cpu / seen.answers,
            "client-cpu": watch.client_cpu / seen.answers,
            "threads": watch.threads,
            "server-share": watch.server_cpu / watch.elapsed,
        }

    return {
        Metric(name, "integer" if name in COUNTS else "second"): (value,)
        for name, value in values.items()
    }
