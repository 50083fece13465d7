"""Records one request of each handler kind as a trace, opens such a trace, or takes its picture.

Exit status: 0 all went well, 1 a kind could not be recorded and its trace was left as it was,
2 bad input, or something needed is missing, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys

from bench.errors import UsageError
from traces.record import Outcome, known, record
from traces.view import view

BAD_INPUT = 2
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Runs the command; its exit status."""
    options = parser().parse_args(arguments)
    try:
        if options.verb == "view":
            view(options.kind)
            return 0

        if options.verb == "picture":
            return pictured()

        return 1 if record(known(options.kinds), told) else 0
    except UsageError as error:
        print(f"traces: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    own = argparse.ArgumentParser(
        prog="python -m traces",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = own.add_subparsers(dest="verb", required=True)
    recording = verbs.add_parser("record", help="record all kinds, or those named")
    recording.add_argument("kinds", nargs="*", metavar="KIND")
    viewing = verbs.add_parser("view", help="open the trace of a kind in Perfetto")
    viewing.add_argument("kind", nargs="?", default="", metavar="KIND", help="none: list them")
    verbs.add_parser("picture", help="take the picture of def beside async def in Perfetto")
    return own


def pictured() -> int:
    """Takes the picture, where its packages are installed; the exit status."""
    try:
        from traces.picture import PICTURE, take
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise UsageError(f"a picture needs {package}, it is missing: run tox -e picture") from None

    print(f"{PICTURE.name}: {take() / 1000:.0f} kB")
    return 0


def told(outcome: Outcome) -> None:
    """One line for each recording."""
    if outcome.failure:
        print(f"traces: {outcome.name} is not recorded: {outcome.failure}", file=sys.stderr)
    else:
        print(f"{outcome.name}: {outcome.size_bytes / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
