"""Turns `broken.toml` into words: the upstream tests that fail under a variant of the hop."""

import tomllib

from analysis.source import ROOT

FILE = ROOT / "bench" / "remedies" / "broken.toml"
NONE = "none found"


def broken_by(variant: str) -> str:
    """Name the tests that a variant is known to break, each with its reason."""
    known = tomllib.loads(FILE.read_text(encoding="utf-8"))["test"]
    found = (
        f"{test['suite']}'s `{test['name']}`: {test['why']}"
        for test in known
        if variant in test["variants"]
    )

    return "; ".join(found) or NONE
