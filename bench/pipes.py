"""From text to the standard output, whoever reads it."""

from __future__ import annotations

import os
import sys


def print_to_pipe(text: str) -> None:
    """Prints, also to a reader that stops early, such as `head`."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
