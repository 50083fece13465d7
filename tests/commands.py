"""Starts the project's commands as a person does, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from bench.provenance import ROOT


def started(module: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """`python -m MODULE ...`, with Ctrl-C working even where jobs ignore it."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
