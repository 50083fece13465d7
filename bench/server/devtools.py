"""DevTools: from commands to a page of Chromium to their results, over a pair of pipes.

The Chrome DevTools Protocol: JSON, each message ended by a NUL.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from bench.server.chromium import END_SECONDS, BrowserError, chromium

COMMAND_SECONDS = 30.0
CRASHED = ("Inspector.targetCrashed", "Target.targetCrashed")

Result = dict[str, Any]


@dataclass(slots=True)
class DevTools:
    """A page of a running Chromium, and the commands to it that are under way."""

    process: subprocess.Popen[bytes]
    session: str = ""
    methods: list[str] = field(default_factory=list)
    results: dict[int, Result] = field(default_factory=dict)
    received: bytes = b""

    def call(self, method: str, **parameters: Any) -> Result:
        """Sends a command and waits for its result.

        Raises:
            BrowserError: it is an error, or there is none in time.
        """
        result = self.result(self.send(method, **parameters), COMMAND_SECONDS)
        if result is None:
            raise BrowserError(
                f"Chromium must do {method} within {COMMAND_SECONDS:g} s, it did not"
            )

        return result

    def send(self, method: str, **parameters: Any) -> int:
        """Sends a command; the number of its result."""
        self.methods.append(method)
        command: Result = {"id": len(self.methods), "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session

        rest = json.dumps(command).encode() + b"\0"
        assert self.process.stdin
        try:
            while rest:
                rest = rest[os.write(self.process.stdin.fileno(), rest) :]
        except BrokenPipeError:
            raise self.died() from None

        return len(self.methods)

    def result(self, number: int, within_seconds: float) -> Result | None:
        """The result of a command, or None if there is none in time.

        Raises:
            BrowserError: any command failed, the page crashed, or Chromium died.
        """
        deadline = monotonic() + within_seconds
        while number not in self.results:
            if not self.receive(max(0.0, deadline - monotonic())):
                return None

        return self.results.pop(number)

    def receive(self, within_seconds: float) -> bool:
        """Takes in what Chromium says; whether it said anything in time."""
        assert self.process.stdout
        readable, _, _ = select.select([self.process.stdout], [], [], within_seconds)
        if not readable:
            return False

        chunk = os.read(self.process.stdout.fileno(), 1 << 16)
        if not chunk:
            raise self.died()

        *messages, self.received = (self.received + chunk).split(b"\0")
        for message in messages:
            self.take(json.loads(message))

        return True

    def take(self, message: Result) -> None:
        """Keeps a result; raises BrowserError for an error, or if the page crashed."""
        if message.get("method") in CRASHED:
            raise BrowserError("Chromium's page must live until it is told to end, it crashed")

        if "error" in message:
            what = self.methods[message["id"] - 1]
            raise BrowserError(f"Chromium must do {what}, it says: {message['error']['message']}")

        if "id" in message:
            self.results[message["id"]] = message["result"]

    def died(self) -> BrowserError:
        """What to raise when the pipes are closed."""
        try:
            status = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return BrowserError("Chromium must listen until it is told to end, it hung up")

        return BrowserError(f"Chromium must live until it is told to end, it died: {status}")


@contextmanager
def blank_page() -> Iterator[DevTools]:
    """A page of a Chromium of its own.

    Raises:
        BrowserError: there is no Chromium, or it does not start.
    """
    with chromium() as own:
        devtools = DevTools(own.process)
        target = devtools.call("Target.createTarget", url="about:blank")["targetId"]
        session = devtools.call("Target.attachToTarget", targetId=target, flatten=True)
        devtools.session = session["sessionId"]
        devtools.call("Inspector.enable")
        yield devtools
