"""Turns what breaks the format's rules into one sentence each: the loader's refusals."""

from collections.abc import Sequence
from pathlib import Path

from analysis.benchmark import Benchmark
from analysis.metadata import InputError, Metadata

FORMAT = 1
INSTRUMENTS = ("exchange", "httpx", "testclient")

CALM = "calm_stretch_seconds"  # of a run of which only calm moments count

MACHINE_FACTS = (
    "cpu_model_name", "cpu_count", "pinned_cpu", "platform", "kernel", "virtualization", "governor",
    "turbo", "aslr", "timer", CALM, "python_version", "python_implementation", "python_compiler",
    "gil", "switch_interval", "event_loop", "gc_thresholds",
)  # fmt: skip
# One file is one run of one plan on one machine; these tell two of them apart.
SAME_IN_FILE = (
    "hopcost_format", "hopcost_version", "hopcost_commit", "plan", "seed", "rounds",
    "distributions", "distributions_with", *MACHINE_FACTS,
)  # fmt: skip
# What an interpreter says of itself, which may be another one for a visit of the same run.
OF_INTERPRETER = (
    "python_version", "python_implementation", "python_compiler", "gc_thresholds", "event_loop",
)  # fmt: skip


def require_format(path: Path, first: Metadata) -> None:
    """Refuse a file of another format version, and a pyperf file that is not ours at all."""
    if "hopcost_format" not in first.values:
        raise InputError(f"{path} is a pyperf suite, but not of hopcost: name a result file")

    found = first.integer("hopcost_format", least=0)

    if found != FORMAT:
        raise InputError(
            f"{path} has hopcost_format {found}, but this version reads {FORMAT}: "
            "use the version of hopcost that wrote it"
        )


def require_one_origin(path: Path, timed: Sequence[Metadata], every: Sequence[Metadata]) -> None:
    """Refuse runs of two machines or plans; a process that crashed may not have told its own."""
    rule = f"{path} must come from one run on one machine"
    runs = own(timed)
    require_same(runs, SAME_IN_FILE, rule)

    for found in every:
        names = [name for name in same_in_file(found) if name in found.values]
        require_same([runs[0], found], names, rule)


def own(metadata: Sequence[Metadata]) -> Sequence[Metadata]:
    """Give the runs of the environment that made the file; all, if there is none of it."""
    return [one for one in metadata if "environment" not in one.values] or metadata


def same_in_file(found: Metadata) -> Sequence[str]:
    """Name what a run shares with the file: without the interpreter, if it may have had another."""
    other = OF_INTERPRETER if "environment" in found.values else ()

    return [name for name in SAME_IN_FILE if name not in other]


def require_same(metadata: Sequence[Metadata], names: Sequence[str], rule: str) -> None:
    """Refuse runs that disagree in a name all of them share."""
    for name in names:
        found = {repr(one.values.get(name)): one.place for one in metadata}

        if len(found) > 1:
            (first, _), (second, place), *_ = found.items()
            raise InputError(
                f"{rule}, but {name!r} is {first} and, at {place}, {second}: "
                "measure again, and join no files"
            )


def require_parts(place: str, row: Benchmark) -> None:
    """Refuse a row that lacks what its study needs, or is measured against itself."""
    for name, subject in (("twin", row.twin), ("minus", row.minus), ("above", row.above)):
        if subject == row.subject:
            raise InputError(f"{place} names itself as its {name}: mend the plan and measure again")

    name, found = {
        "harness": ("instrument", row.instrument),
        "handlers": ("family", row.family),
        "hop": ("ladder", row.ladder),
    }.get(row.study, ("metric", row.metric if row.visits else ""))

    if found is None:
        raise InputError(f"{place} must have the metadata {name!r}, but it has none")

    if row.instrument is not None and row.instrument not in INSTRUMENTS:
        rule = ", ".join(INSTRUMENTS)
        raise InputError(f"{place} must have 'instrument' of {rule}, but has {row.instrument!r}")

    if row.study == "handlers" and row.visits and row.counts.hops is None:
        raise InputError(f"{place} must have the metadata 'hops', but it has none")


def require_single_rounds(path: Path, row: Benchmark) -> None:
    """Refuse two visits of a benchmark in one round."""
    rounds = [number for number, _ in row.places]

    for number in rounds:
        if rounds.count(number) > 1:
            raise InputError(
                f"{path}: {row.name!r} must have one visit per round, but has "
                f"{rounds.count(number)} in round {number}: measure again, and join no files"
            )


def require_unique_positions(path: Path, benchmarks: Sequence[Benchmark]) -> None:
    """Refuse two visits at the same place of the same round: both cannot be true."""
    names: dict[tuple[int, int], str] = {}

    for row in benchmarks:
        for place in row.places:
            other = names.setdefault(place, row.visited)

            if other != row.visited:
                raise InputError(
                    f"{path} must have one visit per position, but {other!r} and {row.visited!r} "
                    f"both stand at position {place[1]} of round {place[0]}: measure again"
                )
