"""Deposits: of a commit, the same bytes each time, and all that rebuilds the report elsewhere."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import archive
from analysis.archive import deposit, main
from analysis.commit import Commit, File
from analysis.committed import FIGURES, PAGE
from analysis.source import ROOT

if shutil.which("git") is None:
    pytest.skip("git is missing", allow_module_level=True)

IDENTITY = {
    f"GIT_{role}_{what}": text
    for role in ("AUTHOR", "COMMITTER")
    for what, text in (
        ("NAME", "hopcost"),
        ("EMAIL", "hopcost@example.invalid"),
        ("DATE", "2026-01-02T03:04:06+02:00"),
    )
}
NO_NETWORK = (
    "import socket, sys; socket.socket.connect = socket.getaddrinfo = None; "
    "from analysis.__main__ import main; sys.exit(main([]))"
)


def git(root: Path, *arguments: str) -> bytes:
    variables = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=variables, check=True, capture_output=True
    )

    return done.stdout


def committed(root: Path) -> Path:
    """Make a folder a repository of one commit."""
    git(root, "init", "--quiet")
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--message", "All of it")

    return root


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is tracked here, as it is now, in a repository of its own."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")

    path = tmp_path_factory.mktemp("repository")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")

    for name in map(os.fsdecode, filter(None, listed.split(b"\0"))):
        if (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, path / name)

    return committed(path)


@pytest.fixture(scope="module")
def made(repository: Path) -> tuple[str, bytes]:
    """The deposit of that repository: its name and its bytes."""
    return deposit(repository)


@pytest.fixture(scope="module")
def packed(made: tuple[str, bytes]) -> zipfile.ZipFile:
    """That deposit, opened."""
    return zipfile.ZipFile(io.BytesIO(made[1]))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A repository of one file."""
    (tmp_path / "data.txt").write_text("measured")

    return committed(tmp_path)


def below(packed: zipfile.ZipFile) -> str:
    """The one folder that holds everything."""
    (folder,) = {name.partition("/")[0] for name in packed.namelist()}

    return folder


def test_a_deposit_is_called_after_version_and_commit(
    repository: Path, packed: zipfile.ZipFile
) -> None:
    commit = git(repository, "rev-parse", "--short=12", "HEAD").decode().strip()

    assert below(packed) == f"hopcost-0.1.0-{commit}"


def test_a_deposit_holds_every_committed_file_as_it_is(
    repository: Path, packed: zipfile.ZipFile
) -> None:
    folder = below(packed)
    tracked = [os.fsdecode(name) for name in git(repository, "ls-files", "-z").split(b"\0") if name]

    assert set(packed.namelist()) == {
        f"{folder}/README.md",
        f"{folder}/MANIFEST.sha256",
        *(f"{folder}/repository/{name}" for name in tracked),
    }
    assert [
        name
        for name in tracked
        if packed.read(f"{folder}/repository/{name}") != (repository / name).read_bytes()
    ] == []


def test_the_manifest_has_the_sum_of_every_other_file(packed: zipfile.ZipFile) -> None:
    folder = below(packed)
    lines = packed.read(f"{folder}/MANIFEST.sha256").decode().splitlines()
    sums = {name: one for one, _, name in (line.partition("  ") for line in lines)}
    names = {name.removeprefix(f"{folder}/") for name in packed.namelist()} - {"MANIFEST.sha256"}

    assert len(lines) == len(sums)
    assert sums == {
        name: hashlib.sha256(packed.read(f"{folder}/{name}")).hexdigest() for name in names
    }


def test_the_readme_names_the_commit_and_how_to_cite(
    repository: Path, packed: zipfile.ZipFile
) -> None:
    told = packed.read(f"{below(packed)}/README.md").decode()

    assert git(repository, "rev-parse", "HEAD").decode().strip() in told
    assert "python -m analysis --check" in told
    assert "@misc{hopcost-0.1.0," in told
    assert "`shasum -a 256 --check" in told


def test_a_clone_gives_the_same_bytes_on_another_day(
    repository: Path, made: tuple[str, bytes], tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    (tmp_path / "clone" / "tox.ini").touch()

    assert deposit(tmp_path / "clone") == made


def test_entries_are_sorted_and_tell_the_time_of_the_commit_and_no_owner(
    packed: zipfile.ZipFile,
) -> None:
    entries = packed.infolist()

    assert [one.filename for one in entries] == sorted(one.filename for one in entries)
    assert {one.date_time for one in entries} == {(2026, 1, 2, 1, 4, 6)}
    assert {one.extra for one in entries} == {b""}
    assert {one.compress_type for one in entries} == {zipfile.ZIP_STORED}
    assert {oct(one.external_attr >> 16) for one in entries} == {"0o100644", "0o100755"}
    assert oct(packed.getinfo(f"{below(packed)}/repository/.ci/run").external_attr >> 16) == (
        "0o100755"
    )


def test_an_entry_is_the_same_on_windows_and_no_older_than_a_zip_file_can_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    content = archive.packed("it", {"a": File(b"")}, Commit("0123", 0, {}))
    (found,) = zipfile.ZipFile(io.BytesIO(content)).infolist()

    assert (found.create_system, found.date_time) == (archive.UNIX, (1980, 1, 1, 0, 0, 0))


def test_unpacked_elsewhere_the_report_is_rebuilt_to_the_same_bytes_without_a_network(
    packed: zipfile.ZipFile, tmp_path: Path
) -> None:
    packed.extractall(tmp_path)
    root = tmp_path / below(packed) / "repository"
    names = [PAGE, *(path.relative_to(root).as_posix() for path in (root / FIGURES).iterdir())]
    before = {name: (root / name).read_bytes() for name in names}

    for name in names:
        (root / name).unlink()

    command = [sys.executable, "-c", NO_NETWORK]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    after = {name: (root / name).read_bytes() for name in names if (root / name).exists()}

    assert [name for name in names if before[name] != after.get(name)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: (root / "data.txt").write_text("edited"),
        lambda root: (root / "data.txt").unlink(),
        lambda root: (root / "new.txt").write_text("forgotten"),
    ],
    ids=["changed", "removed", "untracked"],
)
def test_what_is_not_committed_is_refused_in_one_sentence(
    small: Path, spoil: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(small)

    assert main([], small) == 2

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("a deposit must be of a commit, but ")
    assert not (small / "out").exists()


def test_a_folder_that_is_no_repository_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], tmp_path) == 2
    assert capsys.readouterr().err.endswith("is no git repository: clone one\n")


def test_a_repository_without_a_citation_is_refused_in_one_sentence(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], small) == 2
    assert capsys.readouterr().err.startswith("CITATION.cff cannot be read")


def test_a_deposit_is_written_where_it_is_told(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path)], repository) == 0

    (path,) = tmp_path.iterdir()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert capsys.readouterr().out == f"deposit: {path}\nSHA-256: {digest}\n"


def test_without_a_word_a_deposit_is_written_to_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "deposit", lambda _: ("it", b"packed"))

    assert main([], tmp_path) == 0
    assert (tmp_path / "out" / "it.zip").read_bytes() == b"packed"
