"""The result file: whole at every moment, private, read by pyperf, and refused when damaged."""

from __future__ import annotations

import getpass
import gzip
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyperf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.agreement import MUST_AGREE, refuse_incomparable, refuse_unlike, shortened
from bench.errors import UsageError
from bench.every_study import STUDIES
from bench.machine import Machine
from bench.plan import Plan, Visit
from bench.provenance import ROOT
from bench.result_file import CALM, ResultFile, facts_of
from bench.suite import SUFFIX, facts_in, load, refuse_unwritable, save

MakeRun = Callable[[Visit], tuple[pyperf.Run, ...]]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
SUITES = st.fixed_dictionaries(
    {"version": st.just("1.0") | JSON},
    optional={
        "metadata": JSON,
        "benchmarks": JSON
        | st.lists(
            st.fixed_dictionaries(
                {
                    "metadata": JSON | st.dictionaries(st.sampled_from(["name", "loops"]), JSON),
                    "runs": JSON | st.lists(st.dictionaries(st.sampled_from(["values"]), JSON)),
                }
            )
        ),
    },
)


@pytest.fixture
def results(tmp_path: Path, plan: Plan) -> ResultFile:
    return ResultFile(tmp_path / "run.json.gz", facts_of(plan, "all", {"kernel": "Linux 6.1"}))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for one example after the other."""
    return tmp_path_factory.mktemp("scratch") / "run.json.gz"


def refused(path: Path) -> str:
    """The sentence `path` is refused with."""
    with pytest.raises(UsageError) as error:
        load(path)

    return str(error.value)


def written(path: Path, document: Any) -> Path:
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    return path


def metadata_of(path: Path) -> dict[str, Any]:
    """The metadata of the first benchmark of a file."""
    metadata: dict[str, Any] = load(path).get_benchmarks()[0].get_metadata()
    return metadata


# What is written


def test_a_run_is_on_the_disk_when_it_has_been_added(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    visit = next(plan.visits())

    results.add(visit, made_up(visit))

    (benchmark,) = load(results.path).get_benchmarks()
    assert benchmark.get_name() == visit.benchmark.name
    assert benchmark.get_values() == (1e-6, 2e-6)


def test_every_run_carries_its_place_in_the_plan(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    for visit in plan.visits():
        results.add(visit, made_up(visit))

    places = [
        (run.get_metadata()["round"], run.get_metadata()["position"], benchmark.get_name())
        for benchmark in load(results.path).get_benchmarks()
        for run in benchmark.get_runs()
    ]
    expected = [(visit.round, visit.position, visit.benchmark.name) for visit in plan.visits()]
    assert sorted(places) == sorted(expected)
    assert results.visited() == {(round_, position) for round_, position, _ in places}


def test_the_set_up_is_in_the_file(results: ResultFile, plan: Plan, made_up: MakeRun) -> None:
    visit = next(plan.visits())
    results.add(visit, made_up(visit))

    metadata = metadata_of(results.path)

    assert metadata["plan"] == plan.digest
    assert (metadata["seed"], metadata["rounds"], metadata["pinned_cpu"]) == (1, 2, 1)
    assert (metadata["planned_visits"], metadata["selection"]) == (6, "all")
    assert metadata["kernel"] == "Linux 6.1"


def test_what_the_environment_says_is_scrubbed_too(plan: Plan) -> None:
    assert facts_of(plan, "all", {"kernel": "in /home/ada"})["kernel"] == "in <path>"


def test_a_failure_is_recorded_with_its_kind_and_reason(results: ResultFile, plan: Plan) -> None:
    visit = next(plan.visits())

    results.add_failure(visit, "timeout", "it took longer than 60 s")

    metadata = metadata_of(results.path)
    assert metadata["name"] == f"failures/{visit.benchmark.name}"
    assert (metadata["failure_kind"], metadata["failure"]) == (
        "timeout",
        "it took longer than 60 s",
    )
    assert (metadata["subject"], metadata["round"]) == (visit.benchmark.subject, visit.round)


def test_a_failure_is_not_among_the_values(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    visit = next(plan.visits())
    results.add_failure(visit, "crash", "exit status 1")
    results.add(visit, made_up(visit))

    names = {benchmark.get_name() for benchmark in load(results.path).get_benchmarks()}

    assert names == {visit.benchmark.name, f"failures/{visit.benchmark.name}"}


def test_calibrated_loops_are_found_again(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    visit = next(plan.visits())
    results.add(visit, made_up(visit))

    assert results.loops() == {visit.benchmark.name: 10}


def test_what_stops_in_the_middle_leaves_the_old_file_whole(
    results: ResultFile, plan: Plan, made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = plan.visits()
    results.add(first, made_up(first))
    before = results.path.read_bytes()

    def half(suite: pyperf.BenchmarkSuite, name: str, **options: Any) -> None:
        Path(name).write_bytes(before[: len(before) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyperf.BenchmarkSuite, "dump", half)
    with pytest.raises(OSError, match="No space left"):
        results.add(second, made_up(second))

    assert results.path.read_bytes() == before
    assert len(load(results.path).get_benchmarks()) == 1
    assert list(results.path.parent.iterdir()) == [results.path]


def test_a_machine_that_has_changed_is_one_sentence(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    visit = next(plan.visits())
    results.add(visit, made_up(visit))
    before = results.path.read_bytes()
    changed = pyperf.Run((1e-6,), metadata={"name": visit.benchmark.name, "aslr": "none"})

    with pytest.raises(UsageError, match=r"one machine as it was .*aslr"):
        results.add(visit, [changed])

    assert results.path.read_bytes() == before


def test_noise_stands_with_the_first_number_of_a_visit(results: ResultFile, plan: Plan) -> None:
    visit = next(plan.visits())
    runs = [
        pyperf.Run((1e-6,), metadata={"name": name, "duration": 1.0}, collect_metadata=False)
        for name in ("a", "b")
    ]

    results.add(visit, runs, {"others_seconds": 0.5})

    told = [one.get_metadata() for one in results.benchmarks.values()]
    assert [one.get("others_seconds") for one in told] == [0.5, None]


def test_warm_ups_are_kept(results: ResultFile, plan: Plan) -> None:
    visit = next(plan.visits())
    facts = {"name": visit.benchmark.name}
    run = pyperf.Run((1e-6,), warmups=((1, 3e-6),), metadata=facts, collect_metadata=False)
    results.add(visit, [run])

    (kept,) = load(results.path).get_benchmarks()[0].get_runs()
    assert kept.warmups == ((1, 3e-6),)


def test_what_is_so_for_all_of_a_run_no_visit_says_otherwise(
    results: ResultFile, plan: Plan
) -> None:
    visit = next(plan.visits())
    facts = {"name": visit.benchmark.name, "plan": "another", "round": 9}
    results.add(visit, [pyperf.Run((1e-6,), metadata=facts, collect_metadata=False)])

    found = metadata_of(results.path)
    assert (found["plan"], found["round"]) == (plan.digest, visit.round)


def test_the_first_cpu_is_one_to_be_pinned_to(plan: Plan) -> None:
    pinned = [replace(plan, machine=Machine((0, 1), cpu)) for cpu in (0, None)]

    assert [facts_of(one, "all", {}).get("pinned_cpu") for one in pinned] == [0, None]


def test_a_file_is_replaced_in_one_step(real_file: Path, scratch: Path) -> None:
    suite = load(real_file)

    save(suite, scratch)
    save(suite, scratch)

    assert [path.name for path in scratch.parent.iterdir()] == [scratch.name]


@pytest.mark.parametrize("command", ["show", "check", "stats", "metadata", "slowest", "hist"])
def test_pyperf_reads_a_file_with_failures_in_it(real_file: Path, command: str) -> None:
    done = pyperf_command(command, real_file)

    assert (done.returncode, done.stderr) == (0, "")


def test_pyperf_compares_our_files(real_file: Path) -> None:
    done = pyperf_command("compare_to", real_file, real_file)

    assert (done.returncode, done.stderr) == (0, "")


def pyperf_command(command: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pyperf", command, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "private",
    [
        rf"\b{re.escape(socket.gethostname())}\b",
        rf"\b{re.escape(getpass.getuser())}\b",
        re.escape(str(ROOT)),
        re.escape(str(Path.home())),
        re.escape(sys.prefix),
        re.escape(sys.base_prefix),
        r"(?<![\w.])/(root|home|tmp|Users|usr|opt|var)\b",
    ],
    ids=["host", "user", "project", "home", "environment", "python", "path"],
)
def test_a_file_of_real_visits_holds_nothing_private(real_file: Path, private: str) -> None:
    text = gzip.decompress(real_file.read_bytes()).decode()

    assert re.findall(f".{{0,40}}{private}.{{0,40}}", text) == []


# What is read


def test_a_good_file_is_read(real_file: Path) -> None:
    assert len(load(real_file).get_benchmarks()) == 3


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"

    assert refused(path) == f"there is no result file {path}: check the name"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert "is a directory: name the file in it" in refused(tmp_path)


def test_a_name_no_system_allows_is_refused(tmp_path: Path) -> None:
    assert "x" in refused(tmp_path / f"{'x' * 300}.json.gz")


@given(st.data())
def test_a_truncated_file_is_refused(real_file: Path, scratch: Path, data: st.DataObject) -> None:
    whole = real_file.read_bytes()
    length = data.draw(st.integers(0, len(whole) - 1))
    scratch.write_bytes(whole[:length])

    assert "is not a whole pyperf result file" in refused(scratch)


@given(st.data())
def test_a_damaged_file_is_refused_or_read(
    real_file: Path, scratch: Path, data: st.DataObject
) -> None:
    content = bytearray(gzip.decompress(real_file.read_bytes()))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    scratch.write_bytes(gzip.compress(bytes(content), 1))

    assert is_refused_or_read(scratch)


@given(st.data())
def test_a_file_damaged_below_its_compression_is_refused_or_read(
    real_file: Path, scratch: Path, data: st.DataObject
) -> None:
    content = bytearray(real_file.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    scratch.write_bytes(content)

    assert is_refused_or_read(scratch)


@given(st.binary())
def test_random_bytes_are_refused(scratch: Path, content: bytes) -> None:
    scratch.write_bytes(content)

    assert "is not a whole pyperf result file" in refused(scratch)


@given(st.text())
def test_what_is_not_json_is_refused(scratch: Path, text: str) -> None:
    scratch.write_bytes(gzip.compress(f"x{text}".encode("utf-8", "replace")))

    assert "is not a whole pyperf result file" in refused(scratch)


@given(JSON | SUITES)
def test_other_json_is_refused(scratch: Path, document: Any) -> None:
    assert refused(written(scratch, document))


def test_json_nested_too_deep_is_refused(scratch: Path) -> None:
    scratch.write_bytes(gzip.compress(b"[" * 100_000))

    assert "is not a whole pyperf result file" in refused(scratch)


def test_bytes_after_the_end_are_refused(real_file: Path, scratch: Path) -> None:
    scratch.write_bytes(real_file.read_bytes() + b"more")

    assert "is not a whole pyperf result file" in refused(scratch)


@pytest.mark.parametrize("format_", [2, 0, "1", None])
def test_a_file_of_another_format_is_refused(
    real_file: Path, scratch: Path, format_: object
) -> None:
    document = json.loads(gzip.decompress(real_file.read_bytes()))
    document["metadata"]["hopcost_format"] = format_
    if format_ is None:
        del document["metadata"]["hopcost_format"]

    assert f"its format is {format_}" in refused(written(scratch, document))


def test_a_file_that_may_not_be_read_is_refused(
    real_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(gzip, "open", refuse)

    assert "may not be read: check its permissions" in refused(real_file)


def is_refused_or_read(path: Path) -> bool:
    try:
        load(path)
    except UsageError as error:
        return "\n" not in str(error)

    return True


# Where one may write


@pytest.mark.parametrize("name", ["run.json", "run", SUFFIX, "run.json.gz.bak"])
def test_a_name_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"ends in \.json\.gz"):
        refuse_unwritable(tmp_path / name)


def test_an_existing_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    path.write_bytes(b"kept")

    with pytest.raises(UsageError, match="results are never overwritten"):
        refuse_unwritable(path)

    assert path.read_bytes() == b"kept"


def test_a_file_as_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="must be a directory that can be written to"):
        refuse_unwritable(tmp_path / "file" / "run.json.gz")


def test_a_directory_that_may_not_be_written_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)

    with pytest.raises(UsageError, match=r"can be written to \(Permission denied\)"):
        refuse_unwritable(tmp_path / "run.json.gz")


def test_a_name_too_long_to_write_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        refuse_unwritable(tmp_path / f"{'x' * 300}.json.gz")


def test_a_good_place_is_made_and_left_empty(tmp_path: Path) -> None:
    refuse_unwritable(tmp_path / "new" / "run.json.gz")

    assert list((tmp_path / "new").iterdir()) == []


# Where one may go on


@pytest.mark.parametrize(
    "fact",
    [
        *("plan", "hopcost_commit", "distributions", "distributions_with", "python_version"),
        *("kernel", "cpu_model_name", "cpu_count"),
    ],
)
def test_a_run_goes_on_only_where_it_began(real_file: Path, fact: str) -> None:
    here = {**metadata_of(real_file), fact: "x" * 1000}

    with pytest.raises(UsageError) as error:
        refuse_unlike(real_file, load(real_file), here)

    assert f"comes from {MUST_AGREE[fact]} ({fact}: " in str(error.value)
    assert len(str(error.value)) < 400


def test_a_run_that_began_with_a_failure_goes_on_only_where_it_began(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    first, second, *_ = plan.visits()
    results.add_failure(first, "crash", "exit status 1")
    results.add(second, made_up(second))

    with pytest.raises(UsageError, match="comes from another Python"):
        refuse_unlike(results.path, load(results.path), {"python_version": "2.7"})


def test_what_another_python_says_of_itself_is_no_fact_of_the_run(
    results: ResultFile, plan: Plan, made_up: MakeRun
) -> None:
    first, second, *_ = plan.visits()
    (run,) = made_up(first)
    own = run.get_metadata()
    other = {**own, "environment": "3.99", "python_version": "3.99.0 (64-bit)"}
    results.add(first, [pyperf.Run(run.values, metadata=other, collect_metadata=False)])
    alone = facts_in(load(results.path))
    results.add(second, made_up(second))

    assert "python_version" not in alone
    assert facts_in(load(results.path))["python_version"] == own["python_version"]


@pytest.mark.parametrize("fact", ["plan", "hopcost_commit", "distributions", "kernel"])
def test_a_file_that_does_not_say_where_it_began_is_refused(
    real_file: Path, scratch: Path, fact: str
) -> None:
    document = json.loads(gzip.decompress(real_file.read_bytes()))
    del document["metadata"][fact]

    with pytest.raises(UsageError, match=fact):
        refuse_unlike(scratch, load(written(scratch, document)), metadata_of(real_file))


def test_a_run_goes_on_where_everything_agrees(real_file: Path) -> None:
    refuse_unlike(real_file, load(real_file), metadata_of(real_file))


def test_what_a_file_does_not_tell_is_no_other_machine(real_file: Path, scratch: Path) -> None:
    text = gzip.decompress(real_file.read_bytes())
    scratch.write_bytes(gzip.compress(text.replace(b'"cpu_count"', b'"untold"')))

    refuse_incomparable(scratch, STUDIES["harness"], calm=False)


@pytest.mark.parametrize(
    ("was_calm", "words"),
    [
        (True, "was timed with --calm: add --calm, or name another run"),
        (False, "was timed without --calm: leave out --calm, or name another run"),
    ],
)
def test_a_run_is_compared_only_with_one_that_was_timed_the_same_way(
    real_file: Path, scratch: Path, was_calm: bool, words: str
) -> None:
    document = json.loads(gzip.decompress(real_file.read_bytes()))
    document["metadata"] |= {CALM: 3e-5} if was_calm else {}
    path = written(scratch, document)

    refuse_incomparable(path, STUDIES["harness"], calm=was_calm)
    with pytest.raises(UsageError, match=words):
        refuse_incomparable(path, STUDIES["harness"], calm=not was_calm)


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, f"{'x' * 57}...")])
def test_a_fact_is_cut_where_it_is_too_long_for_a_sentence(length: int, shown: str) -> None:
    assert shortened("x" * length) == shown
