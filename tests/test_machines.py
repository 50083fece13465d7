"""Runs side by side: each keeps its own numbers, and what cannot be compared is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis import digits
from analysis.__main__ import main
from analysis.answer import the_pair
from analysis.checks import FAIL, PASS, Check
from analysis.committed import PAGE as REPORT
from analysis.estimate import Estimate
from analysis.figures import ORANGE, house_style
from analysis.load import load
from analysis.machines import page
from analysis.machines.differences import ABSENT, Difference, differences
from analysis.machines.figure import figure
from analysis.machines.headlines import (
    TELLING,
    Group,
    Headline,
    groups_of,
    kinds_in_all,
    slopes_of,
    telling,
    the_pairs,
)
from analysis.machines.names import names_of
from analysis.machines.page import FIGURE, HEADLINES, PAGE, context, documents, runs_of
from analysis.machines.refusals import require_distinct
from analysis.machines.run import Run
from analysis.report import WEB_PAGE, Documents
from analysis.report import documents as documents_of_one
from bench.handlers import CATALOGUE
from tests import synthetic
from tests.synthetic import Fact, Spec
from tests.synthetic_loads import benchmark, rows_of

pytestmark = pytest.mark.usefixtures("few_resamples")

ROUNDS = 4
OLD_PYTHON: dict[str, Fact] = {
    "python_version": "3.12.1 (64-bit)",
    "distributions": "anyio==4.15.0 fastapi==0.165.0 starlette==1.10.0 trio==0.30",
}
OTHER_MACHINE: dict[str, Fact] = {"cpu_model_name": "Fancy(R) Chip(TM) CPU @ 3.00GHz"}
OTHER_MACHINE |= {"kernel": "Darwin 24.6.0", "platform": "macOS-15.6-arm64-arm-64bit"}
SMALL = tuple(
    spec
    for spec in synthetic.specs()
    if spec.study == "harness" and spec.facts.get("instrument") == "exchange"
)
FREE = tuple(spec for spec in synthetic.specs() if spec.placement == "free")


def written(
    path: Path,
    plan: Sequence[Spec] | None = None,
    facts: dict[str, Fact] | None = None,
    **more: int,
) -> Path:
    suite = synthetic.suite(plan, **{"rounds": ROUNDS, **more}, facts=facts)  # type: ignore[arg-type]

    return synthetic.write(path, suite)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three runs: one, one with another Python, one of a machine that cannot pin."""
    here = tmp_path_factory.mktemp("data")

    return [
        written(here / "one.json.gz"),
        written(here / "old.json.gz", facts=OLD_PYTHON, seed=2),
        written(here / "mac.json.gz", FREE, OTHER_MACHINE, seed=3),
    ]


@pytest.fixture(scope="module")
def runs(data: list[Path]) -> tuple[Run, ...]:
    return runs_of(data)


@pytest.fixture(scope="module")
def made(data: list[Path]) -> Documents:
    return documents(data)


def text_of(made: Documents, name: str = PAGE) -> str:
    return made.content[name].decode().replace(digits.NO_BREAK, " ")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]


def row(text: str, start: str) -> list[str]:
    return next(cells(line) for line in text.splitlines() if line.startswith(f"| {start}"))


def test_every_run_keeps_the_number_of_its_own_report(data: list[Path], made: Documents) -> None:
    pairs = [the_pair(load(path), "free") for path in data]
    shown = row(text_of(made), "`def` more than `async-def`, on all CPUs")

    assert shown[1:] == [digits.time(pair.difference) for pair in pairs if pair is not None]


def test_a_number_is_the_same_whatever_stands_beside_it(data: list[Path], made: Documents) -> None:
    beside = text_of(documents([data[1], data[0]]))
    line = "`def` ÷ `async-def`, on one CPU"

    assert row(beside, line)[1:] == [row(text_of(made), line)[2], row(text_of(made), line)[1]]


def test_a_placement_that_a_machine_lacks_is_not_measured(made: Documents) -> None:
    one, old, mac = row(text_of(made), "`def` more than `async-def`, on one CPU")[1:]

    assert mac == digits.NOT_MEASURED
    assert digits.MICRO in one
    assert digits.MICRO in old


def test_the_slope_is_of_the_kinds_that_the_runs_share(tmp_path: Path) -> None:
    # Kinds of many hops are made dearer in the first run, and the second lacks just these.
    dear = ("stream", "async-stream", "def-deps-8", "async-def-deps-8")
    kinds = tuple(
        s for s in synthetic.specs() if s.study == "handlers" and s.placement == "one-cpu"
    )
    first = written(tmp_path / "a.json.gz", kinds)
    less = written(tmp_path / "b.json.gz", [s for s in kinds if s.subject not in dear], seed=2)
    alone = written(tmp_path / "c.json.gz", [s for s in kinds if s.subject not in dear], seed=1)

    slopes, shared = slopes_of(runs_of([first, less]), "one-cpu")
    own, every = slopes_of(runs_of([first, alone]), "one-cpu")

    assert (shared, every) == (9, 9)
    assert slopes[0] == own[0]
    assert slopes_of(runs_of([first]), "one-cpu")[0][0] != own[0]


def test_the_pair_is_of_the_same_instrument_in_every_run(tmp_path: Path) -> None:
    both = synthetic.specs()
    catalogue = [spec for spec in both if spec.study == "handlers"]
    paths = [
        written(tmp_path / "a.json.gz", both),
        written(tmp_path / "b.json.gz", catalogue, seed=2),
    ]
    pairs = the_pairs(runs_of(paths), "free")

    assert [pair and pair.kind.study for pair in pairs] == ["handlers", "handlers"]


def of_kinds(run: Run, *names: str, pair: str = "def") -> Run:
    """A run that measured these kinds on one CPU, all with the numbers of one pair."""
    return replace(run, kinds={"one-cpu": dict.fromkeys(names, run.kinds["one-cpu"][pair])})


def test_a_run_of_too_few_kinds_for_a_line_takes_no_kind_from_the_others(
    runs: tuple[Run, ...],
) -> None:
    slopes, shared = slopes_of([*runs[:2], of_kinds(runs[0], "def")], "one-cpu")

    assert shared == len(runs[0].kinds["one-cpu"])
    assert [slope is None for slope in slopes] == [False, False, True]


def test_the_telling_kinds_are_those_that_most_runs_have(runs: tuple[Run, ...]) -> None:
    every, but_first = (of_kinds(runs[0], *TELLING[start:4]) for start in (0, 1))
    titles = [line.title for line in telling([every, every, but_first], "one-cpu")]

    assert titles == [f"`{name}`, 1 hop" for name in TELLING[1:4]]


def test_hops_are_named_where_they_are_the_same_in_every_run(runs: tuple[Run, ...]) -> None:
    one, two = (of_kinds(runs[0], "it", pair=pair) for pair in ("def", "def-model"))

    assert [line.title for line in kinds_in_all([two, two], "one-cpu")] == ["`it`, 2 hops"]
    assert [line.title for line in kinds_in_all([one, two], "one-cpu")] == ["`it`"]


def test_a_kind_that_one_run_alone_has_is_not_listed(runs: tuple[Run, ...]) -> None:
    one, other = of_kinds(runs[0], "own", "shared"), of_kinds(runs[0], "shared")

    assert [line.title for line in kinds_in_all([one, other], "one-cpu")] == ["`shared`, 1 hop"]


def test_a_kind_without_a_hop_in_a_run_is_none_of_its_kinds(tmp_path: Path) -> None:
    plan = [
        replace(spec, facts={**spec.facts, "hops": 0}) if spec.subject == "def-model" else spec
        for spec in synthetic.specs()
        if spec.study == "handlers"
    ]
    (run,) = runs_of([written(tmp_path / "a.json.gz", plan, rounds=2)])

    assert {"def", "def-response"} <= run.kinds["one-cpu"].keys()
    assert "def-model" not in run.kinds["one-cpu"]


def test_the_telling_kinds_are_in_the_catalogue() -> None:
    assert set(TELLING) - CATALOGUE.keys() == set()


def test_kinds_that_hop_otherwise_in_another_run_are_named(tmp_path: Path) -> None:
    plan = synthetic.specs()
    fewer = [
        replace(s, facts={**s.facts, "hops": 1}) if s.subject == "def-model" else s for s in plan
    ]
    paths = [written(tmp_path / "a.json.gz", plan), written(tmp_path / "b.json.gz", fewer, seed=2)]

    assert "do not hop equally often in every run: `def-model`." in text_of(documents(paths))


def test_machines_are_named_by_cpu_system_and_python(runs: tuple[Run, ...]) -> None:
    assert [run.name for run in runs] == [
        "Imaginary, Linux, Python 3.13.0",
        "Imaginary, Linux, Python 3.12.1",
        "Fancy Chip, macOS, Python 3.13.0",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first_date": "2025-02-01 09:00"}, ("2025-01-01", "2025-02-01")),
        ({"commit": "fedcba987654"}, ("commit 0123456789ab", "commit fedcba987654")),
        ({"first_date": "2025-01-01 09:00"}, ("2025-01-01 00:01", "2025-01-01 09:00")),
        (
            {"commit": "fedcba987654", "first_date": "2025-01-01 09:00"},
            ("commit 0123456789ab", "commit fedcba987654"),
        ),
        ({"data_sha256": "f" * 64}, None),
    ],
)
def test_runs_of_one_kind_get_words_that_tell_them_apart(
    runs: tuple[Run, ...], change: dict[str, str], words: tuple[str, str] | None
) -> None:
    first = runs[0].rows.provenance
    expected = words or (f"data {first.data_sha256[:8]}", "data ffffffff")

    assert names_of([first, replace(first, **change)]) == tuple(  # type: ignore[arg-type]
        f"Imaginary, Linux, Python 3.13.0, {word}" for word in expected
    )


def test_the_word_that_tells_runs_apart_is_another_one_for_each(runs: tuple[Run, ...]) -> None:
    first = runs[0].rows.provenance
    days = ("2025-01-01 00:01", "2025-01-01 09:00", "2025-02-01 00:01")
    names = names_of([replace(first, first_date=day) for day in days])

    assert [name.rpartition(", ")[2] for name in names] == list(days)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"platform": "macOS-15.6-arm64-arm-64bit"}, "arm64 CPU, Linux, Python 3.13.0"),
        ({"platform": "Other"}, "unknown CPU, Linux, Python 3.13.0"),
        (
            {"cpu_model_name": "AMD EPYC 7763 64-Core Processor", "gil": "disabled"},
            "AMD EPYC 7763, Linux, Python 3.13.0 without the GIL",
        ),
    ],
)
def test_a_name_says_what_the_file_says(
    runs: tuple[Run, ...], facts: dict[str, str], name: str
) -> None:
    first = runs[0].rows.provenance
    known = {key: fact for key, fact in first.facts if key != "cpu_model_name"}

    assert names_of([replace(first, facts=tuple({**known, **facts}.items()))]) == (name,)


def test_versions_that_differ_are_said_before_the_numbers(made: Documents) -> None:
    text = text_of(made)

    assert row(text, "python version")[1] == "3.13.0 (64-bit) (runs 1, 3); 3.12.1 (64-bit) (run 2)"
    assert row(text, "anyio")[1] == "4.16.0 (runs 1, 3); 4.15.0 (run 2)"
    assert row(text, "trio")[1] == f"{ABSENT} (runs 1, 3); 0.30 (run 2)"
    assert "The same in all: fastapi 0.165.0, starlette 1.10.0." in text
    assert text.index("## What differs") < text.index("## Headline numbers")


def test_runs_that_differ_in_nothing_are_said_to(runs: tuple[Run, ...]) -> None:
    assert not differences([runs[0].rows.provenance] * 2).any


def test_rounds_that_differ_are_said_by_run(runs: tuple[Run, ...]) -> None:
    first = runs[0].rows.provenance

    assert differences([first, replace(first, rounds_planned=9)]).facts == (
        Difference("rounds planned", ((str(ROUNDS), (1,)), ("9", (2,)))),
    )


def test_a_bar_is_missed_whether_or_not_it_makes_a_draft(runs: tuple[Run, ...]) -> None:
    checks = (Check("a", "", FAIL), Check("b", "", FAIL, "why"), Check("c", "", PASS))
    run = replace(runs[0], judged=checks)

    assert [check.bar for check in run.missed] == ["a", "b"]
    assert run.drafts == ("why",)


def test_a_draft_is_said_with_its_reason(tmp_path: Path) -> None:
    good = written(tmp_path / "good.json.gz", SMALL)
    failing = synthetic.suite(SMALL, rounds=ROUNDS, seed=2, failing=[(SMALL[0].name, 2)])
    made = documents([good, synthetic.write(tmp_path / "bad.json.gz", failing)])
    reasons = [reason for reason in made.drafts if "failed visit" in reason]

    for name in (PAGE, HEADLINES):
        assert "> **DRAFT, run 2: 1 failed visit" in text_of(made, name)
        assert "DRAFT, run 1: 1 failed visit" not in text_of(made, name)

    assert [reason[:6] for reason in reasons] == ["run 2:"]
    assert "DRAFT" in row(text_of(made), "2")[-1]


def test_the_page_has_the_answer_of_each_run(data: list[Path], made: Documents) -> None:
    for path in data:
        for line in documents_of_one(path).answer:
            assert line.replace(digits.NO_BREAK, " ") in text_of(made)


def test_what_is_said_of_a_run_is_the_first_number_of_each_placement(
    runs: tuple[Run, ...], made: Documents
) -> None:
    words = [
        f"`def` more than `async-def` {digits.placed(placement)} {digits.time(pair.difference)}"
        for placement in ("one-cpu", "free")
        if (pair := the_pair(runs[0].rows, placement))
    ]

    assert made.answer[0] == f"{runs[0].title}: {'; '.join(words)}"


def test_a_few_runs_are_columns_and_more_are_rows(
    runs: tuple[Run, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for most in (len(runs), len(runs) - 1):
        monkeypatch.setattr(page, "MOST_COLUMNS", most)
        found.append(context(runs, groups_of(runs))["columns"])

    assert found == [True, False]


def test_the_page_names_no_private_path(data: list[Path], made: Documents) -> None:
    assert str(data[0].parent) not in text_of(made)


def test_rebuilding_gives_the_same_bytes(data: list[Path], made: Documents) -> None:
    assert documents(data).content == made.content


def test_one_file_alone_gets_the_report_it_always_got(data: list[Path], tmp_path: Path) -> None:
    assert main(["--data", str(data[2]), "--out", str(tmp_path)]) == 0

    expected = documents_of_one(data[2], figures="figures").content

    assert {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file() and path.name != WEB_PAGE
    } == expected
    assert REPORT in expected


def test_several_files_get_one_page(
    data: list[Path], tmp_path: Path, made: Documents, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", *map(str, data), "--out", str(tmp_path / "new")]) == 0

    files = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    said = capsys.readouterr().out

    assert {p.relative_to(tmp_path / "new").as_posix() for p in files} == {PAGE, FIGURE, HEADLINES}
    assert said.splitlines()[:3] == list(made.answer)
    assert f"report: {tmp_path / 'new' / PAGE}" in said


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "itself": (lambda one: one, "hold the same run"),
    "a later state of itself": (
        lambda one: written(one.with_name("later.json.gz"), SMALL, {"turbo": "on"}),
        "hold the same run",
    ),
    "no common benchmark": (
        lambda one: written(
            one.with_name("hop.json.gz"),
            [spec for spec in synthetic.specs() if spec.study == "hop"],
        ),
        "has no headline benchmark in common",
    ),
    "another placement": (
        lambda one: written(
            one.with_name("free.json.gz"), [s for s in SMALL if s.placement == "free"], seed=2
        ),
        "has no headline benchmark in common",
    ),
    "an unknown format": (
        lambda one: written(one.with_name("new.json.gz"), SMALL, {"hopcost_format": 2}, seed=2),
        "has hopcost_format 2",
    ),
    "no result": (lambda one: Path(__file__), "is not a gzip file"),
    "nothing": (lambda one: one.with_name("none.json.gz"), "does not exist"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refuses_in_one_sentence(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make, rule = REFUSED[what]
    pinned = [spec for spec in SMALL if spec.placement == "one-cpu"]
    plan = pinned if what == "another placement" else SMALL
    one = written(tmp_path / "one.json.gz", plan, rounds=2)
    status = main(["--data", str(one), str(make(one)), "--out", str(tmp_path / "out")])
    said = capsys.readouterr().err

    assert status == 2
    assert said.count("\n") == 1
    assert rule in said
    assert not (tmp_path / "out").exists()


def test_runs_that_count_the_same_are_two_runs() -> None:
    counted = [benchmark("server", f"n{n}", "free", "threads", [3.0], "integer") for n in range(3)]
    timed = (benchmark("harness", "def", "free", "request", [seconds]) for seconds in (1.0, 1.1))

    require_distinct([Path("a"), Path("b")], [rows_of(one, *counted) for one in timed])


@pytest.fixture(scope="module", params=[2, 5, 20])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    here = tmp_path_factory.mktemp("many")
    facts: dict[str, Fact] = {"cpu_model_name": "A CPU whose makers gave it an extraordinary name"}

    return [
        written(here / f"{n}.json.gz", SMALL, facts, rounds=2, seed=n) for n in range(request.param)
    ]


def test_up_to_twenty_runs_stand_in_tables_that_are_whole_and_not_wide(many: list[Path]) -> None:
    text = text_of(documents(many))
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    headlines = [table for table in tables if table.startswith("| more than the twin")]

    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1

    assert headlines
    assert max(len(cells(table.splitlines()[0])) for table in headlines) <= 5
    assert sum(table.count("Python 3.13.0") for table in headlines) in (len(many), 2 * len(many))


def test_up_to_twenty_runs_are_legible_in_the_figure(many: list[Path]) -> None:
    runs = runs_of(many)
    groups: tuple[Group, ...] = groups_of(runs)
    with house_style():
        drawn = figure(runs, groups)
        canvas = FigureCanvasAgg(drawn)
        canvas.draw()  # type: ignore[no-untyped-call]

    for axes in drawn.axes:
        labels = [label for label in axes.get_yticklabels() if label.get_text()]
        boxes = [label.get_window_extent() for label in labels]
        values = [text for text in axes.texts if text.get_text() and text.get_fontsize() == 8]
        shown = [value.get_window_extent() for value in values]

        assert len(values) == len(many)
        assert all(box.x0 >= 0 for box in boxes)
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))
        assert not any(one.overlaps(other) for one, other in pairwise(shown))
        assert all(box.x1 <= drawn.bbox.x1 for box in shown)

    assert len([a for a in drawn.axes if a.get_yticklabels()[0].get_text()]) == len(groups)


def labels_of(runs: Sequence[Run]) -> list[str]:
    """What stands beside the first panel of the figure, one text a run."""
    with house_style():
        axes = figure(runs, groups_of(runs)).axes[0]

    return [label.get_text().replace(digits.NO_BREAK, " ") for label in axes.get_yticklabels()]


def test_what_tells_two_runs_apart_is_whole_in_the_figure(many: list[Path]) -> None:
    runs = runs_of(many)
    labels = labels_of(runs)

    assert [" ".join(label.split()) for label in labels] == [run.title for run in runs]
    assert all(
        label.splitlines()[-1].endswith(run.title.split(", ")[-1])
        for label, run in zip(labels, runs, strict=True)
    )


def test_a_name_that_has_room_stands_on_one_line(runs: tuple[Run, ...]) -> None:
    short = [replace(run, judged=()) for run in runs]  # without the word DRAFT

    assert labels_of(short) == [run.title for run in short]


def test_the_figure_is_svg_and_has_words(made: Documents) -> None:
    tree = ElementTree.fromstring(made.content[FIGURE])

    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(rf"^!\[(.{{40,}})\]\({FIGURE}\)$", text_of(made), re.MULTILINE)


def test_runs_and_groups_stand_in_the_order_of_the_page(runs: tuple[Run, ...]) -> None:
    groups = groups_of(runs)
    with house_style():
        panels = figure(runs, groups).axes

    tops = {axes.get_title("left"): axes.get_position().y1 for axes in panels}
    assert panels[0].get_ylim()[0] > panels[0].get_ylim()[1]
    assert tops[title_of(groups[0])] > tops[title_of(groups[-1])]


def title_of(group: Group) -> str:
    """What stands above the first panel of a group."""
    title = group.headlines[0].title.replace("`", "")

    return title[:1].upper() + title[1:]


def test_a_dot_is_what_a_run_found_and_hollow_where_it_is_a_draft(runs: tuple[Run, ...]) -> None:
    found = Headline("it", (Estimate(2e-6, 1.9e-6, 2.1e-6, 9), Estimate(3e-6, 1e-6, 1e-4, 9)))
    draft = replace(runs[1], judged=(Check("", "", FAIL, "why"),))
    with house_style():
        (axes,) = figure([replace(runs[0], judged=()), draft], [Group("free", (found,))]).axes

    lines = {
        marker: [line for line in axes.get_lines() if line.get_marker() == marker]
        for marker in ("o", ">", "<")
    }
    sound, hollow = lines["o"]
    assert [line.get_xdata() for line in (sound, hollow)] == [pytest.approx([us]) for us in (2, 3)]
    assert [line.get_markerfacecolor() == "none" for line in (sound, hollow)] == [False, True]
    assert hollow.get_markeredgecolor() == ORANGE != sound.get_markeredgecolor()
    assert [line.get_ydata() for line in lines[">"]] == [[1]]
    assert lines["<"] == []


def test_runs_that_count_other_moments_differ_in_that_alone(runs: tuple[Run, ...]) -> None:
    told = runs[0].rows.provenance
    calm = [
        replace(told, facts=(*told.facts, ("calm_stretch_seconds", seconds)))
        for seconds in ("2e-05", "3e-05")
    ]

    assert differences([told, *calm]).facts == (
        Difference("moments that count", (("all", (1,)), ("calm", (2, 3)))),
    )
