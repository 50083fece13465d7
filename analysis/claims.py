"""Turns claims.toml into the claims to referee, checked: the rules are data, and stand there."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from analysis.claim import (
    AMOUNT,
    CONTRADICTED,
    KINDS,
    MECHANISM,
    RATIO,
    SECOND,
    SHARE,
    TIMES,
    UNITS,
    UNSEEN,
    VERDICTS,
    Claim,
    Claims,
    Source,
    Statement,
)
from analysis.fields import Fields
from analysis.metadata import InputError

CLAIMS = Path(__file__).with_name("claims.toml")
DEFAULT = "default"


def load_claims(path: Path = CLAIMS) -> Claims:
    """Read the claims.

    Raises:
        InputError: the file breaks its form; one sentence says where and how.
    """
    try:
        found = Fields(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} must be a file in TOML, but {error}: mend it") from None

    found.require_known("sources", "claims")
    sources = tuple(map(source_of, found.tables("sources")))
    claims = tuple(map(claim_of, found.tables("claims")))
    require_once("source", [one.id for one in sources])
    require_once("claim", [one.id for one in claims])

    for claim in claims:
        if claim.source not in [one.id for one in sources]:
            raise InputError(
                f"claim {claim.id} must have a source of the file, but has {claim.source!r}: add it"
            )

    return Claims(sources, claims)


def require_once(what: str, ids: Sequence[str]) -> None:
    """Refuse an empty list, or an id that two have."""
    twice = sorted({one for one in ids if ids.count(one) > 1})

    if twice or not ids:
        found = f"{', '.join(twice)} more than once" if twice else "none"
        raise InputError(f"each {what} must be there once, but there is {found}: mend the file")


def source_of(found: Fields) -> Source:
    """Read one source."""
    found.require_known("id", "title", "set_up", "url")

    return Source(found.text("id"), found.text("title"), found.text("set_up", ""), found.url("url"))


def claim_of(found: Fields) -> Claim:
    """Read one claim with its statements."""
    found.require_known(
        "id", "source", "claim", "conditions", "published", "measured", "studies", "statements",
        "needs_cpus", "needs", "why",
    )  # fmt: skip
    statements = tuple(map(statement_of, found.tables("statements")))
    why = found.texts_by("why", (DEFAULT, *VERDICTS))
    require_once(f"statement of claim {found.text('id')}", [one.id for one in statements])

    if DEFAULT not in why:
        raise found.error("must say why by default, but does not: add `default`")

    if not any(one.core for one in statements):
        raise found.error("must have a statement at its core, but has none: choose one")

    return Claim(
        id=found.text("id"),
        source=found.text("source"),
        claim=found.text("claim"),
        conditions=found.text("conditions", ""),
        published=found.text("published", ""),
        measured=found.text("measured"),
        studies=found.texts("studies"),
        statements=statements,
        needs_cpus=int(found.optional_number("needs_cpus") or 0),
        needs=found.text("needs", ""),
        why=why,
    )


def statement_of(found: Fields) -> Statement:
    """Read one statement and its rule."""
    found.require_known(
        "id", "label", "text", "kind", "unit", "core", "figures", "same", "above", "below",
        "unseen",
    )  # fmt: skip
    made = Statement(
        id=found.text("id"),
        label=found.text("label"),
        text=found.text("text"),
        kind=found.text("kind", allowed=KINDS),
        unit=found.text("unit", TIMES, allowed=UNITS),
        core=found.flag("core", otherwise=True),
        figures=found.numbers("figures"),
        same=found.flag("same", otherwise=False),
        above=found.optional_number("above"),
        below=found.optional_number("below"),
        unseen=found.text("unseen", CONTRADICTED, allowed=UNSEEN),
    )
    wrong = fault(made)

    if wrong:
        raise found.error(f"{wrong}: mend it")

    return made


def fault(one: Statement) -> str:
    """Say what is wrong with a rule; nothing if it can be applied."""
    if one.kind == MECHANISM:
        both = one.above is not None and one.below is not None
        return "must have one threshold at most, and no figures" if both or one.figures else ""

    if one.above is not None or one.below is not None:
        return "must have no threshold, as it has published figures"

    if one.kind == RATIO:
        right = len(one.figures) == 2 and one.unit == TIMES
        return "" if right else "must have two figures, whose quotient is a ratio"

    ordered = len(one.figures) in (1, 2) and list(one.figures) == sorted(one.figures)
    right = one.kind == AMOUNT and ordered and one.unit in (SECOND, SHARE)

    return "" if right else "must have an amount, or its lowest and highest, with a unit"
