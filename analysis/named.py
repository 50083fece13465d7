"""Turns the answer into numbers under names that last, each with the benchmarks behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import digits
from analysis.answer import NEGLIGIBLE_SHARE, Answer, Headline, answer_of
from analysis.catalogue import MANY_HOPS, ONE_HOP, Catalogue
from analysis.page_sections import id_of
from analysis.pairs import Pair
from analysis.rows import Rows
from analysis.sections import LOADS
from analysis.work.durations import whole

PREFIX = "N-"
WHAT = {
    "N-endpoint": "what a `def` endpoint costs more per request than the same `async def` endpoint",
    "N-endpoint-ratio": "the same as a ratio; its baseline is N-request",
    "N-request": "the time of the trivial `async def` request",
    "N-annotation": "what a return annotation on a `def` endpoint adds: a second hop",
    "N-first-hop": "what the first hop of a request costs (a `def` dependency)",
    "N-further-hop": "what each further hop of that request costs",
    "N-hop": "by how much the line over all handler kinds rises per hop",
    "N-parts": "where the hop of an endpoint goes",
    "N-negligible": f"from how long a request one hop is {digits.share(NEGLIGIBLE_SHARE)} of it",
    **{f"{PREFIX}{study}": f"the headline of the study `{study}`" for study in LOADS},
}
ANNOTATED = ("def-model", "async-def-model", "def", "async-def")
ANNOTATED_RUNGS = ("fastapi-def-model", "async-def-model", "fastapi-def", "async-def")


@dataclass(frozen=True)
class Named:
    """A number, or a sentence of numbers, that can be cited by its name."""

    name: str
    found: str
    study: str
    benchmarks: tuple[str, ...]

    @property
    def what(self) -> str:
        """What it is the number of."""
        return WHAT[self.name]

    @property
    def figure(self) -> str:
        """The identifier of the figure that shows it."""
        return id_of(self.study)


def named(
    rows: Rows | None, found: Mapping[str, Any], sources: Mapping[str, Rows]
) -> tuple[Named, ...]:
    """List all numbers that were measured, in the order of the answer.

    Args:
        rows: those of one request at a time; None if the run has none.
        found: the numbers of each study, None where it was not measured.
        sources: the rows that each study is taken from.
    """
    exchanges = [] if rows is None else of_exchanges(rows, found["handlers"])

    return (*exchanges, *of_loads(found, sources))


def of_exchanges(rows: Rows, found: Catalogue | None) -> list[Named]:
    """List the numbers of one request at a time."""
    answer = answer_of(rows, found)
    pairs = [one.pair for one in answer.headlines if one.pair]
    every = (
        *of_pairs(pairs),
        annotation(rows, answer.headlines),
        *of_catalogue(answer, found),
        parts(rows, answer.main),
    )

    return sorted((one for one in every if one.found), key=lambda one: list(WHAT).index(one.name))


def of_pairs(pairs: Sequence[Pair]) -> Iterator[Named]:
    """Name the numbers of the trivial pair."""
    if not pairs:
        return

    texts: dict[str, Callable[[Pair], str]] = {
        "N-endpoint": lambda one: digits.time(one.difference),
        "N-endpoint-ratio": lambda one: digits.times(one.ratio),
        "N-request": lambda one: digits.time(one.twin_time),
        "N-negligible": lambda one: whole(one.difference.scaled(1 / NEGLIGIBLE_SHARE)),
    }
    benchmarks = names_of(pairs)

    if any(one.difference.value <= 0 for one in pairs):
        del texts["N-negligible"]

    for name, text in texts.items():
        told = [f"{text(one)} {digits.placed(one.placement)}" for one in pairs]
        yield Named(name, "; ".join(told), pairs[0].kind.study, benchmarks)


def names_of(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Name the benchmarks of pairs."""
    return tuple(dict.fromkeys(row.name for one in pairs for row in (one.kind, one.twin)))


def annotation(rows: Rows, headlines: Sequence[Headline]) -> Named:
    """Name what a return annotation adds."""
    told = [
        f"{digits.time(one.second_hop)} {digits.placed(one.placement)}"
        for one in headlines
        if one.second_hop
    ]
    in_catalogue = any(row.subject == ANNOTATED[0] for row in rows.study("handlers"))
    study, subjects = ("handlers", ANNOTATED) if in_catalogue else ("hop", ANNOTATED_RUNGS)
    benchmarks = tuple(row.name for row in rows.study(study) if row.subject in subjects)

    return Named("N-annotation", "; ".join(told), study, benchmarks)


def of_catalogue(answer: Answer, found: Catalogue | None) -> Iterator[Named]:
    """Name what hops cost over the handler kinds."""
    if found is None:
        return

    where = digits.placed(found.placement)
    several = [pair for pair in map(found.pair, (ONE_HOP, MANY_HOPS)) if pair]
    slope = answer.regression.slope if answer.regression else None
    numbers = (
        ("N-first-hop", answer.first_hop, several[:1]),
        ("N-further-hop", answer.further_hop, several),
        ("N-hop", slope, [pair for pair in found.pairs if pair.hops > 0]),
    )

    for name, number, pairs in numbers:
        if number is not None:
            yield Named(name, f"{digits.time(number)} {where}", "handlers", names_of(pairs))


def parts(rows: Rows, main: Headline) -> Named:
    """Name the shares of an endpoint's hop."""
    told = "; ".join(f"{part.name} {digits.percent(part.share)}" for part in main.parts)
    where = f" {digits.placed(main.placement)}" if told else ""
    benchmarks = tuple(row.name for row in rows.study("hop") if row.placement == main.placement)

    return Named("N-parts", f"{told}{where}", "hop", benchmarks)


def of_loads(found: Mapping[str, Any], sources: Mapping[str, Rows]) -> Iterator[Named]:
    """Name the headline of each other study."""
    for study, module in LOADS.items():
        told = module.headline(found[study]) if found.get(study) else ""
        if told:
            benchmarks = tuple(row.name for row in sources[study].study(study))
            yield Named(f"{PREFIX}{study}", told, study, benchmarks)
