"""Turns a table of a TOML file into checked values: every look-up states its rule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite

from analysis.metadata import InputError

Table = Mapping[str, object]


@dataclass(frozen=True)
class Fields:
    """One table, and where it stands, for messages."""

    place: str
    values: Table

    def error(self, rule: str) -> InputError:
        """Make the error that this table breaks a rule."""
        return InputError(f"{self.place} {rule}")

    def wrong(self, name: str, rule: str) -> InputError:
        """Make the error that one of its values breaks a rule."""
        return self.error(f"must have {name!r} {rule}, but has {self.values.get(name)!r}: mend it")

    def require_known(self, *names: str) -> None:
        """Refuse a name that nobody reads: it may be misspelt."""
        unknown = sorted(set(self.values) - set(names))

        if unknown:
            raise self.error(f"must have no other names than known ones, but has {unknown[0]!r}")

    def tables(self, name: str) -> tuple["Fields", ...]:
        """Give a list of tables, each placed by its id."""
        found = self.values.get(name, [])

        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong(name, "as a list of tables")

        return tuple(Fields(f"{self.place}, {name}, {one.get('id')!r}", one) for one in found)

    def text(
        self, name: str, otherwise: str | None = None, allowed: Collection[str] | None = None
    ) -> str:
        """Give a text of at least one letter, required unless there is one to take otherwise."""
        if otherwise is not None and name not in self.values:
            return otherwise

        found = self.values.get(name)

        if not isinstance(found, str) or not found.strip():
            raise self.wrong(name, "as a text")

        if allowed is not None and found not in allowed:
            raise self.wrong(name, f"as one of {', '.join(allowed)}")

        return found

    def url(self, name: str) -> str:
        """Give an address, or nothing."""
        found = self.text(name, "")

        if found and not found.startswith("https://"):
            raise self.wrong(name, "as an address that begins with https://")

        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts, at least one."""
        found = self.values.get(name)

        if not isinstance(found, list) or not found or not all(isinstance(x, str) for x in found):
            raise self.wrong(name, "as a list of texts")

        return tuple(found)

    def texts_by(self, name: str, allowed: Collection[str]) -> dict[str, str]:
        """Give texts by names, all of which are allowed ones."""
        found = self.values.get(name)

        if not isinstance(found, dict):
            raise self.wrong(name, "as a table of texts")

        inner = Fields(f"{self.place}, {name}", found)
        inner.require_known(*allowed)

        return {one: inner.text(one) for one in found}

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """Give a yes or no."""
        found = self.values.get(name, otherwise)

        if not isinstance(found, bool):
            raise self.wrong(name, "as true or false")

        return found

    def optional_number(self, name: str) -> float | None:
        """Give a finite number, or None if absent."""
        found = self.values.get(name)

        if found is None:
            return None

        if not is_number(found):
            raise self.wrong(name, "as a number")

        return float(str(found))

    def numbers(self, name: str) -> tuple[float, ...]:
        """Give a list of numbers above 0, none if absent."""
        found = self.values.get(name, [])

        if not isinstance(found, list) or not all(is_number(x) and x > 0 for x in found):
            raise self.wrong(name, "as a list of numbers above 0")

        return tuple(map(float, found))


def is_number(found: object) -> bool:
    """Tell a finite number from everything else, true and false included."""
    return isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
