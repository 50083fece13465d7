"""Turns untrusted JSON into objects and lists, or refuses it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.metadata import InputError

MOST_EVENTS = 1_000_000


def mapping(path: Path, found: object, what: str) -> Mapping[str, object]:
    """Give a JSON object."""
    if not isinstance(found, dict):
        raise InputError(f"{path} must have {what} as an object, but has not: record it again")

    return found


def listing(path: Path, found: object, what: str) -> Sequence[object]:
    """Give a JSON array of a length that a trace can have."""
    if not isinstance(found, list) or len(found) > MOST_EVENTS:
        raise InputError(f"{path} must have {what} as a list, but has not: record it again")

    return found
