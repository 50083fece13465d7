"""Turns the commit that is checked out into a deposit: all of it, checksums, and how to rebuild.

python -m analysis.archive            write out/hopcost-VERSION-COMMIT.zip
python -m analysis.archive --out DIR  write it there

The same commit gives the same bytes: names are sorted, times are the commit's, owners are left
out, and nothing is compressed, as compressors differ and the data are compressed already.
Exit status: 0 done; 2 something is not committed, or the deposit cannot be made.
"""

import argparse
import hashlib
import io
import stat
import sys
import time
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis import page
from analysis.citation import references, work_of
from analysis.commit import Commit, File, commit_of
from analysis.committed import REFERENCE
from analysis.metadata import InputError
from analysis.origin import SHORT
from analysis.pipes import print_to_pipe
from analysis.source import ROOT, source_of
from analysis.writing import write_all

UNUSABLE = 2
MANIFEST, README, REPOSITORY = "MANIFEST.sha256", "README.md", "repository"
EARLIEST = 315532800  # 1980: a ZIP file knows no time before it
UNIX = 3


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command line on the repository at `root`; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.archive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the deposit (out)")
    chosen = parser.parse_args(arguments)

    try:
        name, content = deposit(root)
        (path,) = write_all(chosen.out or root / "out", {f"{name}.zip": content})
    except InputError as error:
        print(" ".join(str(error).splitlines()), file=sys.stderr)
        return UNUSABLE

    print_to_pipe(f"deposit: {path}\nSHA-256: {hashlib.sha256(content).hexdigest()}")

    return 0


def deposit(root: Path) -> tuple[str, bytes]:
    """Make the deposit of the commit that is checked out at `root`: its name, and a ZIP file.

    Raises:
        InputError: something is not committed, or a file that the deposit needs cannot be used.
    """
    commit = commit_of(root)
    work = work_of(root / "CITATION.cff")
    name = f"hopcost-{work.version}-{commit.name[:SHORT]}"
    cited = references(source_of(root / REFERENCE), (), work)
    project = tomllib.loads(commit.files["pyproject.toml"].content.decode())["project"]
    told = page.page(
        "deposit.md.j2",
        {
            **cited,
            "commit": commit.name,
            "version": work.version,
            "requires_python": project["requires-python"],
            "bits": 8 * hashlib.sha256().digest_size,
        },
    )
    files = {
        README: File(told.encode()),
        **{f"{REPOSITORY}/{path}": file for path, file in commit.files.items()},
    }
    files[MANIFEST] = File(manifest(files))

    return name, packed(name, files, commit)


def manifest(files: Mapping[str, File]) -> bytes:
    """List the checksum of every file, as `sha256sum --check` reads it."""
    lines = (
        f"{hashlib.sha256(file.content).hexdigest()}  {path}\n"
        for path, file in sorted(files.items())
    )

    return "".join(lines).encode()


def packed(name: str, files: Mapping[str, File], commit: Commit) -> bytes:
    """Pack files below one folder, so that the same commit gives the same bytes."""
    made = io.BytesIO()
    date = time.gmtime(max(commit.time, EARLIEST))[:6]

    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for path, file in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", date)
            entry.create_system = UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if file.executable else 0o644)) << 16
            archive.writestr(entry, file.content)

    return made.getvalue()


if __name__ == "__main__":
    sys.exit(main())
