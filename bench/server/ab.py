"""ab: from how many requests to its command line, and from its output to what it saw."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.benchmark import Fact
from bench.correctness import WrongAnswerError
from bench.server.app import BODY
from bench.server.client import ClientError, Seen, output_of

ENOUGH = 1_000_000
"""More than are answered in any window: `-t` alone would stop at 50 000."""
PERCENTILES = {"p50": "50", "p99": "99", "max": "100"}


@dataclass(frozen=True, slots=True)
class Ab:
    """ApacheBench, which speaks HTTP/1.0.

    Attributes:
        requests: how many, or 0: as many as `seconds` allow.
        keep_alive: it asks for it; uvicorn does not grant it to HTTP/1.0, see fact `kept_alive`.
    """

    requests: int
    connections: int = 100
    seconds: int = 0
    keep_alive: bool = False
    warms_up: bool = False
    watches_growth: bool = False

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The load; the command without the file it writes percentiles to."""
        amount: dict[str, Fact] = (
            {"requests": self.requests} if self.requests else {"window_seconds": self.seconds}
        )
        command = " ".join(("ab", *self.options))
        return {"command": command, "connections": self.connections, **amount}

    @property
    def options(self) -> tuple[str, ...]:
        if self.requests:
            amount: tuple[str, ...] = ("-n", str(self.requests))
        else:
            amount = ("-t", str(self.seconds), "-n", str(ENOUGH))

        return (*(("-k",) if self.keep_alive else ()), *amount, "-c", str(self.connections))

    def drive(self, base: str, path: str) -> Seen:
        with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
            served = Path(directory) / "served.csv"
            output = output_of(("ab", *self.options, "-e", str(served), f"{base}{path}"))
            table = served.read_text("utf-8") if served.exists() else ""

        return self.seen(output, table)

    def seen(self, output: str, table: str) -> Seen:
        """What it printed, and its table of percentiles in finer steps than it prints.

        Raises:
            ClientError: something is not there.
            WrongAnswerError: a request failed, is missing, or was answered otherwise.
        """
        answers = int(number(output, "Complete requests"))
        failed = int(number(output, "Failed requests"))
        other = int(number(output, "Non-2xx responses", 0))
        length = int(number(output, "Document Length"))
        if failed or other or answers < max(1, self.requests) or length != len(BODY):
            raise WrongAnswerError(
                f"ab must have {self.requests or 'some'} answers of {len(BODY)} bytes, it had "
                f"{answers} of {length} bytes, {failed} failed and {other} of another status"
            )

        milliseconds = served_within(table, answers)
        values = {name: milliseconds[percent] / 1e3 for name, percent in PERCENTILES.items()}
        request = 1 / number(output, "Requests per second")
        facts = {"kept_alive": int(number(output, "Keep-Alive requests", 0))}
        return Seen({"request": request, **values}, answers, facts)


def number(output: str, name: str, otherwise: float | None = None) -> float:
    """The number that follows a name; `otherwise` if the line may be missing, and is.

    Raises:
        ClientError: the line is missing, and may not be.
    """
    if found := re.search(rf"^{name}:\s+([0-9.]+)", output, re.MULTILINE):
        return float(found[1])

    if otherwise is None:
        raise ClientError(f"ab must print {name!r}, it did not: {len(output)} characters")

    return otherwise


def served_within(table: str, answers: int) -> dict[str, float]:
    """The milliseconds within which each percentage was served.

    ab takes the time at rank int(0.5 + answers x share), from 0: of few answers that is one behind
    the last, and what it writes there is no time. There the longest is taken.

    Raises:
        ClientError: one that is asked for is missing.
    """
    found = {percent: float(time) for percent, time in list(csv.reader(table.splitlines()))[1:]}
    missing = [percent for percent in PERCENTILES.values() if percent not in found]
    if missing:
        raise ClientError(f"ab must write its percentiles, {', '.join(missing)} % are missing")

    return {
        percent: milliseconds
        if int(0.5 + answers * float(percent) / 100) < answers
        else found["100"]
        for percent, milliseconds in found.items()
    }
