"""Study remedies: what users and maintainers save, what must be equal, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from matplotlib.patches import Rectangle

from analysis.benchmark import Benchmark
from analysis.checks import FAIL, PASS, UNKNOWN
from analysis.figures import house_style
from analysis.page import page
from analysis.remedies.upstream import ORDER
from analysis.sections import remedies
from tests.synthetic_loads import benchmark, rows_of
from tests.synthetic_remedies import COPYING, FLOOR, GROUPS, HOP, SAVED, study

pytestmark = pytest.mark.usefixtures("few_resamples")


@pytest.fixture(scope="module")
def measured() -> remedies.Numbers:
    return numbers_of(study())


def numbers_of(rows: Iterable[Benchmark]) -> remedies.Numbers:
    found = remedies.numbers(rows_of(*rows))
    assert found is not None

    return found


def text_of(found: remedies.Numbers) -> str:
    text = page("remedies.md.j2", {"numbers": found})

    return text.replace("\N{NO-BREAK SPACE}", " ")


def without(**wanted: object) -> list[Benchmark]:
    """The study without the rows that have all of these."""

    def named(row: Benchmark) -> dict[str, object]:
        return {"subject": row.subject, "placement": row.placement, **dict(row.factors)}

    return [row for row in study() if not wanted.items() <= named(row).items()]


def test_groups_hold_their_defaults_and_all_that_is_instead_of_them(
    measured: remedies.Numbers,
) -> None:
    found = {group.default.name: [one.name for one in group.all] for group in measured.groups}

    assert found == {default: list(ways) for default, ways in GROUPS.items()}


def test_groups_stand_in_the_report_s_order_whatever_the_file_s() -> None:
    found = numbers_of(sorted(study(), key=lambda row: row.subject, reverse=True))

    assert [group.default.name for group in found.groups] == list(GROUPS)


@pytest.mark.parametrize("placement", ["one-cpu", "free"])
@pytest.mark.parametrize("in_flight", [1, 100])
def test_a_remedy_is_compared_with_its_default_where_it_was_measured(
    measured: remedies.Numbers, placement: str, in_flight: int
) -> None:
    group = measured.group("def-deps-4")
    remedy = group.remedy("one-def-dep") if group else None
    pair = remedy.pair(placement, in_flight) if remedy else None

    assert pair is not None
    assert pair.difference.value * 1e6 == pytest.approx(-3 * HOP[placement], rel=0.02)


def test_what_is_lost_is_told_in_words(measured: remedies.Numbers) -> None:
    group = measured.group("def")
    found = group.remedy("async-def") if group else None

    assert found is not None
    assert (found.cancellation, found.context, found.at_once, found.blocks_loop) == (
        "cannot arrive meanwhile",
        "the request's own",
        "1",
        True,
    )
    assert "what to-thread loses" in text_of(measured)


def test_variants_stand_in_order(measured: remedies.Numbers) -> None:
    assert [one.name for one in measured.variants] == list(ORDER)


@pytest.mark.parametrize("name", ["no-checkpoint", "quick-limiter", "all"])
def test_a_variant_saves_what_its_steps_cost_and_nothing_of_what_copying_costs(
    measured: remedies.Numbers, name: str
) -> None:
    variant = measured.variant(name)
    found = variant.saving("patched-hop", "free") if variant else None

    assert found is not None
    assert found.saved.value * 1e6 == pytest.approx(SAVED[name] * HOP["free"], abs=0.5)
    assert found.passes == {"all": 2}.get(name, 1)
    assert found.of.value * 1e6 == pytest.approx(HOP["free"] * (1 + COPYING), rel=0.01)


def test_the_fused_hop_is_known_only_inside_an_endpoint_with_a_model(
    measured: remedies.Numbers,
) -> None:
    fused = measured.variant("fused")

    assert fused is not None
    assert {one.target for one in fused.savings} == {"patched-def-model"}
    found = fused.saving("patched-def-model", "free")
    assert found is not None
    assert found.saved.value * 1e6 == pytest.approx(HOP["free"], abs=0.5)


@pytest.mark.parametrize(("leak", "verdict"), [(1.0, PASS), (1.02, PASS), (1.1, FAIL)])
def test_a_patch_that_leaks_misses_its_bar(leak: float, verdict: str) -> None:
    found = remedies.checks(numbers_of(study(leak=leak)))[2]

    assert "after all patches" in found.bar
    assert found.verdict == verdict


@pytest.mark.parametrize(("again", "verdict"), [(1.0, PASS), (1.1, FAIL)])
def test_the_control_makes_a_draft_if_it_differs(again: float, verdict: str) -> None:
    found = remedies.checks(numbers_of(study(again=again)))[:2]

    assert [one.verdict for one in found] == [verdict] * 2
    assert [bool(one.draft) for one in found] == [verdict == FAIL] * 2


@pytest.mark.parametrize(("spread", "verdict"), [(0.002, PASS), (0.1, FAIL)])
def test_the_saving_of_all_steps_is_held_against_its_bar(spread: float, verdict: str) -> None:
    found = remedies.checks(numbers_of(study(spread=spread)))[4]

    assert "saved per hop by all steps" in found.bar
    assert found.verdict == verdict


def test_the_floor_is_told_from_the_leanest_up(measured: remedies.Numbers) -> None:
    floor = measured.floor("one-cpu")

    assert floor is not None
    assert [step.name for step in floor.steps] == list(FLOOR)
    assert floor.lean_to_locks is not None
    assert floor.lean_to_locks.value == pytest.approx(
        FLOOR["lean-hop"] / FLOOR["lock-pair"], rel=0.01
    )


def test_without_a_compiler_the_page_says_what_was_left_out() -> None:
    found = numbers_of(without(subject="futex-pair"))

    assert "The pair of futexes was left out" in text_of(found)
    assert "in processes of its own" not in text_of(found)


def test_the_headline_tells_users_and_maintainers(measured: remedies.Numbers) -> None:
    found = remedies.headline(measured)

    assert found.startswith(
        "On one CPU, `asyncio.to_thread` in an `async def` (5 at a time instead of 40) takes "
    )
    assert "a copy of AnyIO's hop saves 16" in found


def test_the_section_on_upstream_changes_can_be_cited_by_itself(
    measured: remedies.Numbers,
) -> None:
    _, section = text_of(measured).split("### What an upstream change would be worth")

    for told in ("AnyIO 4.16.0", "Imaginary CPU", "0123456789ab", "rounds", "0" * 64):
        assert told in section
    for name in ORDER:
        assert f"(`{name}`)" in section


def test_every_row_of_a_table_has_the_columns_of_its_head(measured: remedies.Numbers) -> None:
    blocks = [block.splitlines() for block in text_of(measured).split("\n\n")]
    tables = [block for block in blocks if block[0].startswith("|")]

    assert len(tables) >= 6
    for table in tables:
        assert {line.count("|") for line in table} == {table[0].count("|")}


@pytest.mark.parametrize(
    "missing",
    [
        *({"subject": name} for name in ("def", "to-thread", "patched-hop", "anyio-hop")),
        *({"variant": name} for name in ("unpatched", "before", "copy", "all", "fused")),
        {"placement": "one-cpu"},
        {"placement": "free"},
        {"in_flight": 1},
        {"in_flight": 100},
    ],
)
def test_missing_rows_never_crash(missing: dict[str, object]) -> None:
    found = numbers_of(without(**missing))

    assert text_of(found)
    assert remedies.alt(found)
    assert remedies.checks(found)
    with house_style():
        remedies.figure(found)


def test_what_was_not_measured_is_said_so() -> None:
    found = numbers_of(row for row in study() if row.subject == "bare-hop")

    assert {check.verdict for check in remedies.checks(found)} == {UNKNOWN}
    assert remedies.headline(found) == ""
    assert text_of(found)
    with house_style():
        remedies.figure(found)


def test_another_study_is_no_section() -> None:
    assert remedies.numbers(rows_of(benchmark("work", "def", "free", "request", [1.0]))) is None


def test_the_figure_has_a_dot_for_every_remedy_and_a_bar_for_every_step(
    measured: remedies.Numbers,
) -> None:
    with house_style():
        alone, many, savings, floor = remedies.figure(measured).axes

    dots = [sum(line.get_marker() == "o" for line in axes.lines) for axes in (alone, many)]
    bars = [
        sum(isinstance(patch, Rectangle) for patch in axes.patches) for axes in (savings, floor)
    ]
    assert dots == [sum(len(ways) - 1 for ways in GROUPS.values())] * 2
    assert bars == [len(ORDER), len(FLOOR)]
