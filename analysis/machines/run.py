"""Turns a result file into a run beside others: what its own report says of it, and its pairs."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.answer_lines import answer_lines
from analysis.catalogue import Catalogue
from analysis.checks import FAIL, Check
from analysis.gate import exchange_checks, load_checks
from analysis.page_sections import study_sections
from analysis.pairs import Pair
from analysis.rows import Rows
from analysis.sections import EXCHANGES
from analysis.source import Source, by_study

Kinds = Mapping[str, Pair]


@dataclass(frozen=True)
class Run:
    """One run; `number` counts from 1, `kinds` are the pairs with hops of each placement."""

    number: int
    name: str
    source: Source
    answer: tuple[str, ...]
    judged: tuple[Check, ...]
    kinds: Mapping[str, Kinds]

    @property
    def rows(self) -> Rows:
        """All that it measured."""
        return self.source.rows

    @property
    def drafts(self) -> tuple[str, ...]:
        """Why it is a draft; empty if it is none."""
        return tuple(check.draft for check in self.judged if check.draft)

    @property
    def missed(self) -> tuple[Check, ...]:
        """The bars it misses."""
        return tuple(check for check in self.judged if check.verdict == FAIL)

    @property
    def title(self) -> str:
        """Number, name, and a warning, as tables and the figure show it."""
        return f"{self.number}: {self.name}" + (" (DRAFT)" if self.drafts else "")


def run_of(number: int, name: str, source: Source) -> Run:
    """Answer and judge a run as its own report would."""
    sections = study_sections(by_study([source]), "figures")
    found = {one.study: one.numbers for one in sections}
    exchanges = source.only(tuple(EXCHANGES))

    return Run(
        number=number,
        name=name,
        source=source,
        answer=tuple(answer_lines(exchanges, found)),
        judged=(*exchange_checks(exchanges, found, ()), *load_checks(sections)),
        kinds=kinds_of(found["handlers"]),
    )


def kinds_of(found: Catalogue | None) -> Mapping[str, Kinds]:
    """Sort the pairs that have hops by placement and name."""
    if found is None:
        return {}

    return {
        placement: {pair.name: pair for pair in pairs if pair.hops > 0}
        for placement, pairs in ((found.placement, found.pairs), *found.elsewhere)
    }
