"""Chromium: from a place on the PATH to a headless process with a pair of pipes, ended with all.

`--remote-debugging-pipe` reads commands from file descriptor 3 and writes answers to 4: no port
can be taken, and a Chromium that has lost whoever drove it ends by itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

import psutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    # HTTP over TCP, no work but ours, and nothing leaves this machine.
    "--disable-quic",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-proxy-server",
)
WITH_PIPES = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null'
"""A shell gives the pipes their numbers: `subprocess` can only pass on the numbers they have."""
END_SECONDS = 5.0
PAUSE_SECONDS = 0.005


class BrowserError(Exception):
    """The browser is missing, died, or did not do as it was told; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A running Chromium.

    Attributes:
        process: its first process; commands go to its stdin, answers come from its stdout.
        directory: of its files.
    """

    process: subprocess.Popen[bytes]
    directory: str

    def family(self) -> list[psutil.Process]:
        """All of its processes, orphans too: they name the directory."""
        return [
            each
            for each in psutil.process_iter(["cmdline"])
            if any(self.directory in argument for argument in each.info["cmdline"] or ())
        ]

    def kill(self) -> None:
        """Ends all of its processes at once, and waits until they have gone."""
        family = self.family()
        self.process.kill()
        for each in family:
            try:
                each.kill()
            except psutil.NoSuchProcess:
                continue

        self.process.wait()
        deadline = monotonic() + END_SECONDS
        while any(map(alive, family)) and monotonic() < deadline:
            sleep(PAUSE_SECONDS)

        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A Chromium whose processes and files end with the block.

    It stays in our process group, so that it also ends with that.

    Raises:
        BrowserError: there is none.
    """
    path = located()
    with tempfile.TemporaryDirectory(prefix="hopcost-", ignore_cleanup_errors=True) as directory:
        own = Chromium(started(path, directory), directory)
        try:
            yield own
        finally:
            own.kill()


def started(path: str, directory: str) -> subprocess.Popen[bytes]:
    """Chromium's first process; all its files are in `directory`."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # with one it refuses to run as root
    command = (path, *OPTIONS, *sandbox, f"--user-data-dir={directory}")
    return subprocess.Popen(
        ["/bin/sh", "-c", WITH_PIPES, *command],
        env={**os.environ, "HOME": directory},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )


def alive(process: psutil.Process) -> bool:
    """Whether it runs; one that nobody has asked for its exit status yet does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def located() -> str:
    """Where Chromium is.

    Raises:
        BrowserError: there is none.
    """
    for name in NAMES:
        if path := shutil.which(name):
            return path

    raise BrowserError(
        "the browser client needs Chromium, there is none here: apt-get install chromium"
    )
