"""Turns the endpoints that wait into a model check: so many waves, each as long as the wait.

`ab` sends its first request alone, and opens its other connections when that has been answered
(support/ab.c of httpd 2.4): so the first wave is of one request.
"""

import math
from dataclasses import dataclass

from analysis import digits
from analysis.benchmark import Benchmark
from analysis.contrasts import estimate, plus
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.contrasts import inverse
from analysis.server.setups import BLOCK, WAIT, Setup, found, number_fact

# What a file that does not tell it was measured by.
WAIT_SECONDS = 2.0
TOKENS = 40
REQUESTS = {"ab-wait": 200, "ab-block": 10}
CONNECTIONS = {"ab-wait": 100, "ab-block": 10}
FETCHES = 100


@dataclass(frozen=True)
class Model:
    """One endpoint that waits: what arithmetic says, and what was measured; seconds.

    Attributes:
        at_once: how many can wait at the same time, by the model.
        together: how many did, on average: requests per second times the wait.
    """

    subject: str
    setup: Setup
    wait_seconds: float
    requests: int
    connections: int
    at_once: int
    all: Estimate
    together: Estimate

    @property
    def waves(self) -> int:
        """How many times a wait must follow another."""
        return 1 + math.ceil((self.requests - 1) / self.at_once)

    @property
    def together_in_model(self) -> float:
        """How many wait at the same time on average, by the model."""
        return self.requests / self.waves

    @property
    def model_seconds(self) -> float:
        """Until all are answered, if nothing but the wait took time."""
        return self.waves * self.wait_seconds

    @property
    def formula(self) -> str:
        """Write the model out."""
        waves = f"(1 + ceil({self.requests - 1} / {self.at_once}))"

        return f"{waves} {digits.TIMES} {digits.seconds(self.wait_seconds)}"

    @property
    def over_model(self) -> Estimate:
        """What was measured, in units of the model."""
        return self.all.scaled(1 / self.model_seconds)


def models(rows: Rows) -> tuple[Model, ...]:
    """Check every endpoint that waits and was driven by `ab`."""
    every = (
        model(rows, "wait-async-def", WAIT),
        model(rows, "wait-def", WAIT),
        model(rows, "block-async-def", BLOCK),
    )

    return tuple(one for one in every if one is not None)


def model(rows: Rows, subject: str, setup: Setup) -> Model | None:
    """Check one of them; None if it was not measured."""
    row = found(rows, subject, setup)
    request = None if row is None else estimate(plus(row))

    if row is None or request is None:
        return None

    wait_seconds = number_fact(row, "wait_seconds", WAIT_SECONDS)
    requests = int(number_fact(row, "requests", REQUESTS[setup.client]))
    connections = int(number_fact(row, "connections", CONNECTIONS[setup.client]))

    return Model(
        subject=subject,
        setup=setup,
        wait_seconds=wait_seconds,
        requests=requests,
        connections=connections,
        at_once=places(row, subject, connections),
        all=request.scaled(requests),
        together=inverse(request, wait_seconds),
    )


def places(row: Benchmark | None, subject: str, most: int) -> int:
    """Say how many such requests can wait at once: all, one per worker thread, or one."""
    if subject.startswith("block-"):
        return 1

    if subject.endswith("async-def"):
        return most

    return min(most, int(number_fact(row, "tokens", TOKENS)))
