"""The claims: the file that ships, its form, and each rule on each side of its thresholds."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.claim import (
    CONTRADICTED,
    DIRECTION_HOLDS,
    NOT_COMPARABLE,
    NOT_MEASURED,
    NOT_REPRODUCED,
    REPRODUCED,
    Claim,
    Statement,
)
from analysis.claims import load_claims
from analysis.estimate import Estimate
from analysis.evidence import EVIDENCE
from analysis.judging import Finding, judge, verdict_of
from analysis.metadata import InputError

RULE = Statement(
    id="one",
    label="label",
    text="text",
    kind="ratio",
    unit="times",
    core=True,
    figures=(3.0, 2.0),
    same=False,
    above=None,
    below=None,
    unseen=CONTRADICTED,
)
FASTER = RULE
SLOWER = replace(RULE, figures=(2.0, 3.0))
SAME = replace(RULE, figures=(1.0, 1.0), same=True)
AMOUNT = replace(RULE, kind="amount", unit="second", figures=(50.0,))
FROM_TO = replace(RULE, kind="amount", unit="share", figures=(0.02, 0.04))
ABOVE = replace(RULE, kind="mechanism", figures=(), above=0.5)
BELOW = replace(RULE, kind="mechanism", figures=(), below=0.5)
LOOK = replace(RULE, kind="mechanism", figures=())
MILD = replace(LOOK, unseen=NOT_REPRODUCED)

SMALLEST = """
[[sources]]
id = "A"
title = "an article"

[[claims]]
id = "A1"
source = "A"
claim = "It is faster."
measured = "the pair"
studies = ["server"]
why.default = "It takes {faster} the time."

[[claims.statements]]
id = "faster"
label = "ratio"
text = "it is faster"
kind = "ratio"
figures = [3, 2]
"""


def between(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 8)


@pytest.mark.parametrize(
    ("rule", "low", "high", "expected"),
    [
        (FASTER, 1.21, 1.79, REPRODUCED),
        (FASTER, 1.19, 1.8, DIRECTION_HOLDS),
        (FASTER, 1.2, 1.81, DIRECTION_HOLDS),
        (FASTER, 2.0, 2.1, DIRECTION_HOLDS),
        (FASTER, 1.01, 1.02, DIRECTION_HOLDS),
        (FASTER, 1.0, 1.02, NOT_REPRODUCED),
        (FASTER, 0.9, 3.0, NOT_REPRODUCED),
        (FASTER, 0.98, 1.0, NOT_REPRODUCED),
        (FASTER, 0.98, 0.99, CONTRADICTED),
        (SLOWER, 0.54, 0.79, REPRODUCED),
        (SLOWER, 0.53, 0.79, DIRECTION_HOLDS),
        (SLOWER, 0.98, 1.02, NOT_REPRODUCED),
        (SLOWER, 1.01, 1.02, CONTRADICTED),
        (SAME, 0.8, 1.2, REPRODUCED),
        (SAME, 1.1, 1.19, REPRODUCED),
        (SAME, 0.79, 1.2, NOT_REPRODUCED),
        (SAME, 1.01, 1.21, CONTRADICTED),
        (SAME, 0.79, 0.99, CONTRADICTED),
        (AMOUNT, 40.0, 60.0, REPRODUCED),
        (AMOUNT, 39.9, 60.0, DIRECTION_HOLDS),
        (AMOUNT, 40.0, 60.1, DIRECTION_HOLDS),
        (AMOUNT, 0.1, 0.2, DIRECTION_HOLDS),
        (AMOUNT, -0.1, 50.0, NOT_REPRODUCED),
        (AMOUNT, -0.2, -0.1, CONTRADICTED),
        (FROM_TO, 0.016, 0.048, REPRODUCED),
        (FROM_TO, 0.0159, 0.03, DIRECTION_HOLDS),
        (FROM_TO, 0.03, 0.0481, DIRECTION_HOLDS),
        (ABOVE, 0.51, 9.0, REPRODUCED),
        (ABOVE, 0.49, 0.51, NOT_REPRODUCED),
        (ABOVE, 0.5, 0.6, NOT_REPRODUCED),
        (ABOVE, -1.0, 0.49, CONTRADICTED),
        (BELOW, -1.0, 0.49, REPRODUCED),
        (BELOW, 0.49, 0.51, NOT_REPRODUCED),
        (BELOW, 0.51, 9.0, CONTRADICTED),
    ],
)
def test_a_rule_is_applied_on_each_side_of_its_thresholds(
    rule: Statement, low: float, high: float, expected: str
) -> None:
    assert expected == judge(rule, between(low, high))


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        (LOOK, True, REPRODUCED),
        (LOOK, False, CONTRADICTED),
        (MILD, True, REPRODUCED),
        (MILD, False, NOT_REPRODUCED),
        (LOOK, None, NOT_MEASURED),
        (LOOK, between(1, 2), NOT_MEASURED),
        (FASTER, None, NOT_MEASURED),
        (FASTER, Estimate(1.5, -math.inf, math.inf, 1), NOT_MEASURED),
        (ABOVE, Estimate(9.0, -math.inf, math.inf, 1), NOT_MEASURED),
    ],
)
def test_what_is_looked_for_is_there_or_not_and_one_round_tells_nothing(
    rule: Statement, found: Finding, expected: str
) -> None:
    assert expected == judge(rule, found)


def claim_of(core: int, beside: int, needs_cpus: int = 0) -> Claim:
    statements = [
        replace(MILD if n % 2 else LOOK, id=str(n), core=n < core) for n in range(core + beside)
    ]

    return replace(load_claims().claims[0], statements=tuple(statements), needs_cpus=needs_cpus)


def load_text(path: Path, text: str) -> tuple[Claim, ...]:
    path.write_text(text, encoding="utf-8")

    return load_claims(path).claims


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((True, True, False), REPRODUCED),
        ((True, True, None), REPRODUCED),
        ((True, False, True), NOT_REPRODUCED),
        ((False, True, True), CONTRADICTED),
        ((False, False, True), CONTRADICTED),
        ((False, None, True), CONTRADICTED),
        ((True, None, True), NOT_MEASURED),
        ((None, False, True), NOT_MEASURED),
    ],
)
def test_the_gravest_verdict_at_the_core_is_the_claim_s(
    findings: tuple[Finding, ...], expected: str
) -> None:
    by_id = {str(number): found for number, found in enumerate(findings)}

    assert expected == verdict_of(claim_of(core=2, beside=1), by_id, cpus=2)


@pytest.mark.parametrize(
    ("cpus", "expected"), [(31, NOT_COMPARABLE), (None, NOT_COMPARABLE), (32, REPRODUCED)]
)
def test_a_claim_that_needs_more_cpus_is_not_comparable(cpus: int | None, expected: str) -> None:
    claim = claim_of(core=1, beside=0, needs_cpus=32)

    assert expected == verdict_of(claim, {"0": True}, cpus)
    assert verdict_of(claim, {}, cpus) == NOT_MEASURED


def test_every_claim_has_a_row_and_evidence() -> None:
    counts = {"A": 8, "B": 10, "C": 14}
    expected = [f"{source}{n + 1}" for source, count in counts.items() for n in range(count)]

    assert expected == [claim.id for claim in load_claims().claims] == list(EVIDENCE)


def test_no_sentence_types_a_number() -> None:
    typed = [
        (claim.id, text)
        for claim in load_claims().claims
        for text in claim.why.values()
        # a claim that contradicts another names it; p99 is a word
        if re.search(r"\d", re.sub(r"\{[^}]*\}|\([AB]\d\)|p99", "", text))
    ]

    assert typed == []


def test_the_first_claim_is_the_article_s() -> None:
    first = load_claims().claims[0]

    assert (first.statements[0].figures, first.studies) == ((13190.52, 7103.43), ("server",))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[sources]]", "[[sources]", "must be a file in TOML"),
        ("[[sources]]", "[[more]]", "no other names than known ones, but has 'more'"),
        ('source = "A"', 'source = "Z"', "must have a source of the file, but has 'Z'"),
        ('title = "an article"', "", "must have 'title' as a text, but has None"),
        ('title = "an article"', 'title = "a"\nurl = "x"', "that begins with https://"),
        ('claim = "It', 'claims = "It', "no other names than known ones, but has 'claims'"),
        ('studies = ["server"]', "studies = []", "must have 'studies' as a list of texts"),
        ("why.default", "why.maybe", "but has 'maybe'"),
        ("why.default", "why.reproduced", "must say why by default"),
        ('kind = "ratio"', 'kind = "guess"', "as one of ratio, amount, mechanism"),
        ("figures = [3, 2]", "figures = [3]", "two figures, whose quotient is a ratio"),
        ("figures = [3, 2]", "figures = [3, 0]", "as a list of numbers above 0"),
        ("figures = [3, 2]", "figures = [3, nan]", "as a list of numbers above 0"),
        ("figures = [3, 2]", 'unit = "second"\nfigures = [3, 2]', "whose quotient is a ratio"),
        ("figures = [3, 2]", "figures = [3, 2]\nabove = 1", "must have no threshold"),
        ("figures = [3, 2]", "figures = [3, 2]\ncore = 1", "'core' as true or false"),
        ("figures = [3, 2]", "figures = [3, 2]\ncore = false", "a statement at its core"),
        ('kind = "ratio"', 'kind = "mechanism"', "one threshold at most, and no figures"),
        ('kind = "ratio"', 'kind = "amount"\nunit = "second"', "an amount, or its lowest"),
        ('"ratio"\nfigures = [3, 2]', '"mechanism"\nabove = 1\nbelow = 1', "one threshold"),
        ('"ratio"\nfigures = [3, 2]', '"mechanism"\nabove = "1"', "'above' as a number"),
        ('text = "it is faster"', 'text = " "', "must have 'text' as a text"),
        ('studies = ["server"]', 'studies = ["server"]\nneeds_cpus = true', "as a number"),
        ("[[claims.statements]]", "[[claims.notes]]", "but has 'notes'"),
    ],
)
def test_a_file_that_breaks_its_form_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in SMALLEST

    with pytest.raises(InputError) as raised:
        load_text(tmp_path / "claims.toml", SMALLEST.replace(old, new, 1))

    assert words in str(raised.value)


def test_a_claim_stands_once(tmp_path: Path) -> None:
    claim = SMALLEST[SMALLEST.index("[[claims]]") :]

    with pytest.raises(InputError, match="each claim must be there once, but there is A1 more"):
        load_text(tmp_path / "claims.toml", SMALLEST + claim)

    with pytest.raises(InputError, match="each source must be there once, but there is none"):
        load_text(tmp_path / "claims.toml", "")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml must be a file in TOML"):
        load_claims(tmp_path / "none.toml")
