"""Runs AnyIO's and Starlette's own tests of worker threads under each variant of the hop.

And FastAPI's where its second hop is left out. Variants: {variants}. Without one, all. Every suite
is run as installed first, then under the copy. Exit status: 0 each variant breaks what it says it
does, 1 it breaks something else or a suite did not come to its end, 2 bad input.
"""

from __future__ import annotations

import argparse
import sys

from bench.errors import UsageError
from bench.remedies.variants import VARIANTS, Variant
from bench.upstream.fetching import unpacked
from bench.upstream.judging import differences, table
from bench.upstream.running import NotEndedError
from bench.upstream.suites import SUITES, chosen, concerned
from bench.upstream.trials import Trial, trials

BAD_INPUT = 2


def main(arguments: list[str]) -> int:
    """Runs the command; its exit status."""
    options = parser().parse_args(arguments)
    try:
        return run(chosen(options.variants))
    except UsageError as error:
        print(f"upstream: {error}", file=sys.stderr)
        return BAD_INPUT
    except NotEndedError as error:
        print(f"upstream: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    own = argparse.ArgumentParser(
        prog="python -m bench.upstream",
        description=(__doc__ or "").format(variants=", ".join(VARIANTS)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own.add_argument("variants", nargs="*", metavar="VARIANT", help="only these variants")
    return own


def run(variants: tuple[Variant, ...]) -> int:
    """Runs the suites, prints what they say; the exit status."""
    found: list[Trial] = []
    for suite in SUITES:
        under = concerned(suite, variants)
        if under:
            found += trials(suite, unpacked(suite), under, say)

    print("\n".join(("", *table(found), "")))
    wrong = list(differences(found))
    print("\n".join(wrong or ["Each variant breaks what it says it does."]))
    return 1 if wrong else 0


def say(what: str) -> None:
    """What is done now, for those who wait."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
