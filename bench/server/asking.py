"""One request: from a port of this machine and a path to status and body."""

from __future__ import annotations

import http.client
import socket

from bench.correctness import WrongAnswerError, shown

HOST = "127.0.0.1"
LIMIT_SECONDS = 60.0


def free_port() -> int:
    """A port the system says is free."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]

    return port


def get(port: int, path: str, limit_seconds: float = LIMIT_SECONDS) -> tuple[int, bytes]:
    """Status and body of one request over a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=limit_seconds)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def check(port: int, path: str, expected: bytes) -> None:
    """Raises WrongAnswerError unless one request is answered 200 with these bytes."""
    status, body = get(port, path)
    if (status, body) != (200, expected):
        raise WrongAnswerError(
            f"{path} must answer 200 {shown(expected)}, it answered {status} {shown(body)}"
        )
