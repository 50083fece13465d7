"""Turns one run's untrusted metadata into checked values: every look-up states its rule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

LARGEST_COUNT = 10**12
LARGEST_SECONDS = 10.0**7


class InputError(Exception):
    """A file or folder cannot be used; the message is one sentence for a person."""


@dataclass(frozen=True)
class Metadata:
    """Metadata of one run, with the place it stands at for messages."""

    place: str
    values: Mapping[str, object]

    def text(self, name: str, allowed: Collection[str] | None = None) -> str:
        """Give a required printable string, one of `allowed` if given.

        Raises:
            InputError: it is missing, no string, not printable or not allowed.
        """
        found = self.optional_text(name)

        if found is None:
            raise InputError(f"{self.place} must have the metadata {name!r}, but it has none")

        if allowed is not None and found not in allowed:
            rule = ", ".join(sorted(allowed))
            raise InputError(f"{self.place} must have {name!r} of {rule}, but has {found!r}")

        return found

    def optional_text(self, name: str) -> str | None:
        """Give a printable string, or None if absent."""
        found = self.values.get(name)

        if found is None:
            return None

        if not isinstance(found, str) or not found.strip() or not found.isprintable():
            raise InputError(f"{self.place} must have printable text as {name!r}, not {found!r}")

        return found

    def integer(self, name: str, least: int) -> int:
        """Give a required whole number from `least` to LARGEST_COUNT."""
        found = self.optional_integer(name, least)

        if found is None:
            raise InputError(f"{self.place} must have the metadata {name!r}, but it has none")

        return found

    def optional_integer(self, name: str, least: int) -> int | None:
        """Give a whole number from `least` to LARGEST_COUNT, or None if absent."""
        found = self.values.get(name)

        if found is None:
            return None

        if type(found) is not int or not least <= found <= LARGEST_COUNT:
            raise InputError(
                f"{self.place} must have a whole number from {least} as {name!r}, not {found!r}"
            )

        return found

    def optional_seconds(self, name: str) -> float | None:
        """Give a finite duration of 0 s or more, or None if absent."""
        found = self.values.get(name)

        return None if found is None else seconds(found, f"{self.place} has {name!r}", least=0.0)

    def names(self, name: str) -> tuple[str, ...]:
        """Give the names in a text, separated by spaces; none if it is absent."""
        return tuple((self.optional_text(name) or "").split())

    def fact(self, name: str) -> str | int | float:
        """Give a required fact of any kind: printable text, or a finite number from 0 on.

        Raises:
            InputError: it is missing or neither.
        """
        found = self.values.get(name)

        if found is None or isinstance(found, str):
            return self.text(name)

        if type(found) is int:
            return self.integer(name, least=0)

        return seconds(found, f"{self.place} has {name!r}", least=0.0)


def seconds(found: object, place: str, least: float, most: float = LARGEST_SECONDS) -> float:
    """Give a number that is finite and from `least` to `most`.

    Raises:
        InputError: it is anything else, NaN, infinity and booleans included.
    """
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise InputError(f"{place} = {found!r}, but it must be a number")

    if least <= found <= most:  # a NaN fails both comparisons
        return float(found)

    raise InputError(
        f"{place} = {found!r}, but a number must be finite, at least {least:g} and at most {most:g}"
    )
