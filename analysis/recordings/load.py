"""Turns a folder of trace files into recordings; all knowledge of their format is here, no trust.

The format is Chrome's Trace Event Format, as `traces` writes it: complete slices (X), arrows
(s, f), counters (C), names (M), and under "hopcost" what a trace is of.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.metadata import InputError, Metadata
from analysis.recordings.numbers import OVERLAP
from analysis.recordings.processes import processes_of
from analysis.recordings.rows import Process, Recording, Request
from analysis.recordings.shapes import listing, mapping
from analysis.suite import read_bytes, refuse_constant, refuse_repeated_key, unpack

FORMAT = 1
SUFFIX = ".json.gz"
PHASES = ("M", "X", "s", "f", "C")
PLAIN = re.compile(r"[\w-]+", re.ASCII)


def load_recordings(directory: Path) -> tuple[Recording, ...]:
    """Read every trace of a folder, in the order of their names.

    Raises:
        InputError: one of them cannot be read or breaks the format; one sentence says how.
    """
    return tuple(load_recording(path) for path in sorted(directory.glob(f"*{SUFFIX}")))


def load_recording(path: Path) -> Recording:
    """Read one trace.

    Raises:
        InputError: it cannot be read or breaks the format; one sentence says how.
    """
    document = parse(path, unpack(path, read_bytes(path)))
    facts = Metadata(f"{path}: 'hopcost'", mapping(path, document.get("hopcost"), "'hopcost'"))
    if facts.integer("format", least=1) != FORMAT:
        raise InputError(f"{path} must have format {FORMAT}, but has another: record it again")

    name = facts.text("name")
    if path.name != f"{name}{SUFFIX}":
        raise InputError(f"{path} must be called as what it is of, {name!r}: rename it")

    requests = tuple(
        request(Metadata(f"{path}: a request", mapping(path, one, "a request")))
        for one in listing(path, facts.values.get("requests"), "'requests'")
    )
    processes = processes_of(path, events_of(path, document.get("traceEvents")))
    require_named(path, name, requests)
    require_hops(path, requests, processes)
    versions = Metadata(
        f"{path}: 'versions'", mapping(path, facts.values.get("versions"), "'versions'")
    )

    return Recording(
        name=name,
        requests=requests,
        processes=processes,
        python=facts.text("python"),
        versions=tuple((package, versions.text(package)) for package in sorted(versions.values)),
    )


def parse(path: Path, text: str) -> Mapping[str, object]:
    """Parse strict JSON that holds an object."""
    try:
        found = json.loads(
            text, parse_constant=refuse_constant, object_pairs_hook=refuse_repeated_key
        )
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} must hold strict JSON, but {error}: record it again") from None

    return mapping(path, found, "a trace")


def request(facts: Metadata) -> Request:
    """Read what one request is said to be."""
    inflation = facts.optional_seconds("inflation")
    if not inflation:
        raise InputError(f"{facts.place} must have 'inflation' above 0: record it again")

    return Request(
        kind=facts.text("kind"),
        twin=facts.optional_text("twin") if facts.values.get("twin") else None,
        hops=facts.integer("hops", least=0),
        inflation=inflation,
    )


def events_of(path: Path, found: object) -> list[Metadata]:
    """Read the events, each of a kind that is known."""
    events = [
        Metadata(f"{path}: an event", mapping(path, one, "an event"))
        for one in listing(path, found, "'traceEvents'")
    ]
    for event in events:
        event.text("ph", PHASES)

    return events


def require_named(path: Path, name: str, requests: Sequence[Request]) -> None:
    """Refuse a trace whose name is not that of its only request's kind, or is no plain name."""
    if len(requests) == 1 and requests[0].kind != name:
        raise InputError(
            f"{path} must be of the kind {name!r}, but is of {requests[0].kind!r}: record it again"
        )

    for one in (name, *(each.kind for each in requests)):
        if not PLAIN.fullmatch(one):
            raise InputError(f"{path} must have plain names, but has {one!r}: record it again")


def require_hops(path: Path, requests: Sequence[Request], processes: Sequence[Process]) -> None:
    """Refuse a trace whose requests are not one per process, with two arrows per hop."""
    if path.name == f"{OVERLAP}{SUFFIX}" and not requests:
        return

    hops = [len(one.arrows) // 2 for one in processes]
    if hops != [one.hops for one in requests]:
        raise InputError(f"{path} must have two arrows per hop of its kinds: record it again")
