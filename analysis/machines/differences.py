"""Turns the provenance of several runs into what differs between them, value by value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.rows import Provenance
from analysis.rules import CALM, MACHINE_FACTS

ABSENT = "not installed"


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in all runs: each value, and the numbers of its runs."""

    what: str
    found: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Differences:
    """All that differs: of hopcost, machine and Python first, then of what is installed."""

    facts: tuple[Difference, ...]
    packages: tuple[Difference, ...]
    same_packages: tuple[tuple[str, str], ...]

    @property
    def any(self) -> bool:
        """Whether something differs at all."""
        return bool(self.facts or self.packages)


def differences(provenances: Sequence[Provenance]) -> Differences:
    """Compare what the files say of themselves."""
    installed = [dict(one.distributions) for one in provenances]
    packages = sorted({name for one in installed for name in one})
    versions = {name: [one.get(name, ABSENT) for one in installed] for name in packages}

    return Differences(
        facts=unlike(facts_of(provenances)),
        packages=unlike(versions),
        same_packages=tuple((n, v[0]) for n, v in versions.items() if len(set(v)) == 1),
    )


def facts_of(provenances: Sequence[Provenance]) -> Mapping[str, list[str]]:
    """List each fact of all runs, in the order of the runs."""
    own = {
        "hopcost version": [one.version for one in provenances],
        "hopcost commit": [one.commit for one in provenances],
        "rounds planned": [str(one.rounds_planned) for one in provenances],
        "moments that count": ["calm" if one.is_calm else "all" for one in provenances],
    }
    told = {
        name.replace("_", " "): [one.fact(name) for one in provenances]
        for name in MACHINE_FACTS
        if name != CALM
    }

    return {**own, **told}


def unlike(found: Mapping[str, list[str]]) -> tuple[Difference, ...]:
    """Keep what has several values, each with the numbers of its runs, which count from 1."""
    return tuple(
        Difference(
            what,
            tuple(
                (value, tuple(at for at, other in enumerate(values, start=1) if other == value))
                for value in dict.fromkeys(values)
            ),
        )
        for what, values in found.items()
        if len(set(values)) > 1
    )
