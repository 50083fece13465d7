"""Turns text into standard output, whoever reads it; the bench, never imported here, has its own.

What must not be lost is done before: a reader that has left changes nothing, and no exit status.
"""

import os
import sys


def print_to_pipe(text: str) -> None:
    """Print, also to a reader that stops early, such as `head`."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
