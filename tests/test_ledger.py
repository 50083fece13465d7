"""The ledger: a row per claim whatever the data, and what its cells say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.claim import NOT_MEASURED, Claims
from analysis.claims import load_claims
from analysis.ledger import Row, context, ledger
from analysis.metadata import InputError
from analysis.page import TEMPLATES, page
from analysis.recordings.load import load_recording
from tests.test_evidence import RECORDED, but, judged, results

pytestmark = pytest.mark.usefixtures("few_resamples")

CELLS = 6


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    recordings = (load_recording(RECORDED / f"{name}.json.gz") for name in ("def", "overlap"))

    return ledger(results(), recordings)


def only(**changes: object) -> Claims:
    """The first claim alone, changed."""
    found = load_claims()

    return replace(found, claims=(replace(found.claims[0], **changes),))  # type: ignore[arg-type]


def test_a_row_never_disappears() -> None:
    found = ledger({})

    assert [row.id for row in found] == [claim.id for claim in load_claims().claims]
    assert {row.verdict for row in found} == {NOT_MEASURED}
    assert {row.ours for row in found} == {"\N{EM DASH}"}
    assert found[0].why == "These data have nothing of it: it is measured by `server`."


def test_each_study_may_be_missing() -> None:
    whole = results()

    for study in whole:
        rest = {name: rows for name, rows in whole.items() if name != study}
        missing = [row for row in ledger(rest) if set(row.claim.studies) == {study}]
        assert missing
        assert {row.verdict for row in missing} == {NOT_MEASURED}


def test_their_ratio_stands_before_their_figures() -> None:
    found = judged("A1", {})

    assert found.published == "\N{MULTIPLICATION SIGN} 1.86 (13190.52 against 7103.43 requests/s)"


def test_our_figure_has_its_interval_and_the_sentence_has_not() -> None:
    found = judged("A1", results())

    assert re.fullmatch(
        r"`def` ÷ `async def`: \N{MULTIPLICATION SIGN} 1\.7\d+ \(1\.7\d+ to 1\.7\d+\)", found.ours
    )
    assert re.search(r"takes 1\.7\d+ times the time of an `async def` one\.$", found.why)


def test_the_placement_is_named_where_only_one_cpu_was_measured() -> None:
    assert judged("C8", results()).ours.endswith(" (on one CPU)")
    assert "CPU" not in judged("C10", results()).ours


def test_half_right_claims_say_which_half_holds() -> None:
    why = judged("B3", results()).why

    assert "Beside its core, as claimed: a thread is blocked (\N{MULTIPLICATION SIGN} 1.99" in why
    assert "Not so: the event loop is blocked." in why


def test_of_b6_both_halves_are_shown() -> None:
    why = judged("B6", results()).why

    assert "Beside its core, as claimed: long computations in `def` slow others down" in why
    assert "Not so: `time.sleep` in `def` delays others on the loop; others fare worse" in why


def test_of_a8_the_core_is_named() -> None:
    why = judged("A8", results()).why

    assert "As claimed: `async def` is as good for pure Python. Not so: " in why
    assert "Beside its core, as claimed: blocking is better in `def`" in why
    assert "`async def` delays others no more" in why.partition("Not so: ")[2]


def test_a_sentence_may_depend_on_the_verdict() -> None:
    apart = judged("A1", results()).why
    alike = judged("A1", results(but("article def", 400e-6))).why

    assert (apart.endswith("cannot be told apart."), alike.endswith("cannot be told apart.")) == (
        False,
        True,
    )


def test_claims_that_agree_in_all_halves_list_none() -> None:
    assert "As claimed" not in judged("B1", results()).why


def test_a_claim_without_evidence_is_refused() -> None:
    with pytest.raises(InputError, match="claim Z9 must have evidence, but has none"):
        ledger({}, (), only(id="Z9"))


def test_a_fact_that_nobody_gives_says_that_it_was_not_measured() -> None:
    (found,) = ledger(results(), (), only(why={"default": "It is {nothing}."}))

    assert found.why == "It is not measured."


def test_the_page_is_a_table_with_a_row_per_claim(rows: tuple[Row, ...]) -> None:
    lines = page("ledger.md.j2", context(rows)).splitlines()
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| ")]

    assert [row[0].strip() for row in cells] == ["", *(row.id for row in rows)]
    assert {len(row) for row in cells} == {CELLS}


def test_the_page_lists_each_source_once_with_its_claims(rows: tuple[Row, ...]) -> None:
    text = page("ledger.md.j2", context(rows))
    titles = {row.source.title for row in rows}

    assert sum(text.count(f"[{title}](") + text.count(f": {title};") for title in titles) == len(
        titles
    )
    assert "- A1, A2, A3, A4, A5, A6, A7, A8: " in text


def test_the_page_says_the_band(rows: tuple[Row, ...]) -> None:
    assert "within 20 % of their figure" in page("ledger.md.j2", context(rows))


def test_the_template_types_no_number() -> None:
    text = Path(TEMPLATES / "ledger.md.j2").read_text(encoding="utf-8")

    assert re.findall(r"\d", text) == []
