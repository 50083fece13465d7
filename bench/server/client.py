"""A client: from an address to what it saw, or to the sentence that says why it saw nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.benchmark import Fact

PACKAGES = {"ab": "apache2-utils", "wrk": "wrk"}


class ClientError(Exception):
    """A client failed, or said nothing that can be read; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client saw.

    Attributes:
        values: of each metric, in seconds or counts.
        answers: how many requests were answered; 0 where CPU time per request is not asked for.
        facts: further counts, which may be 0.
    """

    values: Mapping[str, float]
    answers: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)


class Client(Protocol):
    """Something that sends requests to a server.

    Attributes:
        facts: how it does so.
        warms_up: it is so short that the same load is sent once before, and not counted.
        watches_growth: it is so long that a leak would show.
    """

    @property
    def facts(self) -> Mapping[str, Fact]: ...

    @property
    def warms_up(self) -> bool: ...

    @property
    def watches_growth(self) -> bool: ...

    def drive(self, base: str, path: str) -> Seen:
        """Sends its requests, and waits for its end.

        Raises:
            ClientError: it failed, or its output cannot be read.
            WrongAnswerError: a request failed, or was not answered as it must be.
        """
        ...


def output_of(command: Sequence[str]) -> str:
    """What a client prints.

    Raises:
        ClientError: it is missing, or its exit status is not 0.
    """
    name = command[0]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        package = PACKAGES.get(name, name)
        raise ClientError(
            f"{name} must be installed, it is not found: install the package {package}"
        ) from None

    if done.returncode:
        raise ClientError(
            f"{name} must end with status 0, it ended with {done.returncode}: "
            f"{last_line(done.stderr) or last_line(done.stdout) or 'it said nothing'}"
        )

    return done.stdout


def last_line(text: str) -> str:
    """The last line that is not empty; empty if there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
