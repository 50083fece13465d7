"""The command `upstream`: patches that hold inside a suite, notes, judgements, bad input."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from analysis.remedies.broken import NONE, broken_by
from bench.errors import UsageError
from bench.remedies.variants import ALL, BROKEN, COPY, FUSED, STEPS, VARIANTS, Broken, Variant
from bench.upstream import fetching, running, trials
from bench.upstream.__main__ import main
from bench.upstream.fetching import LOCK, extracted, locked
from bench.upstream.fields import remembered
from bench.upstream.judging import differences, table
from bench.upstream.outcomes import FAILED, PASSED, SKIPPED, Outcomes, name_of, read
from bench.upstream.running import NotEndedError, noted
from bench.upstream.suites import SUITES, chosen, concerned
from bench.upstream.trials import Trial

ANYIO, STARLETTE, FASTAPI = SUITES

SMALL_SUITE = """
import pytest
from anyio import to_thread
from anyio._backends._asyncio import AsyncIOBackend, CapacityLimiter

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_hop_is_ours():
    assert await to_thread.run_sync(int) == 0
    backend = AsyncIOBackend.run_sync_in_worker_thread(int, ())
    assert backend.cr_code.co_filename.endswith("hop.py")
    backend.close()


def test_limiter_is_ours():
    assert CapacityLimiter.acquire_on_behalf_of.__name__ == "acquire_without_suspending"


@pytest.mark.skip
def test_skipped():
    pass


def test_raises_in_its_set_up(no_such_fixture):
    pass
"""


def note(test: str, outcome: str, hops: int = 0) -> str:
    return json.dumps({"test": test, "outcome": outcome, "hops": hops})


def trial(variant: Any = COPY, only: Iterable[str] = (), at_times: Iterable[str] = ()) -> Trial:
    outcomes = Outcomes({"tests/test_a.py::test_a": PASSED}, 7)
    return Trial(ANYIO, variant, outcomes, frozenset(only), frozenset(at_times))


@pytest.fixture
def small_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_small.py").write_text(SMALL_SUITE, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    monkeypatch.setattr(running, "OUT", tmp_path)
    return tmp_path


def test_a_patch_holds_inside_every_test_of_a_suite(small_suite: Path) -> None:
    installed, patched = (
        running.run(STARLETTE, small_suite, name) for name in ("installed", "quick-limiter")
    )
    name = "tests/test_small.py::test_"

    assert patched.ended == {
        f"{name}hop_is_ours": PASSED,
        f"{name}limiter_is_ours": PASSED,
        f"{name}skipped": SKIPPED,
        f"{name}raises_in_its_set_up": FAILED,
    }
    assert installed.failed == {
        f"{name}hop_is_ours",
        f"{name}limiter_is_ours",
        f"{name}raises_in_its_set_up",
    }
    assert (installed.hops, patched.hops) == (2, 2)


def test_a_suite_that_stops_before_its_end_is_an_error(
    small_suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotEndedError, match="must come to their end, but pytest ended with"):
        running.run(replace(STARLETTE, paths=("no_such.py",)), small_suite, "copy")

    monkeypatch.setattr(running, "SECONDS", 0.01)
    with pytest.raises(NotEndedError, match="took more than 0 s"):
        running.run(STARLETTE, small_suite, "copy")


def test_the_last_note_of_a_test_counts_and_one_that_never_ended_has_failed() -> None:
    notes = [note("a", "begun"), note("b", "begun"), note("b", PASSED, 3), note("c", SKIPPED)]
    outcomes = read(notes)

    assert (outcomes.failed, outcomes.ran, outcomes.hops) == (frozenset("a"), frozenset("ab"), 3)


@pytest.mark.parametrize("line", ["", "[]", "{}", note("a", "lost"), '{"test": "a"}'])
def test_a_line_that_is_no_note_is_refused(line: str) -> None:
    with pytest.raises(UsageError, match="but line 2 reads"):
        read([note("a", PASSED), line])


def test_a_run_without_notes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotEndedError, match=r"x\.jsonl cannot be read"):
        noted(tmp_path / "x.jsonl")


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("tests/test_a.py::test_b[asyncio-x::y]", "test_b"),
        ("tests/test_a.py::TestC::test_b", "TestC::test_b"),
        ("tests/test_a.py", "tests/test_a.py"),
    ],
)
def test_a_test_is_named_without_its_file_and_its_parameters(test: str, name: str) -> None:
    assert name_of(test) == name


def test_only_what_fails_neither_as_installed_nor_under_the_copy_counts_if_it_fails_each_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing = {
        "installed": ["t::always"],
        "copy": ["t::always", "t::copied"],
        "early-idle": ["t::always", "t::copied", "t::racy", "t::broken"],
    }
    calls: list[tuple[str, tuple[str, ...]]] = []

    def run(suite: Any, place: Path, name: str, tests: Iterable[str] = ()) -> Outcomes:
        calls.append((name, tuple(tests)))
        found = [test for test in failing[name] if not tests or test != "t::racy"]
        return Outcomes({test: FAILED for test in found if not tests or test in tests}, 0)

    monkeypatch.setattr(trials, "run", run)
    early_idle = VARIANTS["early-idle"]
    _, copy, found = trials.trials(ANYIO, tmp_path, (COPY, early_idle), lambda what: None)

    assert [set(copy.only), set(copy.at_times)] == [{"t::copied"}, set()]
    assert [set(found.only), set(found.at_times)] == [{"t::broken"}, {"t::racy"}]
    assert calls[-2:] == [
        ("early-idle", ("t::broken", "t::racy")),
        ("early-idle", ("t::broken",)),
    ]


def test_what_a_variant_says_it_breaks_is_compared_by_suite_and_name() -> None:
    said = replace(
        COPY, breaks=(Broken("AnyIO", "test_b", "why"), Broken("Starlette", "test_c", "why"))
    )

    assert list(differences([trial(said, ["t.py::test_b[x]", "t.py::test_b[y]"])])) == []
    assert list(differences([trial(said, ["t.py::test_d"], ["t.py::test_e"]), trial(None)])) == [
        "copy must break of AnyIO what its `breaks` says, test_b, but breaks test_d"
    ]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=lambda one: one.name)
def test_the_report_tells_of_the_tests_that_a_variant_breaks(variant: Variant) -> None:
    said = broken_by(variant.name)

    assert said.count("'s `") == len(variant.breaks)
    assert all(f"{one.suite}'s `{one.test}`: {one.why}" in said for one in variant.breaks)
    assert (said == NONE) == (not variant.breaks)


def test_every_test_that_is_broken_is_so_by_a_variant_there_is() -> None:
    known = tomllib.loads(BROKEN.read_text("utf-8"))["test"]

    assert {name for test in known for name in test["variants"]} <= VARIANTS.keys()


def test_the_table_names_what_fails_only_under_a_variant() -> None:
    heads, installed, copy = table([trial(None), trial(COPY, ["t.py::test_b"], ["t.py::test_c"])])

    assert heads.split("  ")[0] == "suite"
    assert installed.split() == ["AnyIO", "installed", "1", "7", "0"]
    assert copy.split() == ["AnyIO", "copy", "1", "7", "0", "test_b", "test_c"]


def test_every_step_has_a_suite_and_the_copy_comes_first() -> None:
    every = tuple(VARIANTS.values())

    assert concerned(ANYIO, every) == concerned(STARLETTE, every) == (COPY, *STEPS, ALL)
    assert concerned(FASTAPI, every) == (COPY, FUSED, ALL)
    assert concerned(FASTAPI, chosen(["no-scope"])) == ()
    assert concerned(ANYIO, chosen(["no-scope"])) == (COPY, VARIANTS["no-scope"])
    assert concerned(FASTAPI, chosen(["copy"])) == (COPY,)


def test_variants_are_chosen_by_name_in_their_order() -> None:
    assert chosen(["fused", "copy"]) == (COPY, FUSED)
    assert chosen([]) == tuple(VARIANTS.values())


def test_an_unknown_variant_is_one_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["no-such"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("upstream: a variant must be one of copy, no-checkpoint,")
    assert said.err.endswith("but 'no-such' was given\n")


@pytest.mark.parametrize(("breaks", "status"), [((), 0), (("t.py::test_b",), 1)])
def test_the_command_fails_where_a_variant_breaks_what_it_does_not_say(
    breaks: tuple[str, ...],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = sys.modules["bench.upstream.__main__"]
    said = replace(COPY, breaks=())
    monkeypatch.setattr(command, "unpacked", lambda suite: None)
    monkeypatch.setattr(command, "trials", lambda *rest: [trial(said, breaks)])

    assert main(["copy"]) == status
    assert ("must break" in capsys.readouterr().out) == bool(status)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.title)
def test_a_suite_is_of_the_version_that_is_locked(suite: Any) -> None:
    lock = LOCK.read_text("utf-8")
    version, requirement = locked(suite.package, lock)

    assert requirement.startswith(f"{suite.package}=={version} \\\n    --hash=sha256:")
    assert requirement.count("==") == 1


def test_a_package_that_is_not_locked_is_refused() -> None:
    with pytest.raises(UsageError, match="the lock must hold trio, but does not"):
        locked("trio", "trionic==1\n")


def test_an_archive_is_unpacked_beside_itself(tmp_path: Path) -> None:
    archive = tmp_path / "anyio-1.tar.gz"
    with tarfile.open(archive, "w:gz") as written:
        member = tarfile.TarInfo("anyio-1/tests/test_a.py")
        written.addfile(member, io.BytesIO())

    root = extracted(archive)

    assert (root.name, (root / "tests" / "test_a.py").is_file()) == ("anyio-1", True)


@pytest.mark.parametrize("directory", ["tests", "docs"])
def test_a_source_without_tests_is_refused(
    directory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, _ = locked("anyio", LOCK.read_text("utf-8"))
    monkeypatch.setattr(fetching, "OUT", tmp_path)
    (tmp_path / f"anyio-{version}" / directory).mkdir(parents=True)

    if directory == "tests":
        assert fetching.unpacked(ANYIO).name == f"anyio-{version}"
    else:
        with pytest.raises(UsageError, match="must hold tests, but holds none"):
            fetching.unpacked(ANYIO)


def test_what_pip_says_last_is_told_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess((), 1, "", "a\nno such version\n")
    monkeypatch.setattr(subprocess, "run", lambda *rest, **options: failed)

    with pytest.raises(UsageError, match="must download anyio==1, but has failed: no such version"):
        fetching.downloaded("anyio==1 \\\n    --hash=sha256:0", tmp_path)


def test_the_field_of_the_running_handler_is_found_though_an_endpoint_has_two() -> None:
    seen: list[Any] = []

    with remembered() as fields:
        app = FastAPI()

        def read_it() -> Any:
            seen.append(fields.get(read_it))
            return 1

        app.get("/number", response_model=int)(read_it)
        app.get("/text", response_model=None)(read_it)

    client = TestClient(app)
    client.get("/number")
    client.get("/text")

    assert [field and field.field_info.annotation for field in seen] == [int, None]
    assert fields.get(read_it) is None
