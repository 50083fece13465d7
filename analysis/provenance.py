"""Turns the metadata of a file's runs into its provenance: machine, versions and dates."""

import datetime as dt
from collections.abc import Sequence

from analysis.metadata import InputError, Metadata, seconds
from analysis.rows import Provenance
from analysis.rules import MACHINE_FACTS

DISTRIBUTIONS_WITH = "distributions_with"


def provenance(metadata: Sequence[Metadata], data_sha256: str) -> Provenance:
    """Gather machine, versions and dates, the same for every run (`load` has checked that)."""
    first = metadata[0]
    dates = sorted(filter(None, (date(one) for one in metadata)))

    return Provenance(
        version=first.text("hopcost_version"),
        commit=first.text("hopcost_commit"),
        plan=first.text("plan"),
        seed=first.integer("seed", least=0),
        rounds_planned=first.integer("rounds", least=1),
        cpu_count=first.optional_integer("cpu_count", least=1),
        pinned_cpu=first.optional_integer("pinned_cpu", least=0),
        facts=tuple(fact(first, name) for name in MACHINE_FACTS if name in first.values),
        distributions=distributions(first, "distributions"),
        distributions_with=distributions(first, DISTRIBUTIONS_WITH),
        first_date=dates[0] if dates else None,
        last_date=dates[-1] if dates else None,
        data_sha256=data_sha256,
    )


def date(metadata: Metadata) -> str | None:
    """Give the day and minute of a run, as pyperf wrote it."""
    found = metadata.optional_text("date")

    if found is None:
        return None

    try:
        return dt.datetime.fromisoformat(found).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        raise InputError(f"{metadata.place} must have an ISO date, but has {found!r}") from None


def fact(metadata: Metadata, name: str) -> tuple[str, str]:
    """Give one fact as text; numbers are shown as they were written."""
    found = metadata.values[name]

    if isinstance(found, str):
        return name, metadata.text(name)

    return name, f"{seconds(found, f'{metadata.place} has {name!r}', least=0.0):g}"


def distributions(metadata: Metadata, fact: str) -> tuple[tuple[str, str], ...]:
    """Split names and versions of everything installed in a measured environment."""
    if fact == DISTRIBUTIONS_WITH and fact not in metadata.values:
        return ()

    pairs = [item.partition("==") for item in metadata.text(fact).split()]

    if not all(name and version for name, _, version in pairs):
        raise InputError(f"{metadata.place} must have {fact!r} as name==version, not so")

    return tuple((name, version) for name, _, version in pairs)
