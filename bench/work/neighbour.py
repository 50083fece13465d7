"""A local HTTP server to call: a child process that answers every request after a stated delay.

`python -m bench.work.neighbour SOCKET`: serves on a socket it has inherited, already listening.
It has a process of its own, but shares the CPUs of the visit.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from bench.correctness import WrongAnswerError
from bench.provenance import ROOT

ADDRESS = "127.0.0.1"
DELAY_SECONDS = 0.002
START_SECONDS = 20.0
BACKLOG = 2048


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers 200 with a few bytes, after the delay."""
    await asyncio.sleep(DELAY_SECONDS)
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


@contextlib.contextmanager
def neighbour() -> Iterator[str]:
    """The address of a server that is up, and is stopped at the end of the block.

    Raises:
        WrongAnswerError: it does not answer.
    """
    listener = socket.create_server((ADDRESS, 0), backlog=BACKLOG)
    address = f"http://{ADDRESS}:{listener.getsockname()[1]}"
    descriptor = listener.fileno()
    command = [sys.executable, "-m", "bench.work.neighbour", str(descriptor)]
    server = subprocess.Popen(command, cwd=ROOT, pass_fds=[descriptor], stderr=subprocess.DEVNULL)
    listener.close()  # so that nobody listens if the child ends
    try:
        refuse_silence(address)
        yield address
    finally:
        server.kill()
        server.wait()


def refuse_silence(address: str) -> None:
    """Raises WrongAnswerError unless a server answers there."""
    try:
        httpx.get(address, timeout=START_SECONDS, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        raise WrongAnswerError(
            f"a local server must answer within {START_SECONDS:g} s, it did not "
            f"({type(error).__name__}): see whether {ADDRESS} can be reached here"
        ) from None


def main(arguments: list[str]) -> int:
    """Serves until it is killed; the exit status."""
    listener = socket.socket(fileno=int(arguments[0]))
    config = uvicorn.Config(
        app, loop="asyncio", http="h11", lifespan="off", log_level="error", access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
