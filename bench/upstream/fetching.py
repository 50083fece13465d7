"""From the lock to the source of a package with its tests, under out/: by pip, hashes checked."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bench.errors import UsageError
from bench.provenance import ROOT
from bench.upstream.suites import Suite

LOCK = ROOT / "requirements" / "upstream.txt"
OUT = ROOT / "out" / "upstream"
SECONDS = 300.0


def locked(package: str, lock: str) -> tuple[str, str]:
    """The version of a package in a lock, and its whole requirement with hashes.

    Raises:
        UsageError: the lock has no such package.
    """
    found = re.search(rf"^{package}==([^\s;]+).*(?:\n    .*)*", lock, re.MULTILINE)
    if found is None:
        raise UsageError(f"the lock must hold {package}, but does not; run `tox -e lock`")

    return found[1], found[0]


def unpacked(suite: Suite) -> Path:
    """The root of a suite's package, with its tests; downloaded once.

    Raises:
        UsageError: it cannot be had, or has no tests.
    """
    version, requirement = locked(suite.package, LOCK.read_text("utf-8"))
    place = OUT / f"{suite.package}-{version}"
    if not place.is_dir():
        OUT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=OUT) as directory:
            root = extracted(downloaded(requirement, Path(directory)))
            root.rename(place)

    if not (place / "tests").is_dir():
        raise UsageError(f"the source of {suite.package} {version} must hold tests, but holds none")

    return place


def downloaded(requirement: str, directory: Path) -> Path:
    """The archive of a package's source.

    Raises:
        UsageError: pip has failed; the message holds its last words.
    """
    wanted = directory / "wanted.txt"
    wanted.write_text(f"{requirement}\n", "utf-8")
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:")
    command = (sys.executable, "-m", "pip", "download", *options, "--require-hashes")
    done = subprocess.run(
        (*command, "--dest", str(directory), "--requirement", str(wanted)),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    archives = list(directory.glob("*.tar.gz"))
    if done.returncode or not archives:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise UsageError(f"pip must download {requirement.split()[0]}, but has failed: {last}")

    return archives[0]


def extracted(archive: Path) -> Path:
    """The only directory in an archive, beside it."""
    place = archive.parent / "extracted"
    with tarfile.open(archive) as opened:
        opened.extractall(place, filter="data")

    (root,) = place.iterdir()
    return root
