"""Turns rows into the few numbers that a reader takes away."""

from dataclasses import dataclass

from analysis.catalogue import Catalogue
from analysis.contrasts import difference, estimate
from analysis.estimate import Estimate
from analysis.ladder import Closure, Part, closure, parts
from analysis.pairs import Pair, compare
from analysis.regression import Regression
from analysis.rows import Rows

NEGLIGIBLE_SHARE = 0.01


@dataclass(frozen=True)
class Headline:
    """The answer on one placement; seconds. What a run did not measure is None."""

    placement: str
    pair: Pair | None
    second_hop: Estimate | None
    closure: Closure | None
    parts: tuple[Part, ...]

    @property
    def negligible_from(self) -> Estimate | None:
        """From how long a request a hop is less than NEGLIGIBLE_SHARE of it; seconds."""
        return None if self.pair is None else self.pair.difference.scaled(1 / NEGLIGIBLE_SHARE)


@dataclass(frozen=True)
class Answer:
    """The headlines, the main placement first, and the line over all handler kinds."""

    headlines: tuple[Headline, ...]
    regression: Regression | None
    first_hop: Estimate | None
    further_hop: Estimate | None

    @property
    def main(self) -> Headline:
        """The headline of the main placement."""
        return self.headlines[0]

    @property
    def others(self) -> tuple[Headline, ...]:
        """The headlines of the other placements."""
        return self.headlines[1:]


def answer_of(rows: Rows, found: Catalogue | None) -> Answer:
    """Compute the answer; the catalogue is passed in, for its line costs time."""
    one_hop = None if found is None else found.one_hop

    return Answer(
        headlines=tuple(headline(rows, placement) for placement in rows.placements),
        regression=None if found is None else found.regression,
        first_hop=None if one_hop is None else one_hop.difference,
        further_hop=None if found is None else found.further_hop,
    )


def headline(rows: Rows, placement: str) -> Headline:
    """Compute the answer on one placement."""
    return Headline(
        placement=placement,
        pair=the_pair(rows, placement),
        second_hop=second_hop(rows, placement),
        closure=closure(rows, placement),
        parts=parts(rows, placement),
    )


def the_pair(rows: Rows, placement: str) -> Pair | None:
    """Compare `def` with `async-def`: as the exchange saw it, or else as the catalogue did."""
    through_exchange = compare(
        rows.find("harness", "def", placement, "exchange"),
        rows.find("harness", "async-def", placement, "exchange"),
    )

    return through_exchange or compare(
        rows.find("handlers", "def", placement), rows.find("handlers", "async-def", placement)
    )


def second_hop(rows: Rows, placement: str) -> Estimate | None:
    """Estimate what a return annotation adds to `def` beyond what it adds to `async-def`."""
    found = second_hop_in(rows, "handlers", ("def-model", "async-def-model"), "def", placement)

    return found or second_hop_in(
        rows, "hop", ("fastapi-def-model", "async-def-model"), "fastapi-def", placement
    )


def second_hop_in(
    rows: Rows, study: str, model: tuple[str, str], plain: str, placement: str
) -> Estimate | None:
    """Estimate it inside one study: the pair with the annotation, less the pair without."""
    annotated = compare(*(rows.find(study, subject, placement) for subject in model))
    bare = compare(rows.find(study, plain, placement), rows.find(study, "async-def", placement))

    if annotated is None or bare is None:
        return None

    return estimate(difference(annotated.contrast, bare.contrast))
