"""The report: the same bytes from the same data, one sentence for what cannot be used."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from analysis.__main__ import check, main
from analysis.committed import PAGE, RECORDED, REFERENCE, REPEATED
from analysis.digits import MICRO
from analysis.figures import blank, house_style, svg
from analysis.metadata import InputError
from analysis.named import WHAT
from analysis.page import escaped
from analysis.report import WEB_PAGE, Documents, documents, render, web_page
from analysis.rules import CALM
from analysis.sections import EXCHANGES, LOADS
from analysis.source import ROOT
from analysis.visit import Fact
from analysis.writing import write_all
from tests import synthetic, synthetic_traces

pytestmark = pytest.mark.usefixtures("few_resamples")

ROUNDS = 5
QUIET = 0.002
OF_STUDIES = {f"analysis/figures/{study}.svg" for study in EXCHANGES}
OF_TRACES = {"analysis/figures/traces.svg", "analysis/figures/traces-calls.svg"}
FIGURES = OF_STUDIES | OF_TRACES
SCREENSHOT = "traces/pair-def-vs-async-def.png"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole made-up run."""
    path = tmp_path_factory.mktemp("data") / "data.json.gz"

    return synthetic.write(path, synthetic.suite(rounds=ROUNDS, spread=QUIET))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up traces."""
    return synthetic_traces.write_all(tmp_path_factory.mktemp("traces") / RECORDED.name)


@pytest.fixture(scope="module")
def made(data: Path, recorded: Path) -> Documents:
    """Their report."""
    return documents(data, recorded=recorded)


@pytest.fixture(scope="module")
def alone(data: Path) -> Documents:
    """The report of the run without the traces."""
    return documents(data)


def test_runs_of_another_host_are_compared_with_each_other(tmp_path: Path) -> None:
    paths = [
        tmp_path / f"{name}.json.gz" for name in ("here", "there", "there-again", "there-later")
    ]
    failing = [("harness/no-op@instrument=exchange,placement=one-cpu", 1)]
    for seed, path in enumerate(paths, 1):
        there: dict[str, Fact] = {"kernel": "another", CALM: seed * 1e-5}
        suite = synthetic.suite(
            rounds=ROUNDS,
            seed=seed,
            spread=QUIET,
            facts={} if seed == 1 else there,
            failing=[] if seed == 1 else failing,
        )
        synthetic.write(path, suite)

    text = documents(paths[0], elsewhere=paths[1:]).content[PAGE].decode()

    assert "**On another host.** `there.json.gz`, 5 rounds from 2025-01-01 00:01, calm mo" in text
    assert text.count("**On another host.**") == 1
    assert re.search(
        r"^Of \d+ headlines, \d+ have come back\. Were .*, about \d+ would ", text, re.MULTILINE
    )
    assert "only (`tox -e bench -- --calm --rounds 5`), " in text
    assert text.count("By its own bars it is a draft: 1 failed visit, of ") == 3
    assert "): `there-again.json.gz` after `there.json.gz` | " in text
    assert "): `there-later.json.gz` after `there.json.gz` | " in text
    assert "came back |" in text
    assert "**Calm moments.**" in text
    assert "| `there.json.gz` | 2025-01-01 00:01 | `harness`, calm moments |" in text


def test_a_page_of_calm_moments_says_so_and_is_repeated_as_one(tmp_path: Path) -> None:
    path = tmp_path / "calm.json.gz"
    tree: dict[str, Any] = synthetic.tree_of(synthetic.suite(rounds=ROUNDS, facts={CALM: 26.1e-6}))
    for benchmark in tree["benchmarks"]:
        for run in benchmark["runs"]:
            run["metadata"] |= {"batches_tried": 200, "batches_counted": 160}

    text = documents(synthetic.write(path, tree)).content[PAGE].decode()

    assert "Moments count only in which no other guest of the host slowed the CPU down" in text
    assert "tox -e bench -- --calm`" in text
    assert "`tox -e bench -- harness --calm --rounds 5`" in text
    assert "80 % of the " in text
    assert f"tells calm moments | 26 {MICRO} |" in text
    assert "calm stretch seconds" not in text


def test_without_calm_moments_the_page_has_no_word_of_them(alone: Documents) -> None:
    assert "calm" not in alone.content[PAGE].decode().lower()


@pytest.fixture(scope="module")
def committed(data: Path, made: Documents) -> Documents:
    """Their report, as it is where the run has the name of the committed one."""
    page = text_of(made).replace(data.name, REFERENCE.name)

    return replace(made, content={**made.content, PAGE: page.encode()})


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, data: Path, recorded: Path, committed: Documents
) -> Path:
    """A repository with those data, those traces and their report."""
    path = tmp_path_factory.mktemp("built")
    (path / REFERENCE).parent.mkdir(parents=True)
    (path / REFERENCE).write_bytes(data.read_bytes())
    shutil.copytree(recorded, path / RECORDED)
    write_all(path, committed.content)

    return path


@pytest.fixture
def root(tmp_path: Path, built: Path) -> Path:
    """A copy of that repository, to be spoilt."""
    return shutil.copytree(built, tmp_path / "root")


def text_of(made: Documents) -> str:
    return made.content[PAGE].decode()


def checked(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["--check"], root)

    return status, capsys.readouterr().err


def test_rebuilding_gives_the_same_bytes(data: Path, recorded: Path, made: Documents) -> None:
    assert documents(data, recorded=recorded).content == made.content


def test_another_process_gives_the_same_bytes(data: Path, tmp_path: Path, made: Documents) -> None:
    arguments = ["--data", str(data), "--out", str(tmp_path)]
    environment = {**os.environ, "PYTHONHASHSEED": "123", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-m", "analysis", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    figure = tmp_path / "figures" / "hop.svg"
    written = files_of(tmp_path)
    web = written.pop(WEB_PAGE)

    assert done.stderr == b""
    assert web_page(replace(made, content=written)) == web
    assert figure.read_bytes() == made.content["analysis/figures/hop.svg"]


def files_of(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def test_the_report_is_a_page_a_figure_per_study_and_two_of_traces(made: Documents) -> None:
    assert set(made.content) == {PAGE, *FIGURES}


def test_the_report_of_data_alone_has_no_section_of_traces(
    alone: Documents, made: Documents
) -> None:
    assert set(alone.content) == {PAGE, *OF_STUDIES}
    assert "Durations in traces" in text_of(made)
    assert "Durations in traces" not in text_of(alone)
    assert "tox -e trace" not in text_of(alone)


def test_traces_change_nothing_in_the_figures_and_the_answer_of_a_run(
    alone: Documents, made: Documents
) -> None:
    assert {name: alone.content[name] for name in OF_STUDIES} == {
        name: made.content[name] for name in OF_STUDIES
    }
    assert alone.answer == made.answer


def test_check_passes_on_what_was_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(root, capsys) == (0, "")


def test_check_fails_after_one_digit_of_the_data_is_changed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = gzip.decompress((root / REFERENCE).read_bytes()).decode()
    changed = re.sub(r'(?<="values": \[\d\.\d{9})\d', one_more, text, count=1)
    (root / REFERENCE).write_bytes(synthetic.zipped(changed.encode()))
    status, said = checked(root, capsys)

    assert status == 1
    assert f"{PAGE} is not what the data give" in said


def test_check_fails_after_one_call_of_a_trace_is_removed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = synthetic_traces.of_kind("def", synthetic_traces.DEF, "async-def")
    synthetic_traces.write(root / RECORDED, tree)
    same, _ = checked(root, capsys)
    calls = [event for event in tree["traceEvents"] if event["name"] == "str.encode"]
    tree["traceEvents"].remove(*calls)
    synthetic_traces.write(root / RECORDED, tree)
    status, said = checked(root, capsys)

    assert (same, status) == (0, 1)
    assert f"{PAGE} is not what the data give" in said
    assert "analysis/figures/traces-calls.svg is not what the data give" in said


def test_a_trace_of_other_durations_changes_nothing_but_its_checksum(
    root: Path, committed: Documents
) -> None:
    tree = synthetic_traces.of_kind("def", synthetic_traces.DEF, "async-def")
    for event in tree["traceEvents"]:
        event |= {key: 3 * event[key] for key in ("ts", "dur") if key in event}

    synthetic_traces.write(root / RECORDED, tree)
    found = documents(root / REFERENCE, recorded=root / RECORDED)
    changed = [name for name in found.content if found.content[name] != committed.content[name]]
    lines = zip(text_of(found).splitlines(), text_of(committed).splitlines(), strict=True)

    # The small print holds a checksum, too: in this figure that of all traces.
    assert sorted(changed) == [PAGE, "analysis/figures/traces-calls.svg"]
    assert [one.partition(", SHA-256 ")[0] for one, other in lines if one != other] == [
        "Data: `recorded/*.json.gz`"
    ]


def test_check_fails_after_the_traces_are_removed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(root / RECORDED)
    status, said = checked(root, capsys)

    assert status == 1
    assert "analysis/figures/traces.svg belongs to no study: remove it" in said


def one_more(digit: re.Match[str]) -> str:
    return str((int(digit[0]) + 1) % 10)


@pytest.mark.parametrize("name", sorted({PAGE, *FIGURES}))
def test_check_names_the_file_that_differs(
    committed: Documents, root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / name).write_bytes((root / name).read_bytes().replace(b"1", b"2", 1))

    assert check(committed, root) == 1
    assert capsys.readouterr().err == f"{name} is not what the data give: run `tox -e report`\n"


def test_check_names_a_figure_of_no_study(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "analysis/figures/old.svg").write_text("<svg/>")

    assert checked(root, capsys)[0] == 1


def test_check_writes_nothing(root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    (root / PAGE).unlink()
    main(["--check"], root)

    assert not (root / PAGE).exists()
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == {
        path: time for path, time in before.items() if path.is_file()
    }


def test_render_writes_below_the_folder_it_is_given(data: Path, tmp_path: Path) -> None:
    report = render(data, tmp_path / "new" / "place")  # of somebody's own data: without traces
    names = {path.relative_to(tmp_path / "new" / "place").as_posix() for path in report.files}

    assert names == {PAGE, WEB_PAGE, *(f"figures/{study}.svg" for study in EXCHANGES)}
    page = (tmp_path / "new" / "place" / PAGE).read_text("utf-8")

    assert "](figures/hop.svg)" in page
    assert "--explain" not in page  # which speaks of the committed data


def test_the_report_is_written_as_one_page_too(root: Path) -> None:
    assert main([], root) == 0
    page = (root / "out" / WEB_PAGE).read_text("utf-8")

    assert page.count("data:image/svg+xml") == len(FIGURES)


def test_the_answer_is_five_lines_of_the_report(made: Documents) -> None:
    lines = made.answer

    assert len(lines) == 5
    assert [line for line in lines if line not in text_of(made)] == []


def test_the_answer_holds_what_was_put_in(tmp_path: Path) -> None:
    plan = synthetic.specs(hop={"one-cpu": 66.0})
    path = synthetic.write(tmp_path / "a.json.gz", synthetic.suite(plan, spread=1e-5, rounds=9))
    lines = documents(path).answer

    assert "costs 67" in lines[0]  # 66, times the drift of the machine
    assert "on all CPUs" not in " ".join(lines)


def test_figures_are_svg_that_knows_the_dark(made: Documents) -> None:
    for name in FIGURES:
        tree = ElementTree.fromstring(made.content[name])

        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert b"prefers-color-scheme: dark" in made.content[name]
        assert b"<dc:date>" not in made.content[name]


def test_a_figure_hides_no_colour_from_the_dark(made: Documents) -> None:
    for name in FIGURES:
        text = made.content[name].decode()
        drawn = set(re.findall(r'style="[^"]*?(#[0-9a-f]{6})', text))
        known = set(re.findall(r'style\*="(?:fill|stroke): (#[0-9a-f]{6})', text))

        assert drawn <= known


def test_the_page_shows_every_figure_with_words(made: Documents) -> None:
    shown = re.findall(r"^!\[(.{40,})\]\((.+)\)$", text_of(made), re.MULTILINE)

    assert {path for _, path in shown} == {*FIGURES, SCREENSHOT}


def captions_of(text: str) -> dict[str, str]:
    """The caption of every figure, by its path; a figure without an anchor has none."""
    shown = r'^<a id="(.+)"></a>\n\n!\[.+\]\((.+)\)\n\n\*\*\1\.\*\* ((?:.+\n)+)'

    return {path: caption for _, path, caption in re.findall(shown, text, re.MULTILINE)}


def test_every_figure_has_a_caption_under_an_identifier_that_lasts(made: Documents) -> None:
    anchors = re.findall(r'^<a id="(.+)"></a>$', text_of(made), re.MULTILINE)

    assert set(captions_of(text_of(made))) == {*FIGURES, SCREENSHOT}
    assert sorted(anchors) == sorted(
        [*(f"F-{Path(name).stem}" for name in FIGURES), "F-traces-perfetto"]
    )


def test_a_caption_of_a_run_stands_alone(made: Documents, data: Path) -> None:
    caption = captions_of(text_of(made))["analysis/figures/hop.svg"]
    digest = hashlib.sha256(data.read_bytes()).hexdigest()

    assert caption.splitlines()[1:] == [
        f"{ROUNDS} rounds on one CPU and on all CPUs; 95 % intervals over rounds, by Student's t.",
        (
            "Imaginary CPU, 2 CPUs, Linux 6.0; Python 3.13.0 (64-bit), fastapi 0.165.0, "
            "starlette 1.10.0, anyio 4.16.0; hopcost 0.1.0, commit 0123456789ab, 2025-01-01 00:01."
        ),
        f"Data: `{data.name}`, SHA-256 `{digest[:12]}`.",
        f"To repeat it: `tox -e bench -- hop --rounds {ROUNDS}`.",
    ]


def test_a_caption_of_traces_stands_alone(made: Documents, recorded: Path) -> None:
    caption = captions_of(text_of(made))["analysis/figures/traces.svg"]
    pair = recorded / "pair-def-vs-async-def.json.gz"

    assert "the axis counts calls, not time." in caption
    assert "1 recording; calls are counted exactly" in caption
    assert "Any machine: threads take turns" in caption
    assert "Python 3.13.0, " in caption
    assert f"SHA-256 `{hashlib.sha256(pair.read_bytes()).hexdigest()[:12]}`." in caption
    assert caption.endswith("To repeat it: `tox -e trace`.\n")


def test_the_page_says_how_to_cite_it_and_a_figure(made: Documents, data: Path) -> None:
    text = text_of(made).partition("## How to cite")[2]
    digest = hashlib.sha256(data.read_bytes()).hexdigest()

    assert re.findall(r"^@misc\{(.+),$", text, re.MULTILINE) == [
        "hopcost-0.1.0",
        "hopcost-0.1.0-F-hop",
    ]
    assert text.count(digest) == 4
    assert made.references in text_of(made)


def test_every_number_of_the_answer_has_a_name(made: Documents) -> None:
    rows = re.findall(r"^\| (N-\S+) \| .+ \| (.+) \| \[(F-\S+)\]", text_of(made), re.MULTILINE)
    found = dict.fromkeys(name for name, _, _ in rows)

    assert list(found) == [name for name in WHAT if name.removeprefix("N-") not in LOADS]
    assert {figure for _, _, figure in rows} == {"F-harness", "F-handlers", "F-hop"}
    assert rows[0][1].partition(" on one CPU")[0] in made.answer[0]


def test_a_hop_is_so_much_of_a_request_a_hundred_times_as_long(made: Documents) -> None:
    rows = dict(
        re.findall(
            r"^\| (N-endpoint|N-negligible) \| .+? \| ([0-9.]+)", text_of(made), re.MULTILINE
        )
    )

    assert float(rows["N-negligible"]) == pytest.approx(float(rows["N-endpoint"]) / 10, rel=0.01)
    assert any("would be 1 % of a request of " + rows["N-negligible"] in one for one in made.answer)


def test_the_answer_says_that_a_cause_was_not_measured(made: Documents) -> None:
    (parts,) = [one for one in made.answer if one.startswith("Where the hop of an endpoint goes")]

    assert parts.endswith(" Why request and hop slow each other was not measured.")


def test_slides_are_a_png_of_every_figure(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "slides"

    assert main(["--png", str(folder)], root) == 0
    assert {path.name for path in folder.iterdir()} == {
        f"{Path(name).stem}.png" for name in FIGURES
    }
    assert {path.read_bytes()[:8] for path in folder.iterdir()} == {b"\x89PNG\r\n\x1a\n"}
    assert b"F-hop \xb7 hopcost 0.1.0" in (folder / "hop.png").read_bytes()


def test_small_print_lies_below_a_figure_and_moves_nothing_of_it() -> None:
    with house_style():
        plain = svg(blank(2), "A title").decode()
        stamped = svg(blank(2), "A title", "F-hop \N{MIDDLE DOT} Imaginary CPU").decode()

    sizes = [re.findall(r'viewBox="0 0 (\S+) (\S+)"', text)[0] for text in (plain, stamped)]

    assert sizes[0] == ("864", "144")
    assert sizes[1][0] == "864"
    assert 144 < float(sizes[1][1]) < 180
    assert stamped.count("<use ") > plain.count("<use ") == 0


def test_the_page_has_no_gaps(made: Documents) -> None:
    text = text_of(made)

    assert [word for word in ("None", "nan", "inf ", "Undefined", "{{ ") if word in text] == []


def test_tables_have_as_many_cells_in_every_row(made: Documents) -> None:
    unescaped = re.sub(r"\\\|", "", text_of(made))
    tables = re.findall(r"(?:^\|.*\n)+", unescaped, re.MULTILINE)
    widths = [{line.count("|") for line in table.splitlines()} for table in tables]

    assert tables
    assert [width for width in widths if len(width) > 1] == []


def test_the_page_names_no_private_path(made: Documents, data: Path) -> None:
    assert str(data.parent) not in text_of(made)


@pytest.mark.parametrize("study", EXCHANGES)
@pytest.mark.parametrize("placement", ["one-cpu", "free"])
def test_a_partial_run_is_shown_as_far_as_it_goes(
    tmp_path: Path, study: str, placement: str
) -> None:
    plan = [s for s in synthetic.specs() if s.study == study and s.placement == placement]
    path = synthetic.write(tmp_path / "a.json.gz", synthetic.suite(plan, rounds=2))
    found = documents(path)

    assert f"analysis/figures/{study}.svg" in found.content
    assert text_of(found).count("was not measured in this run.") >= 2


@pytest.mark.parametrize("seed", range(12))
def test_any_part_of_a_run_is_shown(tmp_path: Path, seed: int) -> None:
    plan = synthetic.specs()
    chosen = random.Random(seed).sample(plan, 1 + 4 * seed)
    path = synthetic.write(tmp_path / "a.json.gz", synthetic.suite(chosen, rounds=1 + seed % 3))

    assert "# What `def` costs" in text_of(documents(path))


def test_a_failed_visit_makes_a_draft_that_says_so(tmp_path: Path) -> None:
    name = "handlers/def@placement=one-cpu"
    path = tmp_path / "a.json.gz"
    synthetic.write(path, synthetic.suite(rounds=ROUNDS, failing=[(name, 2)]))
    found = documents(path)

    assert "> **DRAFT: 1 failed visit" in text_of(found)
    assert "status -11" in text_of(found)
    assert found.drafts != ()


def test_a_good_run_is_no_draft(made: Documents) -> None:
    assert made.drafts == ()
    assert "DRAFT" not in text_of(made)


def test_text_from_a_file_cannot_break_the_page() -> None:
    assert escaped("a|b <i> `c|d` *e*") == r"a\|b \<i\> `c\|d` \*e\*"
    assert escaped("an `open end") == r"an \`open end"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"no gzip"),
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
    ],
)
def test_unusable_data_end_in_one_sentence_and_change_nothing(
    root: Path, spoil: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / PAGE).read_bytes()
    spoil(root / REFERENCE)

    assert main([], root) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (root / PAGE).read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"no gzip"),
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(synthetic.zipped(b"{}")),
        lambda path: path.rename(path.with_name("deff.json.gz")),
        lambda path: path.with_name("async-def.json.gz").unlink(),
    ],
)
def test_a_broken_trace_ends_in_one_sentence_and_changes_nothing(
    root: Path, spoil: Callable[[Path], object], capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / PAGE).read_bytes()
    spoil(root / RECORDED / "def.json.gz")

    assert main([], root) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (root / PAGE).read_bytes() == before


def test_an_unusable_second_run_is_refused_too(root: Path) -> None:
    (root / REPEATED[0]).write_bytes(b"no gzip")

    assert main([], root) == 2


def test_a_second_run_is_compared(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    synthetic.write(root / REPEATED[0], synthetic.suite(rounds=ROUNDS, seed=2))
    main([], root)
    text = (root / PAGE).read_text("utf-8")

    (table,) = re.findall(r"## How reproducible is this\?(.*?)\n## ", text, re.DOTALL)
    judged = re.findall(r"^\| (.*?) \|.*\| (?:came back|DID NOT) \|$", table, re.MULTILINE)
    assert len(judged) == len(set(judged)) == table.count("came back |") + table.count("DID NOT |")
    assert "`def` more than `async def` on all CPUs" in judged
    assert "the closure's residual on one CPU" in judged


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_refused(data: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("here before")

    with pytest.raises(InputError, match="cannot be written"):
        render(data, tmp_path / place)

    assert (tmp_path / "file").read_text() == "here before"


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_text("old")

    with pytest.raises(InputError, match="is a directory"):
        write_all(tmp_path, {"a": b"new", "b": b"new"})

    assert (tmp_path / "a").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("arguments", [["--data", "x"], ["--out", "x"], ["--nonsense"]])
def test_a_wrong_command_line_ends_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2


def test_analysis_imports_neither_bench_nor_what_it_measures() -> None:
    code = "import sys, analysis.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.decode().split()}

    assert loaded & {"bench", "traces", "fastapi", "starlette", "anyio"} == set()
