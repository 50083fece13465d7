"""uvicorn as a process: from loop, HTTP implementation and workers to a server that answers."""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.provenance import ROOT
from bench.server.app import PROCESS_PATH, READY
from bench.server.asking import HOST, free_port, get
from bench.server.client import last_line
from bench.server.processes import end, family, lives

START_SECONDS = 20.0
POLL_SECONDS = 0.02
ANSWER_SECONDS = 1.0


class ServerError(Exception):
    """The server did not start, or has died; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Uvicorn:
    """How it is run: `port` 0 has the system choose; `app` makes the application."""

    loop: str = "asyncio"
    http: str = "h11"
    workers: int = 1
    port: int = 0
    app: str = "bench.server.app:app"
    start_seconds: float = START_SECONDS

    def command(self, port: int) -> tuple[str, ...]:
        return (
            *(sys.executable, "-m", "uvicorn", self.app, "--factory"),
            *("--host", HOST, "--port", str(port)),
            *("--loop", self.loop, "--http", self.http, "--workers", str(self.workers)),
            *("--log-level", "error", "--no-access-log"),
        )


@dataclass(slots=True)
class Server:
    """A running uvicorn; `processes` are all of it, once it is ready."""

    process: subprocess.Popen[bytes]
    port: int
    printed: Path
    complained: Path
    processes: list[psutil.Process] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.port}"

    def wait_until_ready(self, workers: int, seconds: float) -> None:
        """Waits until all workers have started, and one of them answers.

        Raises:
            ServerError: it ends, or takes too long.
        """
        deadline = time.monotonic() + seconds
        while len(ready := self.ready_workers()) < workers or self.answering() not in ready:
            self.require_alive("start")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"uvicorn must answer with {workers} workers within {seconds:g} s, "
                    f"{len(ready)} had started{self.complaint}"
                )

            time.sleep(POLL_SECONDS)

        self.processes = family(self.process)

    def ready_workers(self) -> set[int]:
        """The numbers of the processes that said so."""
        lines = self.printed.read_text("utf-8").splitlines()
        return {int(line.split()[1]) for line in lines if line.startswith(f"{READY} ")}

    def answering(self) -> int:
        """The number of the process that answers on the port; 0 if none that we know."""
        try:
            status, body = get(self.port, PROCESS_PATH, ANSWER_SECONDS)
        except (OSError, http.client.HTTPException):
            return 0

        return int(body) if status == 200 and body.isdigit() else 0

    def require_alive(self, what: str) -> None:
        """Raises ServerError if it, or one of its workers, has ended."""
        status = self.process.poll()
        if status is not None:
            raise ServerError(f"uvicorn must {what}, it ended with status {status}{self.complaint}")

        dead = sum(not lives(process) for process in self.processes)
        if dead:
            raise ServerError(
                f"uvicorn must {what}, {dead} of its {len(self.processes)} processes "
                f"ended{self.complaint}"
            )

    @property
    def complaint(self) -> str:
        """What it said last on stderr, to end a sentence with."""
        line = last_line(self.complained.read_text("utf-8", errors="replace"))
        return f": {line}" if line else ""


@contextmanager
def served(uvicorn: Uvicorn) -> Iterator[Server]:
    """A server that answers, and ends with the block.

    Raises:
        ServerError: it does not start.
    """
    port = uvicorn.port or free_port()
    with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
        printed, complained = Path(directory) / "stdout", Path(directory) / "stderr"
        with printed.open("ab") as stdout, complained.open("ab") as stderr:
            process = subprocess.Popen(
                uvicorn.command(port),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )

        server = Server(process, port, printed, complained)
        try:
            server.wait_until_ready(uvicorn.workers, uvicorn.start_seconds)
            yield server
        finally:
            end(process, server.processes)
