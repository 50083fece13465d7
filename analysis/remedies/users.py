"""Turns the rows of a user's remedies into groups: a default, and what each costs instead."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.benchmark import AGAIN, Benchmark
from analysis.estimate import Estimate
from analysis.pairs import Pair, compare
from analysis.remedies.measured import LOADS, STUDY, estimated, row, told
from analysis.rows import Rows

DEFAULTS = ("def", "def-model", "def-deps-4", "class-dep", "def-stream")
"""In the report's order; any other follows."""

CANCELLATION = {
    "waits": "waits for the thread",
    "abandons": "leaves the thread to run on",
    "cannot": "cannot arrive meanwhile",
}
CONTEXT = {
    "copied": "a copy",
    "shared": "the request's own",
    "lost": "none of the request's",
}
LIMITER = {
    "tokens": "AnyIO's limiter",
    "more-tokens": "the larger limiter",
    "executor": "asyncio's executor, by the CPUs of the machine",
    "one-thread": "its one thread",
    "loop": "the event loop",
}


@dataclass(frozen=True)
class Load:
    """One placement and a number of requests in flight."""

    placement: str
    in_flight: int


@dataclass(frozen=True)
class Remedy:
    """A way to run the sync code, what a request can rely on, and its time under each load.

    Attributes:
        times: by load.
        pairs: against the default, by load; none for defaults.
    """

    name: str
    way: str
    instead_of: str
    cancellation: str
    context: str
    limiter: str
    at_once: str
    blocks_loop: bool
    loses: str
    hops: int | None
    times: dict[Load, Estimate]
    pairs: dict[Load, Pair]

    def time(self, placement: str, in_flight: int) -> Estimate | None:
        """Give its time per request under a load."""
        return self.times.get(Load(placement, in_flight))

    def pair(self, placement: str, in_flight: int) -> Pair | None:
        """Compare it with its default under a load."""
        return self.pairs.get(Load(placement, in_flight))


@dataclass(frozen=True)
class Group:
    """A default, and the remedies that do the same."""

    default: Remedy
    remedies: tuple[Remedy, ...]

    @property
    def all(self) -> tuple[Remedy, ...]:
        """The default first."""
        return (self.default, *self.remedies)

    def remedy(self, name: str) -> Remedy | None:
        """Find one by its name."""
        return next((one for one in self.all if one.name == name), None)


def groups(rows: Rows) -> tuple[Group, ...]:
    """Group all remedies that were measured, in the report's order."""
    first = {found.subject: found for found in reversed(list(ways(rows)))}
    ordered = {found.subject: first[found.subject] for found in ways(rows)}
    defaults = [name for name, found in ordered.items() if not told(found, "instead_of")]
    known = [name for name in DEFAULTS if name in defaults]

    return tuple(
        Group(
            remedy(rows, ordered[default]),
            tuple(
                remedy(rows, found)
                for found in ordered.values()
                if told(found, "instead_of") == default
            ),
        )
        for default in (*known, *(name for name in defaults if name not in known))
    )


def ways(rows: Rows) -> Iterator[Benchmark]:
    """List the rows of remedies, those of the controls left out."""
    for found in rows.study(STUDY):
        is_way = "way" in found.facts and "variant" not in dict(found.factors)
        if found.visits and is_way and not found.subject.endswith(AGAIN):
            yield found


def remedy(rows: Rows, found: Benchmark) -> Remedy:
    """Gather what is known of one remedy under every load."""
    instead_of = told(found, "instead_of")
    loads = [Load(placement, n) for placement in rows.placements for n in LOADS]
    own = {
        load: row(rows, found.subject, load.placement, in_flight=load.in_flight) for load in loads
    }
    others = {
        load: row(rows, instead_of, load.placement, in_flight=load.in_flight) for load in loads
    }
    times = {load: estimated(one) for load, one in own.items()}
    pairs = {load: compare(own[load], others[load]) for load in loads}

    return Remedy(
        name=found.subject,
        way=told(found, "way"),
        instead_of=instead_of,
        cancellation=CANCELLATION.get(told(found, "cancellation"), ""),
        context=CONTEXT.get(told(found, "context"), ""),
        limiter=LIMITER.get(told(found, "limiter"), ""),
        at_once=told(found, "at_once"),
        blocks_loop=found.facts.get("blocks_loop") == 1,
        loses=told(found, "loses"),
        hops=found.counts.hops,
        times={load: time for load, time in times.items() if time is not None},
        pairs={load: pair for load, pair in pairs.items() if pair is not None},
    )
