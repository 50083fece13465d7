"""Turns made-up numbers into rows of benchmarks that observe, as `load` would give them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from analysis.benchmark import Benchmark, Counts
from analysis.rows import Provenance, Rows
from analysis.visit import Fact, Failure, Visit

Values = Mapping[int, float] | Sequence[float]
Facts = Mapping[str, Fact]

ROUNDS = 8
SPREAD = 0.01
METRIC_FACTORS = ("work_us",)  # of the metric, not of the benchmark: one visit gives several
NO_COUNTS = Counts(hops=None, loop_passes=None, tasks_created=None, threads_started=None)


def benchmark(
    study: str,
    subject: str,
    placement: str,
    metric: str,
    values_by_round: Values,
    unit: str = "second",
    *,
    facts: Facts | None = None,
    facts_by_round: Mapping[int, Facts] | None = None,
    failures: Sequence[Failure] = (),
    **factors: Fact,
) -> Benchmark:
    """One metric of one benchmark, with one value per round.

    Args:
        values_by_round: in the unit itself (seconds, not us); a sequence counts rounds from one.
        facts: extra metadata, equal in all visits.
        facts_by_round: extra metadata that differ.
        factors: in the benchmark's order, such as `in_flight=100`.
    """
    own = [f"{name}={value}" for name, value in factors.items() if name not in METRIC_FACTORS]
    more = [f"{name}={value}" for name, value in factors.items() if name in METRIC_FACTORS]
    where = f"placement={placement}"

    return Benchmark(
        name=named(study, subject, *own, f"metric={metric}", *more, where),
        study=study,
        subject=subject,
        title=f"{subject}, made up",
        placement=placement,
        unit=unit,
        counts=NO_COUNTS,
        instrument=None,
        family=None,
        catalogue_position=None,
        twin=None,
        ladder=None,
        rung=None,
        above=None,
        minus=None,
        adds=None,
        visits=visits(values_by_round, facts or {}, facts_by_round or {}),
        failures=tuple(failures),
        metric=metric,
        factors=tuple(factors.items()),
        base=named(study, subject, *own, where),
    )


def named(study: str, subject: str, *factors: str) -> str:
    return f"{study}/{subject}@{','.join(factors)}"


def visits(values: Values, facts: Facts, facts_by_round: Mapping[int, Facts]) -> tuple[Visit, ...]:
    by_round = values if isinstance(values, Mapping) else dict(enumerate(values, start=1))

    return tuple(
        Visit(
            round=number,
            position=1,
            loops=1,
            values=(value,),
            duration_seconds=1.0,
            steal_seconds=0.0,
            facts={**facts, **facts_by_round.get(number, {})},
        )
        for number, value in sorted(by_round.items())
    )


def around(
    value: float, seed: str = "", rounds: int = ROUNDS, spread: float = SPREAD
) -> list[float]:
    """A value per round, scattered about the given one, and always in the same way.

    Args:
        seed: another one for each benchmark, or they scatter together.
        spread: relative, of one visit.
    """
    chance = random.Random(seed)

    return [value * (1 + spread * chance.gauss()) for _ in range(rounds)]


def rows_of(*benchmarks: Benchmark) -> Rows:
    """A whole result file, of these benchmarks."""
    rounds = {number for row in benchmarks for number in row.by_round}
    provenance = Provenance(
        version="0.1.0",
        commit="0123456789ab",
        plan="0123456789abcdef",
        seed=7,
        rounds_planned=max(rounds, default=ROUNDS),
        cpu_count=2,
        pinned_cpu=1,
        facts=(("cpu_model_name", "Imaginary CPU"), ("cpu_count", "2"), ("kernel", "Linux 6.0")),
        distributions=(("anyio", "4.16.0"), ("fastapi", "0.165.0"), ("starlette", "1.10.0")),
        first_date="2025-01-01 00:00",
        last_date="2025-01-01 01:00",
        data_sha256="0" * 64,
    )

    return Rows(provenance, benchmarks)
