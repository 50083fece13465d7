"""Measures what `def` costs against `async def` on this machine.

Studies: {studies}. Without one, {default} are
measured; `all` means all. A run is saved after every visit, and goes on
with --resume after Ctrl-C, kill -9 or a reboot. Exit status: 0 all went well, 1 a visit failed,
2 bad input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console

from bench import provenance
from bench.alone import alone
from bench.benchmark import Fact
from bench.environments import equipped
from bench.errors import UsageError
from bench.listing import listing
from bench.pipes import print_to_pipe
from bench.plan import ALL, Plan, Selection, left_out, selected, this_machine, wanted
from bench.progress import RunProgress
from bench.rounds import measure
from bench.studies import DEFAULT, STUDIES
from bench.suite import (
    SUFFIX,
    ResultFile,
    facts_in,
    facts_of,
    load,
    refuse_misplaced,
    refuse_unlike,
    refuse_unwritable,
)

DEFAULT_ROUNDS = 7
SERVER_ROUNDS = 6
FAST_ROUNDS = 4
BAD_INPUT = 2
INTERRUPTED = 130
OUT = provenance.ROOT / "out"

UNREADABLE_PLAN = (
    *(KeyError, TypeError, ValueError, OverflowError),
    *(argparse.ArgumentError, SystemExit),  # before Python 3.13 a parser may still exit
)


def main(arguments: list[str]) -> int:
    """Runs the command; its exit status."""
    options = parser().parse_args(arguments)
    console = Console(highlight=False)
    try:
        if options.list:
            print_to_pipe("\n".join(listing()))
            return 0

        with planned(options) as (plan, results):
            return run(plan, results, console)
    except UsageError as error:
        print(f"bench: {error}", file=sys.stderr)
        return BAD_INPUT


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    own = argparse.ArgumentParser(
        prog="python -m bench",
        description=(__doc__ or "").format(studies=", ".join(STUDIES), default=", ".join(DEFAULT)),
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
    own.add_argument("--resume", type=Path, metavar="FILE", help="go on where this run stopped")
    return own


@contextlib.contextmanager
def planned(options: argparse.Namespace) -> Iterator[tuple[Plan, ResultFile]]:
    """The plan, and its result file, which no other run writes meanwhile."""
    if options.resume:
        with alone(options.resume):
            yield resumed(options)
    else:
        plan, results = begun(options)
        with alone(results.path):
            refuse_unwritable(results.path)  # another run may have just begun and ended it
            yield plan, results


def begun(options: argparse.Namespace) -> tuple[Plan, ResultFile]:
    """A new plan and its empty result file."""
    selection = Selection(tuple(options.studies), options.pattern, options.fast)
    rounds = usual_rounds(selection) if options.rounds is None else options.rounds
    if rounds < 1:
        raise UsageError(f"--rounds must be 1 or more, not {rounds}: give a larger number")

    machine = this_machine(options.cpu)
    seed = int(time.time()) if options.seed is None else options.seed
    chosen = selected(selection, machine.placements)
    path = options.output or OUT / f"{time.strftime('%Y-%m-%dT%H%M%S')}{SUFFIX}"
    refuse_unwritable(path)
    plan = Plan(equipped(chosen, said), rounds, seed, machine)
    return plan, ResultFile(
        path, facts_of(plan, as_text(selection), provenance.of_this_environment())
    )


def usual_rounds(selection: Selection) -> int:
    """As many rounds as a person will wait for."""
    if selection.fast:
        return FAST_ROUNDS

    return SERVER_ROUNDS if {ALL, "server"} & set(selection.studies) else DEFAULT_ROUNDS


def resumed(options: argparse.Namespace) -> tuple[Plan, ResultFile]:
    """The plan and the runs of an earlier result file, once everything agrees."""
    path = options.resume
    if options != parser().parse_args(["--resume", str(path)]):
        raise UsageError("--resume takes everything from its file: leave out all other options")

    suite = load(path)
    facts = facts_in(suite)
    try:
        plan = plan_of(facts)
    except UNREADABLE_PLAN as error:
        raise UsageError(f"{path} does not hold its plan ({error}): begin a new run") from None

    here = facts_of(plan, str(facts["selection"]), provenance.of_this_environment())
    refuse_unlike(path, suite, {**here, **provenance.of_this_machine()})
    refuse_misplaced(path, suite, plan)
    benchmarks = {benchmark.get_name(): benchmark for benchmark in suite.get_benchmarks()}
    return plan, ResultFile(path, here, benchmarks)


def plan_of(facts: Mapping[str, Fact]) -> Plan:
    """The plan a result file was begun with."""
    selection = from_text(str(facts["selection"]))
    cpu = facts.get("pinned_cpu")
    machine = this_machine(None if cpu is None else int(cpu))
    benchmarks = equipped(selected(selection, machine.placements), said)
    return Plan(benchmarks, int(facts["rounds"]), int(facts["seed"]), machine)


def as_text(selection: Selection) -> str:
    """A selection as the arguments that repeat it."""
    fast = ["--fast"] if selection.fast else []
    pattern = [f"-k={selection.pattern}"] if selection.pattern else []
    return shlex.join([*selection.studies, *fast, *pattern]) or "default"


def from_text(text: str) -> Selection:
    """The selection that `as_text` wrote."""
    own = parser()
    own.exit_on_error = False
    options = own.parse_args([] if text == "default" else shlex.split(text))
    return Selection(tuple(options.studies), options.pattern, options.fast)


def run(plan: Plan, results: ResultFile, console: Console) -> int:
    """Measures, then answers; an interruption leaves what was measured, and says how to go on."""
    total = plan.length
    where = shown(results.path)
    selection = from_text(str(results.facts["selection"]))
    say(console, *left_out(wanted(selection, plan.machine.placements)))
    say(console, f"{len(plan.benchmarks)} benchmarks, {plan.rounds} rounds, seed {plan.seed}")
    try:
        with RunProgress(console, total, len(results.visited()), plan.rounds) as progress:
            failed = measure(plan, results, progress.visited)

        answer(results.path, console)
    except KeyboardInterrupt:
        say(console, interrupted(len(results.visited()), total, where))
        return INTERRUPTED
    except OSError as error:
        raise UsageError(out_of_room(error, results.path)) from None

    if failed:
        say(console, f"{failed} benchmarks failed in a visit: the report says why")

    return 1 if failed else 0


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


def answer(path: Path, console: Console) -> None:
    """Prints the answer and writes a report of this machine beside the result file."""
    import analysis  # slow to import: numpy, scipy, matplotlib

    directory = path.with_name(path.name.removesuffix(SUFFIX))
    try:
        report = analysis.render(path, directory)
    except analysis.InputError as error:
        raise UsageError(str(error)) from None

    say(console, "", *report.answer, "")
    say(console, *(f"DRAFT: {reason}" for reason in report.drafts))
    say(console, f"results: {shown(path)}", f"report:  {shown(directory / 'REPORT.md')}")


def said(line: str) -> None:
    """Prints a line before there is a run to print of."""
    print(line, file=sys.stderr, flush=True)


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
