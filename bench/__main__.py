"""Measures what `def` costs against `async def` on this machine: `--help` tells how."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bench.beginning import planned
from bench.errors import UsageError
from bench.listing import listing
from bench.noise import SLOWED, slowed
from bench.options import from_text, parser
from bench.pipes import print_to_pipe
from bench.plan import Plan
from bench.programs import left_out
from bench.progress import RunProgress
from bench.result_file import ResultFile
from bench.rounds import measure
from bench.selection import wanted
from bench.suite import SUFFIX

if TYPE_CHECKING:
    from analysis import Report

BAD_INPUT = 2
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Runs the command; its exit status."""
    options = parser().parse_args(arguments)
    console = Console(highlight=False)
    try:
        if options.list:
            print_to_pipe("\n".join(listing()))
            return 0

        with planned(options) as (plan, results):
            return run(plan, results, console, options.compare)
    except UsageError as error:
        print(f"bench: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        say(console, interrupted(0, 0, ""))
        return INTERRUPTED


def run(plan: Plan, results: ResultFile, console: Console, earlier: Path | None = None) -> int:
    """Measures, then answers; an interruption leaves what was measured, and says how to go on.

    Args:
        plan: what is measured.
        results: where it is saved.
        console: where it is told.
        earlier: a result file that this one is compared with.
    """
    total = plan.length
    compared = f" --compare {shown(earlier)}" if earlier else ""
    where = f"{shown(results.path)}{compared}"
    selection = from_text(str(results.facts["selection"]))
    say(console, *left_out(wanted(selection, plan.machine.placements)))
    say(console, f"{len(plan.benchmarks)} benchmarks, {plan.rounds} rounds, seed {plan.seed}")
    if not selection.calm:
        say(console, *unsuited(slowed()))
    try:
        with RunProgress(console, total, len(results.visited()), plan.rounds) as progress:
            failed = measure(plan, results, progress.visited)

        answer(results.path, console, earlier)
    except KeyboardInterrupt:
        say(console, interrupted(len(results.visited()), total, where))
        return INTERRUPTED
    except OSError as error:
        raise UsageError(out_of_room(error, results.path)) from None

    if failed:
        say(console, f"{failed} benchmarks failed in a visit: the report says why")

    return 1 if failed else 0


def unsuited(times: float) -> list[str]:
    """Says that this machine is none to measure on now, if it is so, while nothing is lost yet."""
    if times <= SLOWED:
        return []

    line = (
        f"this CPU takes {times:.2f} times its own shortest time for the same short piece of work, "
        "as if someone computed on the same core: end what runs beside, measure at another hour, "
        f"or add --calm (above {SLOWED:g} in most visits the report is a draft)"
    )
    return [line]


def out_of_room(error: OSError, path: Path) -> str:
    """What to do when a file could not be written, the result file or one of a worker's."""
    how = f"go on with --resume {shown(path)}" if path.exists() else "begin again"
    return (
        f"{shown(path)} and temporary files must be on disks with room and permission to write "
        f"({error.strerror}): mend that, then {how}"
    )


def interrupted(saved: int, total: int, where: str) -> str:
    """How to go on after an interruption."""
    if not saved:
        return "interrupted before the first visit: nothing is saved"

    return (
        f"interrupted: {saved} of {total} visits are saved; "
        f"go on with: tox -e bench -- --resume {where}"
    )


def answer(path: Path, console: Console, earlier: Path | None = None) -> None:
    """Prints the answer and writes a report of this machine beside the result file.

    What other versions change, or what changed since an earlier run, is told and written too.
    """
    import analysis  # slow to import: numpy, scipy, matplotlib

    directory = path.with_name(path.name.removesuffix(SUFFIX))
    report, untold = rendered(path, directory, earlier)
    say(console, "", *report.answer, "")
    for compared in report.comparisons:
        say(console, *compared.lines, "")

    say(console, *(f"DRAFT: {reason}" for reason in report.drafts))
    say(console, f"results: {shown(path)}", f"report:  {shown(directory / 'REPORT.md')}")
    if untold:
        raise UsageError(f"what changed cannot be told: {untold}")

    if report.comparisons:
        say(console, f"changes: {shown(directory / analysis.COMPARISON)}")


def rendered(path: Path, directory: Path, earlier: Path | None) -> tuple[Report, str]:
    """The report, and why there is nothing to compare in it, if something was to be compared.

    Raises:
        UsageError: there can be no report.
    """
    import analysis  # as above

    try:
        return analysis.render(path, directory, earlier=earlier), ""
    except analysis.InputError as error:
        if earlier is None:
            raise UsageError(str(error)) from None

        return rendered(path, directory, None)[0], str(error)


def say(console: Console, *lines: str) -> None:
    """Prints lines as they are, whatever brackets a path may hold."""
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def shown(path: Path) -> str:
    """A path as a person would type it here."""
    absolute = path.resolve()
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
