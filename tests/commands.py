"""Starts the project's commands as a person does, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.provenance import ROOT


def started(
    module: str, *arguments: str, prepare: Callable[[], object] = tuple, **variables: str
) -> subprocess.Popen[str]:
    """`python -m MODULE ...`, with Ctrl-C working even where jobs ignore it.

    Args:
        prepare: called in the new process before Python starts in it.
    """

    def before() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        prepare()

    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Waits until a command has made a file."""
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.01)
