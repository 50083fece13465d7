"""wrk: from a window to its command line, and from its output to what it saw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bench.benchmark import Fact
from bench.correctness import WrongAnswerError
from bench.server.client import ClientError, Seen, output_of

TIMEOUT_SECONDS = 30
"""As ab's: by default it counts what is answered after 2 s, on a busy machine, as failed."""
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
TIME = r"([0-9.]+)(us|ms|s|m|h)\b"
PATTERNS = {
    "p50": rf"^\s+50%\s+{TIME}",
    "p99": rf"^\s+99%\s+{TIME}",
    "max": rf"^ +Latency +\S+ +\S+ +{TIME}",
}
FAILURES = r"^\s+(Socket errors: .*|Non-2xx or 3xx responses: .*)$"


@dataclass(frozen=True, slots=True)
class Wrk:
    """wrk, which speaks HTTP/1.1, and sends a connection's next request at its last answer."""

    seconds: int
    connections: int = 100
    keep_alive: bool = True
    warms_up: bool = False
    watches_growth: bool = False

    @property
    def facts(self) -> Mapping[str, Fact]:
        return {
            "command": " ".join(self.command),
            "connections": self.connections,
            "window_seconds": self.seconds,
        }

    @property
    def command(self) -> tuple[str, ...]:
        close = () if self.keep_alive else ("-H", "Connection: close")
        connections, seconds = f"-c{self.connections}", f"-d{self.seconds}s"
        timeout = ("--timeout", f"{TIMEOUT_SECONDS}s")
        return ("wrk", "--latency", *timeout, "-t1", connections, seconds, *close)

    def drive(self, base: str, path: str) -> Seen:
        return seen(output_of((*self.command, f"{base}{path}")))


def seen(output: str) -> Seen:
    """What it printed.

    Raises:
        ClientError: something is not there.
        WrongAnswerError: a request failed, or was answered otherwise.
    """
    answers = int(matched(output, r"^\s+(\d+) requests in ", "requests")[1])
    failures = [line.strip() for line in re.findall(FAILURES, output, re.MULTILINE)]
    if failures or not answers:
        raise WrongAnswerError(
            f"wrk must have answers and no errors, it had {'; '.join([str(answers), *failures])}"
        )

    times = {name: matched(output, pattern, name) for name, pattern in PATTERNS.items()}
    values = {name: float(time[1]) * SECONDS[time[2]] for name, time in times.items()}
    rate = float(matched(output, r"^Requests/sec:\s+([0-9.]+)", "Requests/sec")[1])
    return Seen({"request": 1 / rate, **values}, answers)


def matched(output: str, pattern: str, name: str) -> re.Match[str]:
    """What matches; raises ClientError if nothing does."""
    if found := re.search(pattern, output, re.MULTILINE):
        return found

    raise ClientError(f"wrk must print {name!r}, it did not: {len(output)} characters")
