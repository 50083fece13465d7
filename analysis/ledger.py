"""Turns claims and evidence into the ledger: a row per claim, which never disappears."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis import digits
from analysis.claim import RATIO, Claim, Claims, Source
from analysis.claims import load_claims
from analysis.evidence import EVIDENCE
from analysis.evidence.sources import Sources
from analysis.judging import BAND, published_ratio, verdict_of
from analysis.metadata import InputError
from analysis.reasons import ours, why
from analysis.recordings.rows import Recording
from analysis.rows import Rows


@dataclass(frozen=True)
class Row:
    """One claim with its verdict; all but the records is text for a table."""

    claim: Claim
    source: Source
    published: str
    ours: str
    verdict: str
    why: str

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.claim.id


def ledger(
    sources: Mapping[str, Rows], recordings: Iterable[Recording] = (), claims: Claims | None = None
) -> tuple[Row, ...]:
    """Judge every claim.

    Args:
        sources: the rows of each study, by its name; a study may have a file of its own.
        recordings: the recorded traces.
        claims: those of claims.toml unless others are given.

    Raises:
        InputError: claims.toml breaks its form, or a claim has no evidence defined.
    """
    found = claims or load_claims()
    everything = Sources(sources, tuple(recordings))
    by_id = {source.id: source for source in found.sources}

    return tuple(row(claim, by_id[claim.source], everything) for claim in found.claims)


def row(claim: Claim, source: Source, sources: Sources) -> Row:
    """Judge one claim."""
    if claim.id not in EVIDENCE:
        raise InputError(f"claim {claim.id} must have evidence, but has none: add its function")

    evidence = EVIDENCE[claim.id](sources)
    verdict = verdict_of(claim, evidence.findings, sources.cpus)

    return Row(
        claim,
        source,
        published(claim),
        ours(claim, evidence),
        verdict,
        why(claim, evidence, verdict),
    )


def published(claim: Claim) -> str:
    """Give the published figures, with the ratio where there is one of two figures."""
    ratios = [one for one in claim.statements if one.kind == RATIO and one.core and not one.same]

    if len(ratios) != 1:
        return claim.published or digits.NOTHING

    return f"{digits.TIMES} {digits.number(published_ratio(ratios[0]))} ({claim.published})"


def context(rows: tuple[Row, ...]) -> dict[str, object]:
    """Gather what the ledger's template speaks of."""
    return {"ledger": rows, "band": BAND}
