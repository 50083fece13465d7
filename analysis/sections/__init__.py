"""Turns rows into the report's sections: one module per study, of the study's name."""

from types import ModuleType

from analysis.sections import (
    concurrency,
    factors,
    handlers,
    harness,
    hop,
    releases,
    remedies,
    server,
    work,
)

# In the report's order. Each exports TITLE, numbers(rows), figure(numbers) and alt(numbers).
# `traces` is no study of a run: its numbers come from recordings, and it has two figures.
EXCHANGES: dict[str, ModuleType] = {"harness": harness, "handlers": handlers, "hop": hop}
"""One request at a time."""

# Each exports checks(numbers) and headline(numbers) too.
LOADS: dict[str, ModuleType] = {
    "factors": factors,
    "releases": releases,
    "concurrency": concurrency,
    "work": work,
    "server": server,
    "remedies": remedies,
}
"""Other settings, overlapping requests, other ways; each may have a result file of its own."""

SECTIONS = {**EXCHANGES, **LOADS}
