"""The gate: a good run passes, and each defect, planted into it, makes a draft that names it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.checks import FAIL, NOTE, PASS, UNKNOWN, Check
from analysis.conditions import run_checks
from analysis.gate import exchange_checks, missed, of_exchanges, of_study
from analysis.load import load
from analysis.locks import locked, versions_check
from analysis.placement import ONE_CPU
from analysis.sections import EXCHANGES
from analysis.source import Source
from tests import synthetic, synthetic_loads

Tree = dict[str, Any]
Plant = Callable[[Tree], object]

pytestmark = pytest.mark.usefixtures("few_resamples")

ROUNDS = 12
QUIET = 0.003
PLAN = tuple(
    spec
    for spec in synthetic.specs()
    if spec.study in ("harness", "handlers") and spec.placement == ONE_CPU
)
AGAIN = "harness/async-def-again@instrument=exchange,placement=one-cpu"
DEF = "harness/def@instrument=exchange,placement=one-cpu"


def tree_of(**options: Any) -> Tree:
    return synthetic.tree_of(synthetic.suite(PLAN, rounds=ROUNDS, spread=QUIET, **options))


@pytest.fixture(scope="module")
def good() -> Tree:
    return tree_of()


def checks_of(path: Path, tree: Tree) -> tuple[Check, ...]:
    rows = load(synthetic.write(path / "run.json.gz", tree))
    numbers = {study: module.numbers(rows) for study, module in EXCHANGES.items()}

    return exchange_checks(rows, numbers, ())


def drafts_of(path: Path, tree: Tree) -> list[str]:
    return [check.draft for check in checks_of(path, tree) if check.draft]


def runs(tree: Tree, name: str = "") -> list[Tree]:
    """The runs of one benchmark, or of all, in the order of the rounds."""
    return [
        run
        for benchmark in tree["benchmarks"]
        if name in ("", benchmark["metadata"]["name"])
        for run in benchmark["runs"]
    ]


def slower(name: str, *factors: float) -> Plant:
    """Multiplies the values of a benchmark, or of all, in one round after the other."""

    def plant(tree: Tree) -> None:
        for run in runs(tree, name):
            factor = factors[run["metadata"]["round"] % len(factors)]
            run["values"] = [factor * value for value in run["values"]]

    return plant


def told(name: str, *facts: object) -> Plant:
    """Has the runs tell facts, in one round after the other."""

    def plant(tree: Tree) -> None:
        for place in (tree, *tree["benchmarks"]):
            place["metadata"].pop(name, None)

        for run in runs(tree):
            run["metadata"][name] = facts[run["metadata"]["round"] % len(facts)]

    return plant


def in_order(shift: int) -> Plant:
    """Has each round visit the benchmarks as the last one did, or that order moved on."""

    def plant(tree: Tree) -> None:
        count = len(tree["benchmarks"])
        for place, benchmark in enumerate(tree["benchmarks"]):
            for run in benchmark["runs"]:
                moved = shift * run["metadata"]["round"] // ROUNDS
                run["metadata"]["position"] = 1 + (place + moved) % count

    return plant


PLANTED: dict[str, tuple[Plant, str]] = {
    "equal handlers that differ": (slower(AGAIN, 1.05), "finds two equal handlers to differ"),
    "a wide control": (slower(AGAIN, 1.06, 0.94), "A/A ratio: half-width at most 1 %, found"),
    "a wide pair": (slower(DEF, 1.1, 0.9), "hop cost from the pair: half-width at most"),
    "values too short for pyperf": (told("loops", 1), " too short, 0 unstable"),
    "benchmarks unstable for pyperf": (slower("", 1.0, 1.5), "0 too short, "),
    "time stolen": (told("steal_seconds", 0.01), "stolen by other guests of the host: at most"),
    "other processes": (told("others_seconds", 0.1), "used by other processes: at most 5 %, found"),
    "a core shared": (
        told("stretch_seconds", 64e-6),
        "the same short piece of work beside each visit",
    ),
    "load now and then": (told("load_avg_1min", 1.0, 1.0, 2.0), "at a load average above 1.5"),
    "one order": (in_order(0), "order: no two rounds the same, found 1 orders in 12"),
    "an order that hardly changes": (in_order(ROUNDS), "order: positions in one round"),
    "another version": (told("distributions", "fastapi==0.1.0"), "`fastapi` 0.1.0 instead of"),
}


def test_a_good_run_is_no_draft(tmp_path: Path, good: Tree) -> None:
    assert drafts_of(tmp_path, good) == []


@pytest.mark.parametrize("defect", PLANTED)
def test_a_planted_defect_makes_a_draft_that_names_it(
    tmp_path: Path, good: Tree, defect: str
) -> None:
    plant, words = PLANTED[defect]
    tree = copy.deepcopy(good)
    plant(tree)

    assert any(words in draft for draft in drafts_of(tmp_path, tree))


def test_a_failed_visit_makes_a_draft_that_names_it(tmp_path: Path) -> None:
    (draft,) = drafts_of(tmp_path, tree_of(failing=[(DEF, 3)]))

    assert draft == f"1 failed visit, of `{DEF}`"


@pytest.mark.parametrize(
    "defect", ["time stolen", "other processes", "a core shared", "one order", "another version"]
)
def test_a_study_of_loads_has_a_gate_of_its_own(tmp_path: Path, good: Tree, defect: str) -> None:
    plant, words = PLANTED[defect]
    tree = copy.deepcopy(good)
    plant(tree)
    rows = load(synthetic.write(tmp_path / "run.json.gz", tree))
    failed = [of_study(check, "work") for check in run_checks(rows) if check.verdict == FAIL]

    assert any(check.draft.startswith("`work`: ") and words in check.draft for check in failed)


def test_an_old_file_that_tells_less_is_not_judged_by_it(tmp_path: Path, good: Tree) -> None:
    tree = copy.deepcopy(good)
    names = ("others_seconds", "visit_seconds", "load_avg_1min", "steal_seconds")
    for name in (*names, "stretch_seconds", "stretch_seconds_least"):
        for place in (tree, *tree["benchmarks"], *runs(tree)):
            place["metadata"].pop(name, None)

    unknown = [check.bar for check in checks_of(tmp_path, tree) if check.verdict == UNKNOWN]

    assert drafts_of(tmp_path, tree) == []
    assert sum("CPU time" in bar or "load average" in bar for bar in unknown) == 3
    assert sum("the same short piece of work" in bar for bar in unknown) == 1


def test_versions_are_compared_by_the_names_all_tools_agree_on() -> None:
    found = versions_check([("typing_extensions", "1"), ("own", "2")], {"typing-extensions": "1"})

    assert (found.found, found.draft) == ("all 1", "")


def test_nothing_known_to_the_lock_is_not_judged() -> None:
    assert versions_check([("own", "2")], locked()).verdict == UNKNOWN


def test_the_lock_is_read() -> None:
    assert {"fastapi", "starlette", "anyio"} <= locked().keys()


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ((PASS, PASS, NOTE), ""),
        ((PASS, FAIL, NOTE, FAIL), ": 1 passed, 2 missed, 1 noted."),
        ((UNKNOWN, PASS, PASS), ": 2 passed, 1 not measured."),
        ((FAIL, UNKNOWN), ": 1 missed, 1 not measured."),
    ],
)
def test_the_page_says_how_many_bars_are_missed_or_were_not_judged(
    verdicts: tuple[str, ...], said: str
) -> None:
    assert missed([Check("bar", "found", one) for one in verdicts]).endswith(said)


def test_a_repetition_is_judged_by_the_studies_of_the_first_run() -> None:
    rows = [
        synthetic_loads.benchmark(study, "def", "free", "request", [1e-4])
        for study in ("harness", "work")
    ]

    found = of_exchanges(Source(synthetic_loads.rows_of(*rows), "a.json.gz"))
    assert [row.study for row in found.rows.benchmarks] == ["harness"]
