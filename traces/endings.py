"""Endings: from how the process of a recording ended to one sentence that says why it failed."""

from __future__ import annotations

import os
import signal
from typing import IO

from bench.provenance import scrubbed

FAILED = 3
"""Exit status of a recording that says in its last line why it failed."""
REASON_LIMIT_BYTES = 1000


def why(status: int, said: IO[bytes]) -> str:
    """Why a process failed that ended with `status` and wrote `said` to stderr; or nothing."""
    reason = last_line(said)
    if status == 0:
        return ""

    if status < 0:
        return f"it must end by itself, it was killed by {signal_name(-status)}"

    if status == FAILED and reason:
        return reason

    saying = f', saying "{reason}"' if reason else ""
    return f"it must end with status 0, it ended with {status}{saying}"


def last_line(said: IO[bytes]) -> str:
    """The end of what a process said: one line, of limited length, printable, nothing private."""
    size_bytes = said.seek(0, os.SEEK_END)
    said.seek(max(0, size_bytes - REASON_LIMIT_BYTES))
    lines = said.read().decode(errors="replace").strip().splitlines() or [""]
    printable = "".join(each if each.isprintable() else "?" for each in lines[-1])
    return str(scrubbed({"reason": printable})["reason"])


def signal_name(number: int) -> str:
    """As in `SIGKILL`; a signal without a name by its number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
