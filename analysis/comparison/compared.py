"""Turns a run, and an earlier one, into comparisons: what other versions change, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import digits
from analysis.benchmark import Benchmark
from analysis.comparison.changes import Change, paired, since
from analysis.machines.differences import ABSENT, Differences, differences
from analysis.metadata import InputError
from analysis.rows import Rows
from analysis.source import Source

LINES = 5
INSTALLERS = ("pip", "setuptools")
SAME_MACHINE = ("cpu_model_name", "cpu_count", "python_version", "python_implementation", "gil")


@dataclass(frozen=True)
class Comparison:
    """All that was compared, and between what.

    Attributes:
        title: the question.
        before: what a number is compared with, in words; `after` likewise.
        versions: name, version before, version after, of what is not the same.
        found: the changes, the largest known one first.
        is_paired: whether both were measured in the rounds of one run.
        facts: what else differs between two runs.
    """

    title: str
    before: str
    after: str
    versions: tuple[tuple[str, str, str], ...]
    found: tuple[Change, ...]
    is_paired: bool
    facts: Differences | None = None

    @property
    def seen(self) -> tuple[Change, ...]:
        """The changes that are known to be such."""
        return tuple(one for one in self.found if one.is_seen)

    @property
    def others(self) -> tuple[Change, ...]:
        """All other numbers."""
        return tuple(one for one in self.found if not one.is_seen)

    @property
    def summary(self) -> str:
        """Say in a sentence how much changed."""
        compared = digits.counted(len(self.found), "number")
        none = "none is known to have changed"
        some = f"{len(self.seen)} changed"

        return f"{self.title} Of {compared} compared, {some if self.seen else none}."

    @property
    def lines(self) -> tuple[str, ...]:
        """Tell it in a few lines, the largest changes by name."""
        shown = [
            f"- {one.thing.title}, `{one.thing.study}`: {digits.short_time(one.before)}, then "
            f"{digits.short_time(one.after)}; {digits.time(one.more, sign=True)}, {one.verdict}"
            for one in self.seen[:LINES]
        ]
        more = len(self.seen) - len(shown)

        return (self.summary, *shown, *([f"- and {more} more"] if more else []))


def comparisons(source: Source, earlier: Source | None = None) -> tuple[Comparison, ...]:
    """Compare whatever a run gives to compare: other versions in it, and an earlier run.

    Raises:
        InputError: the earlier run is of another machine or Python, or has nothing in common.
    """
    inside = [beside(source.rows)] if any(row.versions for row in source.rows.benchmarks) else []

    return (*inside, *([] if earlier is None else [against(earlier, source)]))


def beside(rows: Rows) -> Comparison:
    """Compare the locked versions with those that were measured in the same rounds."""
    others = [row for row in rows.benchmarks if row.versions]
    name = others[0].versions
    told = rows.provenance

    return Comparison(
        title=f"What does {name} change?",
        before="the locked versions",
        after=name,
        versions=(
            *built(name, told.distributions, told.distributions_with),
            *installed(unlike(told.distributions, told.distributions_with)),
        ),
        found=paired(locked_of(rows), others),
        is_paired=True,
    )


def against(earlier: Source, source: Source) -> Comparison:
    """Compare a run with an earlier one.

    Raises:
        InputError: it is of another machine or Python, or has nothing in common.
    """
    require_one_machine(earlier, source)
    provenances = earlier.rows.provenance, source.rows.provenance
    if provenances[0].data_sha256 == provenances[1].data_sha256:
        raise InputError(f"{earlier.data} is the run itself: name an earlier one")

    found = since(locked_of(earlier.rows), locked_of(source.rows))

    if not found:
        raise InputError(
            f"{earlier.data} has no benchmark in common with {source.data}: name another run"
        )

    return Comparison(
        title=f"What changed since {earlier.data}?",
        before=f"{earlier.data}, {provenances[0].first_date or 'no date'}",
        after=f"{source.data}, {provenances[1].first_date or 'no date'}",
        versions=unlike(*(one.distributions for one in provenances)),
        found=found,
        is_paired=False,
        facts=differences(provenances),
    )


def locked_of(rows: Rows) -> list[Benchmark]:
    """List the rows of the locked versions."""
    return [row for row in rows.benchmarks if not row.versions]


def require_one_machine(earlier: Source, source: Source) -> None:
    """Refuse runs of two machines or Pythons: their difference would be that of the machines."""
    for name in SAME_MACHINE:
        there, here = (one.rows.provenance.fact(name) for one in (earlier, source))
        if there != here:
            raise InputError(
                f"{earlier.data} must come from the machine and Python of {source.data}, "
                f"but {name!r} is {there!r} there and {here!r} here: "
                "set them side by side with --data A B"
            )

    if earlier.rows.provenance.is_calm is not source.rows.provenance.is_calm:
        wanted = "with" if source.rows.provenance.is_calm else "without"
        raise InputError(
            f"{earlier.data} must be timed as {source.data} was, but only one of them was timed "
            f"with --calm: name an earlier run {wanted} it"
        )


Distributions = Sequence[tuple[str, str]]
Versions = tuple[tuple[str, str, str], ...]


def built(name: str, before: Distributions, after: Distributions) -> Versions:
    """Name what was built of a directory: its version may be that of what is locked."""
    package, _, digest = name.partition("@")
    if not digest:
        return ()

    versions = [dict(one).get(package, ABSENT) for one in (before, after)]

    return ((package, versions[0], f"{versions[1]}, built: {digest}"),)


def installed(versions: Versions) -> Versions:
    """Leave out what is only missing: an environment of its own has what is measured, no more."""
    return tuple(one for one in versions if one[2] != ABSENT and one[0] not in INSTALLERS)


def unlike(before: Distributions, after: Distributions) -> Versions:
    """List the packages that do not have the same version, by name."""
    first, second = dict(before), dict(after)

    return tuple(
        (name, first.get(name, ABSENT), second.get(name, ABSENT))
        for name in sorted({*first, *second})
        if first.get(name) != second.get(name)
    )
