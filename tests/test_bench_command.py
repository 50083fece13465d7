"""python -m bench: what it prints, what it leaves, and one sentence for whatever is wrong."""

from __future__ import annotations

import copy
import functools
import gzip
import json
import operator
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyperf
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
import bench.beginning as beginning
from bench import agreement, beside, environments, options, provenance, rounds
from bench.__main__ import main
from bench.beginning import planned, resumed
from bench.errors import UsageError
from bench.every_study import STUDIES
from bench.handlers import CATALOGUE
from bench.machine import this_machine
from bench.options import as_text, from_text, parser
from bench.plan import Plan, Visit
from bench.result_file import CALM, ResultFile, facts_of
from bench.rounds import Failure
from bench.selection import Selection, selected
from bench.suite import load
from tests.commands import started, wait_for

MakeRun = Callable[[Visit], tuple[pyperf.Run, ...]]
Arguments = list[str]

PLACEMENT = this_machine().placements[0]
TINY = ["harness", "-k", f"no-op*{PLACEMENT}"]
WRONG_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, -0.5, float("nan"), float("inf")),
    *("", "-k", [], [1], {}),
)


@pytest.fixture
def made(made_up: MakeRun, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Places of the visits made; runs and reports are made up, so that nothing takes time."""
    places: list[tuple[int, int]] = []

    def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run:
        places.append((visit.round, visit.position))
        return made_up(visit)

    report = SimpleNamespace(answer=("a hop costs something",), drafts=(), files=(), comparisons=())
    monkeypatch.setattr(rounds, "make", make)
    monkeypatch.setattr(analysis, "render", lambda data, out, earlier: report, raising=False)
    return places


@pytest.fixture
def begun(tmp_path: Path, made: list[tuple[int, int]]) -> Path:
    """A result file with the first of two rounds' visits, as an interrupted run leaves it."""
    path = tmp_path / "begun.json.gz"
    interrupt_after(1, ["harness", "--rounds", "2", "--output", str(path)], made)
    made.clear()
    return path


def interrupt_after(visits: int, arguments: Arguments, made: list[tuple[int, int]]) -> int:
    """Runs the command, and interrupts it as Ctrl-C would when so many visits were made."""
    make = rounds.make

    def until(visit: Visit, plan: Plan, loops: int) -> pyperf.Run | Failure:
        if len(made) == visits:
            raise KeyboardInterrupt

        return make(visit, plan, loops)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "make", until)
        try:
            return main(arguments)
        except KeyboardInterrupt:
            pytest.fail("a traceback")  # and not the end of all tests


def tree(directory: Path) -> dict[str, bytes]:
    """The content of every file below a directory."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def places(path: Path) -> list[tuple[int, int]]:
    return sorted(
        (run.get_metadata()["round"], run.get_metadata()["position"])
        for benchmark in load(path).get_benchmarks()
        for run in benchmark.get_runs()
    )


# What can be measured


def test_list_names_the_studies_and_every_kind_with_its_hops(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    for study in STUDIES:
        assert any(line.startswith(f"{study}: ") and "?" in line for line in lines)

    found = [words[:3] for words in map(str.split, lines) if words and words[0] in CATALOGUE]
    assert [
        [kind.name, str(kind.hops), "hop" if kind.hops == 1 else "hops"]
        for kind in CATALOGUE.values()
    ] == [words for words in found if words[2] in ("hop", "hops")]


def test_list_names_every_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--list"])

    words = set(capsys.readouterr().out.split())
    assert {
        benchmark.subject
        for study in ("handlers", "hop")
        for benchmark in STUDIES[study]
        if benchmark.subject not in words
    } == set()


def test_list_ends_quietly_when_its_reader_does() -> None:
    with started("bench", "--list") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert (process.wait(), process.stderr.read()) == (0, "")


def test_help_names_the_studies(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    assert ", ".join(STUDIES) in capsys.readouterr().out


# What is wrong

BAD: dict[str, Callable[[Path], Arguments]] = {
    "unknown study": lambda path: ["hops"],
    "pattern of nothing": lambda path: ["-k", "nothing"],
    "pattern of nothing in the study": lambda path: ["hop", "-k", "no-op"],
    "no rounds": lambda path: ["--rounds", "0"],
    "rounds below none": lambda path: ["--rounds", "-3"],
    "seed below none": lambda path: ["--seed", "-5"],
    "cpu that does not exist": lambda path: ["--cpu", "999"],
    "output exists": lambda path: ["--output", str(path / "whole.json.gz")],
    "output is a directory": lambda path: ["--output", str(path)],
    "output is a directory of the right name": lambda path: ["--output", str(path / "d.json.gz")],
    "output has another suffix": lambda path: ["--output", str(path / "new.json")],
    "output below a file": lambda path: ["--output", str(path / "text.json.gz" / "new.json.gz")],
    "output below a device": lambda path: ["--output", "/dev/null/new.json.gz"],
    "output in a place for no files": lambda path: ["--output", "/proc/new.json.gz"],
    "output of a long name": lambda path: ["--output", str(path / f"{'x' * 300}.json.gz")],
    "missing": lambda path: ["--resume", str(path / "missing.json.gz")],
    "directory": lambda path: ["--resume", str(path)],
    "long name": lambda path: ["--resume", str(path / f"{'x' * 300}.json.gz")],
    "truncated": lambda path: ["--resume", str(path / "truncated.json.gz")],
    "empty": lambda path: ["--resume", str(path / "empty.json.gz")],
    "text": lambda path: ["--resume", str(path / "text.json.gz")],
    "foreign": lambda path: ["--resume", str(path / "foreign.json.gz")],
    "foreign, not compressed": lambda path: ["--resume", str(path / "foreign.json")],
    "without a plan": lambda path: ["--resume", str(path / "planless.json.gz")],
    "without places": lambda path: ["--resume", str(path / "placeless.json.gz")],
    "of another plan": lambda path: ["--resume", str(path / "other-plan.json.gz")],
    "of a study that is gone": lambda path: ["--resume", str(path / "gone.json.gz")],
    "of a selection that is none": lambda path: ["--resume", str(path / "unselected.json.gz")],
    "resume with a study": lambda path: ["--resume", str(path / "whole.json.gz"), "harness"],
    "resume with a pattern": lambda path: ["--resume", str(path / "whole.json.gz"), "-k", "no-op"],
    "resume with fast": lambda path: ["--resume", str(path / "whole.json.gz"), "--fast"],
    "resume with rounds": lambda path: ["--resume", str(path / "whole.json.gz"), "--rounds", "3"],
    "resume with no rounds": lambda path: ["--resume", str(path / "whole.json.gz"), "--rounds=0"],
    "resume with a seed": lambda path: ["--resume", str(path / "whole.json.gz"), "--seed", "1"],
    "resume with seed 0": lambda path: ["--resume", str(path / "whole.json.gz"), "--seed", "0"],
    "resume with a cpu": lambda path: ["--resume", str(path / "whole.json.gz"), "--cpu", "1"],
    "resume with cpu 0": lambda path: ["--resume", str(path / "whole.json.gz"), "--cpu", "0"],
    "resume with an output": lambda path: [
        *("--resume", str(path / "whole.json.gz")),
        *("--output", str(path / "new.json.gz")),
    ],
}


@pytest.fixture
def files(begun: Path) -> Path:
    """A directory of result files that are whole, damaged or foreign."""
    directory = begun.parent
    whole = begun.read_bytes()
    document = json.loads(gzip.decompress(whole))
    foreign = {"version": "1.0", "benchmarks": [{"runs": [{"values": [1.0]}]}]}
    foreign["metadata"] = {"name": "foreign"}  # type: ignore[assignment]
    content = {
        "whole.json.gz": whole,
        "truncated.json.gz": whole[: len(whole) // 2],
        "empty.json.gz": b"",
        "text.json.gz": b"not a result file",
        "foreign.json": json.dumps(foreign).encode(),
        "foreign.json.gz": compressed(foreign),
        "planless.json.gz": compressed(without(document, "selection")),
        "placeless.json.gz": compressed(without(document, "position")),
        "other-plan.json.gz": compressed({**document, "metadata": other(document, seed=99)}),
        "unselected.json.gz": compressed({**document, "metadata": other(document, selection="-k")}),
        "gone.json.gz": compressed({**document, "metadata": other(document, selection="cost")}),
    }
    for name, data in content.items():
        (directory / name).write_bytes(data)

    (directory / "d.json.gz").mkdir()
    return directory


def compressed(document: Any) -> bytes:
    return gzip.compress(json.dumps(document).encode())


def other(document: dict[str, Any], **facts: object) -> dict[str, Any]:
    return {**document["metadata"], **facts}


def without(document: Any, fact: str) -> Any:
    """The same JSON without any key `fact`."""
    if isinstance(document, dict):
        return {key: without(value, fact) for key, value in document.items() if key != fact}

    if isinstance(document, list):
        return [without(value, fact) for value in document]

    return document


@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_one_sentence_and_changes_nothing(
    files: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    before = tree(files)
    capsys.readouterr()

    status = main(BAD[bad](files))

    error = capsys.readouterr().err
    assert status == 2
    assert error.startswith("bench: ")
    assert error.count("\n") == 1
    assert (tree(files), made) == (before, [])


def test_bad_input_of_the_real_command_leaves_no_traceback(tmp_path: Path) -> None:
    process = started("bench", "--resume", str(tmp_path))

    output, error = process.communicate()

    assert (process.returncode, output) == (2, "")
    assert error.startswith("bench: ")
    assert error.count("\n") == 1


def test_a_full_disk_is_one_sentence_and_leaves_the_file_whole(
    begun: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = begun.read_bytes()
    capsys.readouterr()

    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyperf.BenchmarkSuite, "dump", full)
    status = main(["--resume", str(begun)])

    error = capsys.readouterr().err
    assert (status, error.count("\n")) == (2, 1)
    assert "No space left on device" in error
    assert begun.read_bytes() == before


def test_data_the_report_refuses_is_one_sentence(
    tmp_path: Path,
    made: list[tuple[int, int]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from analysis.metadata import InputError

    def refuse(data: Path, out: Path, earlier: Path | None) -> None:
        raise InputError("the folder of the report must be writable, it is not")

    monkeypatch.setattr(analysis, "render", refuse, raising=False)
    status = main([*TINY, "--rounds", "1", "--output", str(tmp_path / "run.json.gz")])

    assert status != 0
    assert capsys.readouterr().err == (
        "bench: the folder of the report must be writable, it is not\n"
    )


# What is left


def test_a_run_leaves_its_file_and_says_where(
    tmp_path: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json.gz"

    assert main([*TINY, "--rounds", "3", "--seed", "5", "--output", str(path)]) == 0

    output = capsys.readouterr().out
    assert made == places(path) == [(1, 1), (2, 1), (3, 1)]
    assert "a hop costs something" in output
    assert f"results: {path}" in output
    assert f"report:  {tmp_path / 'run' / 'REPORT.md'}" in output


def test_a_draft_is_called_so(
    tmp_path: Path,
    made: list[tuple[int, int]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = SimpleNamespace(
        answer=("an answer",), drafts=("it has [one] round",), files=(), comparisons=()
    )
    monkeypatch.setattr(analysis, "render", lambda data, out, earlier: report, raising=False)
    main([*TINY, "--rounds", "1", "--output", str(tmp_path / "run.json.gz")])

    assert "DRAFT: it has [one] round\n" in capsys.readouterr().out


def test_a_path_is_printed_as_it_is(
    tmp_path: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run[bold].json.gz"

    main([*TINY, "--rounds", "1", "--output", str(path)])

    assert capsys.readouterr().out.count("run[bold]") == 2


def test_without_a_name_the_file_is_under_out(
    tmp_path: Path, made: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginning, "OUT", tmp_path / "out")

    main([*TINY, "--rounds", "1"])

    (path,) = (tmp_path / "out").glob("*.json.gz")
    assert places(path) == [(1, 1)]


@pytest.mark.parametrize(
    ("arguments", "rounds_"),
    [
        ([], options.DEFAULT_ROUNDS),
        (["--fast"], options.FAST_ROUNDS),
        (["--fast", "--rounds=2"], 2),
    ],
)
def test_the_rounds_are_those_asked_for(
    tmp_path: Path, made: list[tuple[int, int]], arguments: Arguments, rounds_: int
) -> None:
    main([*TINY, *arguments, "--output", str(tmp_path / "run.json.gz")])

    assert len(made) == rounds_


def test_a_visit_that_fails_gives_status_one(
    tmp_path: Path,
    made: list[tuple[int, int]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "make", lambda visit, plan, loops: Failure("crash", "it was lost"))

    status = main([*TINY, "--rounds", "2", "--output", str(tmp_path / "run.json.gz")])

    output = capsys.readouterr().out
    assert status == 1
    assert output.count("crash: it was lost") == 2
    assert "1 benchmarks failed" in output or "1 benchmark failed" in output


def test_progress_is_plain_lines_where_there_is_no_terminal(
    tmp_path: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    main([*TINY, "--rounds", "3", "--output", str(tmp_path / "run.json.gz")])

    output = capsys.readouterr().out
    assert re.findall(r"(round .+), \d+ (?:s|min) left\n", output) == [
        "round 1 of 3, 1 of 3 visits",
        "round 2 of 3, 2 of 3 visits",
        "round 3 of 3, 3 of 3 visits",
    ]
    assert "\x1b" not in output


# Going on


def test_an_interruption_leaves_a_file_and_says_how_to_go_on(
    tmp_path: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json.gz"

    status = interrupt_after(2, [*TINY, "--rounds", "3", "--output", str(path)], made)

    output = capsys.readouterr().out
    assert status == 130
    assert "2 of 3 visits are saved" in output
    assert f"--resume {path}" in output
    assert places(path) == [(1, 1), (2, 1)]


def test_an_interruption_before_the_first_visit_names_no_file_that_is_not_there(
    tmp_path: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json.gz"

    assert interrupt_after(0, [*TINY, "--output", str(path)], made) == 130

    assert path.exists() or "--resume" not in capsys.readouterr().out


def test_an_interruption_of_the_report_is_no_traceback(
    tmp_path: Path, made: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(data: Path, out: Path, earlier: Path | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analysis, "render", interrupt, raising=False)
    try:
        status = main([*TINY, "--rounds", "1", "--output", str(tmp_path / "run.json.gz")])
    except KeyboardInterrupt:
        pytest.fail("a traceback")  # and not the end of all tests

    assert status == 130


def test_a_run_goes_on_where_it_stopped(begun: Path, made: list[tuple[int, int]]) -> None:
    (first,) = places(begun)

    assert main(["--resume", str(begun)]) == 0

    assert first not in made
    assert sorted([first, *made]) == places(begun)
    assert len(places(begun)) == len(set(places(begun)))


def test_a_run_that_is_complete_only_answers_again(
    begun: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--resume", str(begun)])
    before = begun.read_bytes()
    made.clear()

    assert main(["--resume", str(begun)]) == 0
    assert (made, begun.read_bytes()) == ([], before)


def test_a_run_whose_first_visit_failed_goes_on(
    tmp_path: Path, made: list[tuple[int, int]], made_up: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json.gz"

    def make(visit: Visit, plan: Plan, loops: int) -> pyperf.Run | Failure:
        made.append((visit.round, visit.position))
        return Failure("crash", "it was lost") if len(made) == 1 else made_up(visit)

    monkeypatch.setattr(rounds, "make", make)
    interrupt_after(2, [*TINY, "--rounds", "3", "--output", str(path)], made)

    assert main(["--resume", str(path)]) == 1
    assert places(path) == [(1, 1), (2, 1), (3, 1)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["-k", "/no-op"],
        ["harness", "-k", "*/no-op@*one-cpu"],
        ["harness", "hop", "-k", "call"],
        ["-k=-op"],
        ["--fast", "-k", "no-op"],
        ["-k", "no-op", "--seed", "0", "--cpu", "0"],
    ],
)
def test_any_selection_goes_on(
    tmp_path: Path, made: list[tuple[int, int]], arguments: Arguments
) -> None:
    if this_machine().pinned_cpu is None and "--cpu" in arguments:
        pytest.skip("this system cannot pin")

    path = tmp_path / "run.json.gz"
    interrupt_after(1, [*arguments, "--rounds", "2", "--output", str(path)], made)

    assert main(["--resume", str(path)]) == 0
    assert len(set(made)) == len(made) == len(places(path))


@given(
    st.builds(
        Selection,
        st.lists(st.sampled_from(list(STUDIES)), unique=True).map(tuple),
        st.text(st.characters(exclude_categories=["C", "Z"])),
        st.booleans(),
    )
)
def test_a_selection_is_read_as_it_was_written(selection: Selection) -> None:
    assert from_text(as_text(selection)) == selection


@pytest.fixture(scope="module")
def same_environment() -> Iterator[None]:
    """Looks at the environment once, not for every example."""
    environment, machine = provenance.of_this_environment(), provenance.of_this_machine()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "of_this_environment", lambda: environment)
        patch.setattr(provenance, "of_this_machine", lambda: machine)
        yield


@pytest.mark.usefixtures("same_environment")
@pytest.mark.parametrize("wrong", WRONG_VALUES)
def test_a_file_with_one_wrong_value_is_refused_or_goes_on(
    tmp_path: Path, made_up: MakeRun, wrong: object
) -> None:
    path = tmp_path / "run.json.gz"
    whole = begun_document(path, made_up)
    for *way, key in ways_in(whole):
        document = copy.deepcopy(whole)
        functools.reduce(operator.getitem, way, document)[key] = wrong
        path.write_bytes(compressed(document))
        assert goes_on_or_is_refused(path)


def goes_on_or_is_refused(path: Path) -> bool:
    try:
        plan, results = resumed(parser().parse_args(["--resume", str(path)]))
    except UsageError as error:
        return "\n" not in str(error)

    loops = results.loops().values()
    planned = {(visit.round, visit.position) for visit in plan.visits()}
    return results.visited() <= planned and all(count > 0 for count in loops)


def begun_document(path: Path, made_up: MakeRun) -> Any:
    """The JSON of a run that was begun here."""
    selection = Selection(("harness",), "no-op")
    plan = Plan(selected(selection, this_machine().placements), 2, 1, this_machine())
    facts = facts_of(plan, as_text(selection), provenance.of_this_environment())
    results = ResultFile(path, facts)
    visit = next(plan.visits())
    results.add(visit, made_up(visit))
    return json.loads(gzip.decompress(path.read_bytes()))


def ways_in(document: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The keys that lead to every value of a JSON document."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        pairs = list(document.items())
    elif isinstance(document, list):
        pairs = list(enumerate(document))

    for key, value in pairs:
        yield (*way, key)
        yield from ways_in(value, (*way, key))


# The real thing


def test_a_real_run_measures_answers_and_reports(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    process = started("bench", *TINY, "--rounds", "1", "--output", str(path))

    output, error = process.communicate()

    assert (process.returncode, error) == (0, "")
    assert places(path) == [(1, 1)]
    assert (tmp_path / "run" / "REPORT.md").is_file()
    assert str(path) in output


def test_a_real_run_of_calm_moments_goes_on_as_one(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    process = started("bench", *TINY, "--calm", "--rounds", "1000", "--output", str(path))
    wait_for(path, process)
    process.send_signal(signal.SIGINT)
    process.communicate()
    saved = len(places(path))

    with planned(parser().parse_args(["--resume", str(path)])) as (plan, results):
        assert 0 < plan.calm_stretch_seconds == results.facts[CALM]
        assert len(results.visited()) == saved > 0

    runs = [run.get_metadata() for one in load(path).get_benchmarks() for run in one.get_runs()]
    assert all(run["batches_tried"] >= run["batches_counted"] > 1 for run in runs)


def test_a_run_of_calm_moments_is_not_warned_of_busy_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.__main__.slowed", lambda: 1.9)
    monkeypatch.setattr(beginning, "shortest_stretch", lambda: 1.0)
    monkeypatch.setattr("bench.__main__.answer", lambda *_: None)
    for number, calm in enumerate(([], ["--calm"])):
        path = tmp_path / f"{number}.json.gz"
        assert main([*TINY, *calm, "--rounds", "1", "--output", str(path)]) == 0
        told = capsys.readouterr()
        assert ("1.90 times" in told.out) is not bool(calm)
        assert ("calm moments only" in told.err) is bool(calm)


def test_a_run_of_calm_moments_is_compared_with_none_of_all_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(beginning, "shortest_stretch", lambda: 1.0)
    monkeypatch.setattr("bench.__main__.answer", lambda *_: None)
    monkeypatch.setattr("bench.__main__.slowed", lambda: 1.0)
    every, calm = tmp_path / "every.json.gz", tmp_path / "calm.json.gz"
    assert main([*TINY, "--rounds", "1", "--output", str(every)]) == 0
    assert main([*TINY, "--calm", "--rounds", "1", "--output", str(calm)]) == 0
    capsys.readouterr()

    again = [*TINY, "--rounds", "1", "--output", str(tmp_path / "new.json.gz")]
    for arguments in (
        [*again, "--calm", "--compare", str(every)],
        [*again, "--compare", str(calm)],
        ["--resume", str(calm), "--compare", str(every)],
        ["--resume", str(every), "--compare", str(calm)],
    ):
        assert main(arguments) == 2
        assert "a run that was timed the same way" in capsys.readouterr().err

    assert main(["--resume", str(calm), "--compare", str(calm)]) == 0


def test_ctrl_c_leaves_a_file_and_says_how_to_go_on(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    process = started("bench", *TINY, "--rounds", "1000", "--output", str(path))
    wait_for(path, process)

    process.send_signal(signal.SIGINT)
    output, error = process.communicate()

    assert (process.returncode, error) == (130, "")
    assert f"--resume {path}" in output
    assert places(path)[0] == (1, 1)


@pytest.mark.parametrize(
    ("studies", "rounds_"),
    [
        (("harness", "hop"), options.DEFAULT_ROUNDS),
        (("work",), options.DEFAULT_ROUNDS),
        (("hop", "server"), options.SERVER_ROUNDS),
        (("all",), options.SERVER_ROUNDS),
    ],
)
def test_the_study_with_long_rounds_has_fewer(studies: tuple[str, ...], rounds_: int) -> None:
    assert options.usual_rounds(Selection(studies)) == rounds_


# What a change does


@pytest.fixture
def equipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Versions whose environment is there: it is this one."""
    versions = "anyio==0.0.1"
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "environments")
    monkeypatch.setattr(environments, "python_in", lambda place: sys.executable)
    place = environments.directory(f"with {versions}")
    place.mkdir(parents=True)
    (place / environments.COMPLETE).touch()
    return versions


def test_other_versions_are_visited_in_the_same_rounds_and_compared(
    tmp_path: Path, equipped: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json.gz"
    asked = ["harness", "-k", "no-op", "--rounds", "2", "--with", equipped, "--output", str(path)]

    assert main(asked) == 0

    names = {str(one.get_name()): one.get_nrun() for one in load(path).get_benchmarks()}
    placements = this_machine().placements
    assert names == {
        f"harness/no-op@instrument=exchange,{versions}placement={placement}": 2
        for placement in placements
        for versions in ("", f"with={equipped},")
    }
    assert f"What does {equipped} change? Of {len(placements)} numbers" in capsys.readouterr().out
    assert equipped in (tmp_path / "run" / "COMPARISON.md").read_text()


def test_a_run_with_other_versions_is_resumed_with_them(
    tmp_path: Path, equipped: str, made: list[tuple[int, int]]
) -> None:
    path = tmp_path / "run.json.gz"
    asked = ["harness", "-k", "no-op", "--rounds", "2", "--with", equipped, "--output", str(path)]
    interrupt_after(3, asked, made)

    assert main(["--resume", str(path)]) == 0
    assert places(path) == [
        (number, position)
        for number in (1, 2)
        for position in range(1, 2 * len(this_machine().placements) + 1)
    ]


def test_a_run_is_compared_with_an_earlier_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.json.gz", tmp_path / "new.json.gz"
    asked = ["harness", "-k", "no-op", "--rounds", "2"]

    assert main([*asked, "--output", str(old)]) == 0
    assert main([*asked, "--output", str(new), "--compare", str(old)]) == 0
    assert "What changed since old.json.gz?" in capsys.readouterr().out


def test_a_run_of_another_machine_is_refused_before_anything_is_measured(
    tmp_path: Path,
    real_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(agreement, "of_this_machine", lambda: {"cpu_model_name": "Another CPU"})
    asked = ["harness", "--output", str(tmp_path / "new.json.gz"), "--compare", str(real_file)]

    assert main(asked) == 2
    said = capsys.readouterr().err
    assert "--compare takes a run of this machine and Python, " in said
    assert "tox -e report -- --data A B --out DIR" in said
    assert not (tmp_path / "new.json.gz").exists()


def test_a_run_of_other_benchmarks_is_refused_before_anything_is_measured(
    begun: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "new.json.gz"
    asked = ["handlers", "-k", "def-model", "--output", str(output), "--compare", str(begun)]

    assert main(asked) == 2
    assert "has none of these" in capsys.readouterr().err
    assert not output.exists()


def test_what_cannot_be_compared_leaves_the_report_and_says_why(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    render = analysis.render

    def refuse(data: Path, out: Path, earlier: Path | None) -> Any:
        if earlier is not None:
            raise analysis.InputError("they have no round in common")

        return render(data, out, earlier=None)

    monkeypatch.setattr(analysis, "render", refuse)

    assert main(["--resume", str(begun), "--compare", str(begun)]) == 2
    said = capsys.readouterr()
    assert "results: " in said.out
    assert "what changed cannot be told: they have no round in common" in said.err


def test_an_interrupted_comparison_says_how_to_go_on_with_it(
    begun: Path, tmp_path: Path, made: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.json.gz"
    asked = ["harness", "--rounds", "2", "--output", str(path), "--compare", str(begun)]

    assert interrupt_after(1, asked, made) == 130
    assert f"--resume {path} --compare {begun}" in capsys.readouterr().out


def test_an_interruption_while_environments_are_made_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(beginning, "equipped", interrupt)

    assert main(["harness", "--output", str(tmp_path / "new.json.gz")]) == 130
    assert "nothing is saved" in capsys.readouterr().out


def test_nothing_is_built_for_what_is_refused_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    monkeypatch.setattr(beside, "named", lambda text, say: built.append(text))

    assert main(["--rounds", "0", "--with", str(tmp_path)]) == 2
    assert built == []


def test_a_resumed_run_may_be_compared(begun: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json.gz"
    earlier.write_bytes(begun.read_bytes())

    assert main(["--resume", str(begun), "--compare", str(earlier)]) == 0
