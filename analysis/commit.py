"""Turns the commit that is checked out into its files: as they are committed, nothing else."""

import io
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from analysis.metadata import InputError

EXECUTABLE = 0o100


@dataclass(frozen=True)
class File:
    """A committed file."""

    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Commit:
    """A commit: its name, its time in seconds since 1970, and its files by their paths."""

    name: str
    time: int
    files: dict[str, File]


def commit_of(root: Path) -> Commit:
    """Read the commit that is checked out in a repository.

    Raises:
        InputError: git or the repository is missing, or something there is not committed.
    """
    if not (root / ".git").exists():
        raise InputError(
            f"a deposit must be of a commit, but {root} is no git repository: clone one"
        )

    refuse_uncommitted(
        git(root, "status", "--porcelain", "--no-renames", "--untracked-files", "-z")
    )
    name, time = git(root, "log", "-1", "--format=%H %ct").decode().split()

    with tarfile.open(fileobj=io.BytesIO(git(root, "archive", "--format=tar", "HEAD"))) as packed:
        files = {
            member.name: File(stream.read(), bool(member.mode & EXECUTABLE))
            for member in packed
            if (stream := packed.extractfile(member)) is not None
        }

    return Commit(name, int(time), files)


def refuse_uncommitted(status: bytes) -> None:
    """Refuse a tree in which a file is changed, or is there but not in the commit."""
    changed = [os.fsdecode(line[3:]) for line in status.split(b"\0") if line]

    if changed:
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise InputError(
            f"a deposit must be of a commit, but {changed[0]}{others} is not as committed: "
            "commit or remove it"
        )


def git(root: Path, *arguments: str) -> bytes:
    """Give what git prints.

    Raises:
        InputError: there is no git, or it refuses, as where there is no repository.
    """
    program = shutil.which("git")

    if program is None:
        raise InputError("a deposit must be of a commit, but git is missing: install it")

    done = subprocess.run([program, *arguments], cwd=root, capture_output=True, check=False)

    if done.returncode:
        reason = " ".join(done.stderr.decode(errors="replace").split()) or "no reason given"
        raise InputError(
            f"a deposit must be of a commit, but git refuses ({reason}): run it in the repository"
        )

    return done.stdout
