"""Turns a lock and what was installed into the versions that are not the locked ones."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis import digits
from analysis.checks import UNKNOWN, Check, gate, verdict
from analysis.source import ROOT

LOCK = ROOT / "requirements" / "bench.txt"
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
SEPARATORS = re.compile(r"[-_.]+")


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Give the version of each package in a lock; nothing if there is no such file."""
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""

    return {normal(name): version for name, version in PINNED.findall(text)}


def normal(name: str) -> str:
    """Spell a package as all tools agree to. Source: the Python Packaging User Guide, "names"."""
    return SEPARATORS.sub("-", name).lower()


def versions_check(installed: Sequence[tuple[str, str]], lock: Mapping[str, str]) -> Check:
    """Judge whether what was measured is what the lock says; what it does not lock may be there."""
    bar = "versions: as locked"
    known = [
        (name, version, lock[normal(name)]) for name, version in installed if normal(name) in lock
    ]
    other = [
        f"{digits.code(name)} {version} instead of {wanted}"
        for name, version, wanted in known
        if version != wanted
    ]

    if not known:
        return Check(bar, "", UNKNOWN)

    return gate(Check(bar, "; ".join(other) or f"all {len(known)}", verdict(not other)))
