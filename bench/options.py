"""The command line: from arguments to what was asked for, and back to arguments that repeat it."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from bench.selection import ALL, Selection
from bench.studies import DEFAULT, NAMES
from bench.suite import SUFFIX

DEFAULT_ROUNDS = 7
SERVER_ROUNDS = 6
FAST_ROUNDS = 4

DESCRIPTION = """Measures what `def` costs against `async def` on this machine.

Studies: {studies}.
Without one, {default} are measured; `all` means all. A run is saved after every
visit, and goes on with --resume after Ctrl-C, kill -9 or a reboot. Two ways to see what a change
does: --with, inside one run, which looks closer, and --compare, with an earlier run of this
machine. Exit status: 0 all went well, 1 a visit failed, 2 bad input, 130 interrupted.
"""


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    own = argparse.ArgumentParser(
        prog="python -m bench",
        description=DESCRIPTION.format(studies=", ".join(NAMES), default=", ".join(DEFAULT)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own.add_argument("studies", nargs="*", metavar="STUDY", help="only these studies")
    own.add_argument("--list", action="store_true", help="show what can be measured, and stop")
    own.add_argument("-k", dest="pattern", default="", help="only benchmarks whose name holds this")
    own.add_argument("--fast", action="store_true", help="a rough answer: headlines, few rounds")
    rounds = (
        f"rounds (default {DEFAULT_ROUNDS}; {SERVER_ROUNDS} with server, whose rounds are long)"
    )
    own.add_argument("--rounds", type=int, help=rounds)
    own.add_argument("--seed", type=int, help="of the order of visits (default: drawn)")
    own.add_argument("--cpu", type=int, help="the CPU of placement one-cpu (default: the last)")
    own.add_argument("--output", type=Path, help=f"the result file, NAME{SUFFIX}")
    own.add_argument(
        "--with",
        dest="versions",
        default="",
        metavar="WHAT",
        help="measure with this too, in the same run: anyio==4.9.0, or the directory of a project",
    )
    own.add_argument(
        "--calm",
        action="store_true",
        help="count moments only in which no other guest slows the CPU down, if some come in time",
    )
    own.add_argument(
        "--compare", type=Path, metavar="OLD", help="tell what changed since that result file"
    )
    own.add_argument("--resume", type=Path, metavar="FILE", help="go on where this run stopped")
    return own


def usual_rounds(selection: Selection) -> int:
    """As many rounds as a person will wait for."""
    if selection.fast:
        return FAST_ROUNDS

    return SERVER_ROUNDS if {ALL, "server"} & set(selection.studies) else DEFAULT_ROUNDS


def as_text(selection: Selection) -> str:
    """A selection as the arguments that repeat it."""
    fast = ["--fast"] if selection.fast else []
    pattern = [f"-k={selection.pattern}"] if selection.pattern else []
    versions = [f"--with={selection.versions}"] if selection.versions else []
    calm = ["--calm"] if selection.calm else []
    return shlex.join([*selection.studies, *fast, *pattern, *versions, *calm]) or "default"


def from_text(text: str) -> Selection:
    """The selection that `as_text` wrote."""
    own = parser()
    own.exit_on_error = False
    options = own.parse_args([] if text == "default" else shlex.split(text))
    return Selection(
        tuple(options.studies), options.pattern, options.fast, options.versions, options.calm
    )
