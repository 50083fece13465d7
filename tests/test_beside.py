"""Other versions beside the locked ones: what `--with` takes, and what is visited with them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from bench import beside, environments
from bench.benchmark import ONE_CPU, Metric
from bench.beside import doubled, importable, named, require_any, require_doubled
from bench.environments import NotMadeError
from bench.errors import UsageError
from bench.every_study import BENCHMARKS, STUDIES
from bench.options import as_text, from_text
from bench.selection import Selection, selected

PLAIN = STUDIES["handlers"][0]
OBSERVES = STUDIES["concurrency"][0]
ELSEWHERE = next(one for one in BENCHMARKS.values() if one.environment)
OTHER = "anyio==4.9.0"

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
import base64, hashlib, pathlib, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    content = pathlib.Path("thing.py").read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    info = "a_thing-1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(directory, "a_thing-1.0-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("thing.py", content)
        told = "Metadata-Version: 2.1\\nName: a-thing\\nVersion: 1.0\\n"
        wheel.writestr(f"{info}/METADATA", told)
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        )
        wheel.writestr(f"{info}/RECORD", f"thing.py,sha256={digest},{len(content)}\\n")
    return "a_thing-1.0-py3-none-any.whl"
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where environments and wheels are kept."""
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "environments")
    return tmp_path / "environments"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that pip can build with nothing else."""
    directory = tmp_path / "secret-name"
    directory.mkdir()
    (directory / "pyproject.toml").write_text(PROJECT)
    (directory / "backend.py").write_text(BACKEND)
    (directory / "thing.py").write_text("THING = 1\n")
    return directory


def ignore(line: str) -> None:
    """Says it to nobody."""


# What is asked for


@pytest.mark.parametrize("text", [OTHER, "fastapi==0.120.0rc1", "my-thing@0123abcd"])
def test_a_version_is_called_what_it_is(text: str) -> None:
    assert named(text, ignore) == text


@pytest.mark.parametrize(
    "text", ["anyio", "anyio>=4", "no/such/directory", "a b==1", "--x==1", "a==1 b==1"]
)
def test_what_is_neither_version_nor_directory_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"NAME==VERSION, or the directory of a project, .* give"):
        named(text, ignore)


def test_a_directory_is_built_and_called_by_its_content(project: Path, place: Path) -> None:
    first, again = named(str(project), ignore), named(str(project), ignore)

    assert first == again
    assert beside.BUILT.fullmatch(first)
    assert first.startswith("a-thing@")
    assert environments.installable(first)[0].startswith(str(place))


def test_when_a_wheel_was_built_does_not_change_what_it_is_called(tmp_path: Path) -> None:
    called = set()
    for year in (2025, 2026):
        wheel = tmp_path / "A_Thing-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            record = zipfile.ZipInfo("A_Thing-1.0.dist-info/RECORD", (year, 1, 1, 0, 0, 0))
            archive.writestr(record, "thing.py,sha256=x,9\n")

        called.add(beside.kept(wheel).partition("@"))

    assert [name for name, _, _ in called] == ["a-thing"]


def test_a_directory_that_changed_is_called_otherwise(project: Path) -> None:
    before = named(str(project), ignore)
    (project / "thing.py").write_text("THING = 2\n")

    assert named(str(project), ignore) != before


def test_a_directory_is_not_written_into_and_no_earlier_build_is_used(project: Path) -> None:
    (project / "build").mkdir()
    (project / "build" / "stale.py").write_text("STALE = 1\n")
    (project / "leads-nowhere").symlink_to("nowhere")
    backend = project / "backend.py"
    backend.write_text(f"{BACKEND}\nassert not pathlib.Path('build').exists()\n")
    before = sorted(project.rglob("*"))

    assert beside.BUILT.fullmatch(named(str(project), ignore))
    assert sorted(project.rglob("*")) == before


def test_a_package_may_be_called_like_a_build(project: Path) -> None:
    package = project / "thing" / "build"
    package.mkdir(parents=True)
    (package / "rules.py").write_text("RULE = 1\n")
    backend = project / "backend.py"
    backend.write_text(f"{BACKEND}\nassert pathlib.Path('thing/build/rules.py').exists()\n")

    assert beside.BUILT.fullmatch(named(str(project), ignore))


def test_a_directory_that_cannot_be_built_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"takes a directory that pip can build, .*: mend it"):
        named(str(tmp_path), ignore)


@pytest.mark.parametrize("error", [NotMadeError("no"), OSError("no"), ValueError("no")], ids=repr)
def test_whatever_keeps_a_directory_from_being_built_is_one_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(beside, "wheel_of", Mock(side_effect=error))

    with pytest.raises(UsageError, match=r"is none \(no\): mend it"):
        named(str(project), ignore)


def test_no_path_is_left_in_what_a_run_is_called(project: Path) -> None:
    selection = Selection(("harness",), versions=named(str(project), ignore))

    assert "/" not in as_text(selection)
    assert "secret" not in as_text(selection)


@pytest.mark.parametrize("versions", ["", OTHER, "anyio@0123abcd"])
def test_a_selection_is_read_back_from_its_text(versions: str) -> None:
    selection = Selection(("harness",), "def", True, versions)

    assert from_text(as_text(selection)) == selection


# What is visited


def test_everything_is_visited_once_more_with_other_versions() -> None:
    names = [one.name for one in doubled((PLAIN, OBSERVES), OTHER)]

    assert len(set(names)) == 4
    assert names[2] == PLAIN.name.replace("@", f"@with={OTHER},")


def test_without_other_versions_nothing_is_visited_twice() -> None:
    assert doubled((PLAIN, ELSEWHERE), "") == (PLAIN, ELSEWHERE)


def test_what_has_an_environment_of_its_own_is_visited_once() -> None:
    assert doubled((ELSEWHERE,), OTHER) == (ELSEWHERE,)


def test_a_selection_with_versions_doubles_its_companions_too() -> None:
    found = selected(Selection(("handlers",), "handlers/def@", versions=OTHER), [ONE_CPU])

    assert [(one.subject, one.versions) for one in found] == [
        *(("def", ""), ("async-def", "")),
        *(("def", OTHER), ("async-def", OTHER)),
    ]


def test_other_versions_are_a_factor_of_what_is_timed() -> None:
    metadata = PLAIN.with_versions(OTHER).metadata

    assert (metadata["factors"], metadata["with"]) == ("with", OTHER)
    assert "with" not in PLAIN.metadata


def test_other_versions_are_a_factor_of_every_number_that_is_observed() -> None:
    other = OBSERVES.with_versions(OTHER)
    metric = Metric("p99", factors=(("work_us", 5),))

    factors = str(other.metadata_of(metric)["factors"]).split()
    assert factors == [*OBSERVES.factors, "with", "work_us"]
    assert f"with={OTHER},metric=p99" in other.name_of(metric)
    assert str(other.metadata_of_failure["factors"]).split() == [*OBSERVES.factors, "with"]


def test_a_benchmark_goes_back_to_the_locked_versions() -> None:
    assert PLAIN.with_versions(OTHER).with_versions("") == PLAIN
    assert ELSEWHERE.with_versions("") == ELSEWHERE


def test_a_study_that_other_versions_cannot_run_is_left_out_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def output(*command: str, seconds: float = 0) -> str:
        if "bench.studies.concurrency" in command[-1]:
            raise NotMadeError("ImportError: no name")

        return ""

    monkeypatch.setattr(beside, "output_of", output)
    said: list[str] = []
    every = doubled((PLAIN, OBSERVES), OTHER)

    assert importable(every, said.append) == every[:3]
    assert said == [f"concurrency is left out with {OTHER}, which lacks: ImportError: no name"]


def test_studies_with_environments_of_their_own_are_refused_before_any_is_made() -> None:
    require_doubled((ELSEWHERE,), "")
    require_doubled(doubled((PLAIN, ELSEWHERE), OTHER), OTHER)

    with pytest.raises(
        UsageError, match=f"and {ELSEWHERE.study} has environments of its own: name"
    ):
        require_doubled(doubled((ELSEWHERE,), OTHER), OTHER)


def test_a_run_of_which_nothing_holds_for_other_versions_is_refused() -> None:
    require_any((PLAIN,), "")
    require_any(doubled((PLAIN,), OTHER), OTHER)

    with pytest.raises(
        UsageError, match=f"nothing can be measured with {OTHER}, for the reason above"
    ):
        require_any((PLAIN, replace(PLAIN, environment="3.12")), OTHER)


def test_a_run_says_what_is_installed_beside_the_locked_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environments, "distributions_in", lambda environment: f"in {environment}")

    assert beside.facts_of(OTHER) == {"distributions_with": f"in with {OTHER}"}
    assert beside.facts_of("") == {}
