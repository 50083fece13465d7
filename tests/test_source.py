"""Sources: which file each study of the report is taken from."""

from __future__ import annotations

from analysis.rows import Rows
from analysis.source import Source, by_study, with_soak
from tests.synthetic_loads import benchmark, rows_of

WORK = benchmark("work", "python", "free", "request", [1.0, 1.1], handler="def")
SERVED = benchmark("server", "def", "free", "request", [1.0, 1.1], client="wrk")
SOAKED = benchmark("server", "def", "free", "request", [2.0], client="soak")


def source(name: str, *rows: object) -> Source:
    return Source(rows_of(*rows), name)  # type: ignore[arg-type]


def names(rows: Rows) -> list[str]:
    return [row.name for row in rows.benchmarks]


def test_each_study_is_taken_from_the_first_run_that_has_it() -> None:
    first, second = source("a", WORK), source("b", WORK, SERVED)

    found = by_study([first, second])

    assert found == {"work": first, "server": second}


def test_the_soak_of_another_run_joins_its_study() -> None:
    found = by_study([source("a", SERVED), source("b", SOAKED)])["server"]

    assert names(found.rows) == [SERVED.name, SOAKED.name]
    assert (found.data, found.soak_data) == ("a", "b")


def test_nothing_else_of_another_run_joins() -> None:
    both, other = source("a", SERVED, SOAKED), source("b", SERVED, SOAKED, WORK)

    assert with_soak(both, other) is both
    assert names(with_soak(source("a", SERVED), other).rows) == [SERVED.name, SOAKED.name]


def test_a_run_gives_the_rows_of_some_studies_or_nothing() -> None:
    one = source("a", WORK, SERVED)

    rows = one.only(["work"])

    assert rows is not None
    assert names(rows) == [WORK.name]
    assert one.only(["hop"]) is None
