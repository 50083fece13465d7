"""Explaining: a name of the report leads to its data, benchmarks, code and command."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from analysis import digits
from analysis.__main__ import main
from analysis.answer import answer_of
from analysis.behind import NAMES
from analysis.catalogue import catalogue
from analysis.committed import RECORDED, REFERENCE
from analysis.explain import code, explain
from analysis.load import load
from analysis.sections import LOADS, SECTIONS, traces
from analysis.source import ROOT
from tests import synthetic, synthetic_traces

pytestmark = pytest.mark.usefixtures("few_resamples")

ROUNDS = 5


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a repository: a made-up run and made-up traces."""
    path = tmp_path_factory.mktemp("root")
    (path / REFERENCE).parent.mkdir(parents=True)
    synthetic.write(path / REFERENCE, synthetic.suite(rounds=ROUNDS))
    synthetic_traces.write_all(path / RECORDED)

    return path


@pytest.fixture(scope="module")
def hop(root: Path) -> str:
    """What is said of a figure."""
    return explain("F-hop", root)


def entry(text: str, label: str) -> str:
    """What stands beside a label, on one line."""
    (found,) = re.findall(rf"^{label:<12}(.*(?:\n {{12}}.*)*)", text, re.MULTILINE)

    return " ".join(found.split())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(root: Path, name: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--explain", name], root) == 2

    return capsys.readouterr().err


def test_every_figure_and_every_study_under_load_has_a_name() -> None:
    figures = {name for name in NAMES if name.startswith("F-")}

    assert figures == {f"F-{name}" for name in (*SECTIONS, *traces.CAPTIONS)}
    assert {f"N-{study}" for study in LOADS} <= set(NAMES)


def test_a_figure_leads_to_its_data(hop: str, root: Path) -> None:
    assert entry(hop, "data") == f"{REFERENCE.name} SHA-256 {sha256(root / REFERENCE)}"
    assert entry(hop, "measured") == "hopcost 0.1.0, commit 0123456789ab, 2025-01-01 00:01"
    assert entry(hop, "sample") == f"{ROUNDS} rounds on one CPU and on all CPUs"
    assert entry(hop, "intervals").startswith("95 % intervals")
    assert entry(hop, "machine") == "Imaginary CPU, 2 CPUs, Linux 6.0"
    assert "fastapi 0.165.0" in entry(hop, "versions")


def test_a_figure_leads_to_all_its_benchmarks_and_no_other(hop: str) -> None:
    names = {spec.name for spec in synthetic.specs() if spec.study == "hop"}

    assert set(entry(hop, "benchmarks").split(", ")) == names


def test_a_figure_leads_to_the_code_that_measured_and_computed_it(hop: str) -> None:
    files = set(re.findall(r"[\w/]+\.py", entry(hop, "code")))

    assert {"bench/studies/hop.py", "bench/timing.py"} <= files
    assert {"analysis/sections/hop.py", "analysis/stats.py"} <= files
    assert "analysis/sections/work.py" not in files
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert code("analysis.stats").count("analysis/stats.py") == 1


def test_a_figure_leads_to_its_file_and_the_commands_that_repeat_and_redraw_it(hop: str) -> None:
    figure = entry(hop, "figure")

    assert figure.startswith("analysis/figures/hop.svg, shown in REPORT.md#F-hop: ")
    assert entry(hop, "repeat") == f"tox -e bench -- hop --rounds {ROUNDS}"
    assert entry(hop, "rebuild") == "tox -e report"


def test_a_figure_is_cited_by_its_own_reference(hop: str, root: Path) -> None:
    assert "@misc{hopcost-0.1.0-F-hop," in hop
    assert hop.count(sha256(root / REFERENCE)) == 3


def test_a_number_is_what_the_answer_says_with_its_own_benchmarks(root: Path) -> None:
    rows = load(root / REFERENCE)
    answer = answer_of(rows, catalogue(rows))
    said = explain("n-endpoint", root)  # whatever its case

    assert entry(said, "found") == " ".join(
        f"{digits.time(one.pair.difference)} {digits.placed(one.placement)}"
        for one in answer.headlines
        if one.pair
    )
    assert set(entry(said, "benchmarks").split(", ")) == {
        f"harness/{subject}@instrument=exchange,placement={placement}"
        for subject in ("def", "async-def")
        for placement in ("one-cpu", "free")
    }
    assert "REPORT.md#F-harness" in entry(said, "figure")
    assert "analysis/answer.py, and what it imports: " in entry(said, "code")


def test_figures_of_traces_lead_to_their_recordings(root: Path) -> None:
    pair = root / RECORDED / "pair-def-vs-async-def.json.gz"
    every = "".join(
        f"{sha256(path)}  {path.name}\n" for path in sorted((root / RECORDED).iterdir())
    )
    lanes, calls = explain("F-traces", root), explain("F-traces-calls", root)

    assert entry(lanes, "data") == f"recorded/{pair.name} SHA-256 {sha256(pair)}"
    assert hashlib.sha256(every.encode()).hexdigest() in entry(calls, "data")
    assert entry(calls, "sample") == "6 recordings"
    assert entry(lanes, "repeat") == "tox -e trace"
    assert "benchmarks" not in lanes
    assert "\n\n\n" not in lanes
    assert "traces/record.py" in entry(lanes, "code")


def test_an_unknown_name_is_refused_in_one_sentence_that_lists_the_known_ones(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(root, "F-hops", capsys)

    assert said.count("\n") == 1
    assert said.startswith("'F-hops' must be the name of a figure or a number")
    assert [name for name in NAMES if name not in said] == []


@pytest.mark.parametrize("name", ["F-work", "N-work"])
def test_what_was_not_measured_is_refused_in_one_sentence(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(root, name, capsys) == (
        f"{name} is not in the committed data: measure it first\n"
    )


@pytest.mark.parametrize("arguments", [["--explain"], ["--explain", "list"]])
def test_without_a_name_all_names_are_listed(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, tmp_path) == 0  # without data too
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)


@pytest.mark.parametrize(
    "others", [["--check"], ["--data", "x", "--out", "y"], ["--png", "x"]], ids=lambda one: one[0]
)
def test_explaining_is_done_alone(others: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--explain", "F-hop", *others])

    assert caught.value.code == 2
