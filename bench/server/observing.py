"""One visit: from endpoints, a client and a way to run uvicorn to what a load of each showed.

The endpoints of a visit are loaded in turns, by the same client on the same server, so that what
disturbs the machine for longer than a burst disturbs all of them alike.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.benchmark import AGAIN, Fact, Metric, Observation, Surroundings
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
    subjects: Sequence[str],
    client: Client,
    uvicorn: Uvicorn,
    surroundings: Surroundings,
    bursts: int = 1,
) -> Observation:
    """Starts a server, sends each subject the client's load in turns, and ends the server.

    Args:
        subjects: endpoints; with `-again` behind its name, an endpoint is observed twice.
        bursts: how often the load is sent to each.

    Raises:
        ServerError: the server did not start, or died.
        ClientError: the client failed.
        WrongAnswerError: an answer was wrong, or a request failed.
    """
    places = placed(surroundings)
    values: dict[Metric, tuple[float, ...]] = {}
    facts: dict[str, Fact] = {}
    with on(places.server), served(uvicorn) as server, on(places.client):
        for subject in subjects:
            made_ready(server, client, path_of(subject))

        for _ in range(bursts):
            for subject in subjects:
                seen, watch = loaded(server, client, path_of(subject))
                for metric, value in measured(subject, seen, watch).items():
                    values[metric] = (*values.get(metric, ()), value)

                growth = {"failed": 0, **watch.growth} if client.watches_growth else {}
                facts |= {**seen.facts, **growth}

    return Observation(values, {**facts, **places.facts})


def path_of(subject: str) -> str:
    """The path of an endpoint."""
    return f"/{subject.removesuffix(AGAIN)}"


def made_ready(server: Server, client: Client, path: str) -> None:
    """Checks one answer, and sends a short client's load once before it counts.

    Raises:
        ServerError: it has died; what the client says of that says less.
    """
    with unless_dead(server):
        check(server.port, path, BODY)
        if client.warms_up:
            client.drive(server.base, path)


def loaded(server: Server, client: Client, path: str) -> tuple[Seen, Watch]:
    """What the client saw, and what the server did meanwhile.

    Raises:
        ServerError: it has died; what the client says of that says less.
    """
    with unless_dead(server), watched(server.processes) as watch:
        seen = client.drive(server.base, path)

    server.require_alive("live through the load")
    return seen, watch


@contextmanager
def unless_dead(server: Server) -> Iterator[None]:
    """Raises ServerError instead of what a client says, if the server has died."""
    try:
        yield
    except (ClientError, WrongAnswerError, OSError, http.client.HTTPException):
        time.sleep(GRACE_SECONDS)
        server.require_alive("live through the load")
        raise


def measured(subject: str, seen: Seen, watch: Watch) -> dict[Metric, float]:
    """What both sides give, as metrics of the subject."""
    values = dict(seen.values)
    if seen.answers:
        values |= {
            "server-cpu": watch.server_cpu / seen.answers,
            "client-cpu": watch.client_cpu / seen.answers,
            "threads": watch.threads,
            "server-share": watch.server_cpu / watch.elapsed,
        }

    return {
        Metric(name, "integer" if name in COUNTS else "second", subject=subject): value
        for name, value in values.items()
    }
