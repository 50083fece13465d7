"""Turns made-up runs into the parameters of a calculator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.benchmark import Benchmark
from analysis.calculator.measured import parameters
from analysis.calculator.parameters import Parameters
from analysis.load import load
from analysis.rows import Rows
from analysis.sections import SECTIONS
from analysis.source import Source
from tests import synthetic
from tests.synthetic_loads import around, benchmark, rows_of
from tests.synthetic_work import study

MACHINE = "Imaginary CPU, Python unknown"
IN_FLIGHT = {"one-cpu": (1, 40, 100, 4000), "free": (1, 100, 4000)}
BASE, HOP = 45e-6, {"one-cpu": 66e-6, "free": 160e-6}
ROUNDS = 5


def overlapping() -> Iterator[Benchmark]:
    """The trivial pair over requests in flight; a hop grows dearer with them."""
    for placement, loads in IN_FLIGHT.items():
        for in_flight in loads:
            for subject, more in (("def", HOP[placement]), ("async-def", 0.0)):
                request = BASE + more * (1 + in_flight / 1000)
                values = around(request, f"{subject} {placement} {in_flight}", ROUNDS)
                yield benchmark(
                    "concurrency", subject, placement, "request", values, in_flight=in_flight
                )


@cache
def handlers() -> Rows:
    """The catalogue, as a result file has it."""
    plan = [spec for spec in synthetic.specs() if spec.study == "handlers"]
    with TemporaryDirectory() as directory:
        path = synthetic.write(Path(directory) / "a.json.gz", synthetic.suite(plan, rounds=ROUNDS))
        return load(path)


def runs() -> Mapping[str, Rows]:
    """Each study as measured by one and the same machine."""
    found = {
        "work": rows_of(*study()),
        "concurrency": rows_of(*overlapping()),
        "handlers": handlers(),
    }
    provenance = found["work"].provenance

    return {name: replace(rows, provenance=provenance) for name, rows in found.items()}


def of(rows: Mapping[str, Rows]) -> Parameters:
    """What the calculator knows from these studies."""
    numbers = {study: SECTIONS[study].numbers(found) for study, found in rows.items()}

    return parameters({name: Source(found, f"{name}.gz") for name, found in rows.items()}, numbers)


@cache
def made_up() -> Parameters:
    """What it knows from all of them."""
    return of(runs())
