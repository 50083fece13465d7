"""Settings and fixtures every test shares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pyperf
import pytest
from hypothesis import settings

from analysis import stats
from bench import provenance
from bench.every_study import BENCHMARKS, STUDIES
from bench.machine import Machine, this_machine
from bench.plan import Plan, Visit
from bench.result_file import ResultFile, facts_of
from bench.rounds import measure

# A time limit per example would measure how busy the machine is, not whether the code is right.
settings.register_profile("hopcost", deadline=None)
settings.load_profile("hopcost")

MakeRun = Callable[[Visit], tuple[pyperf.Run, ...]]


@pytest.fixture(scope="module")
def few_resamples() -> Iterator[None]:
    """Rough intervals, ten times as fast: for tests that ask what is said, not how wide it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stats, "RESAMPLES", 999)
        yield


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A new event loop, closed after the test."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture
def plan() -> Plan:
    """Three benchmarks, two rounds; nothing of it depends on this machine."""
    return Plan(STUDIES["harness"][:3], 2, 1, Machine((0, 1), 1))


@pytest.fixture(scope="session")
def made_up() -> MakeRun:
    """Makes up the run of a visit, as a worker on this machine would write it."""
    machine = provenance.of_this_machine()

    def run(visit: Visit) -> tuple[pyperf.Run, ...]:
        facts = {"name": visit.benchmark.name, "loops": 10, **visit.benchmark.metadata, **machine}
        return (pyperf.Run((1e-6, 2e-6), metadata=facts, collect_metadata=False),)

    return run


@pytest.fixture(scope="session")
def real_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result file of real visits, two benchmarks in two rounds, and of one failure."""
    machine = this_machine()
    placement = machine.placements[0]
    no_op = BENCHMARKS[f"harness/no-op@instrument=exchange,placement={placement}"]
    def_ = BENCHMARKS[f"handlers/def@placement={placement}"]
    plan = Plan((no_op, def_), 2, 1, machine)
    facts = facts_of(plan, "all", provenance.of_this_environment())
    results = ResultFile(tmp_path_factory.mktemp("real") / "real.json.gz", facts)
    measure(plan, results, lambda visit, failure: None)
    results.add_failure(Visit(3, 1, plan.benchmarks[0]), "crash", "lost in /home/ada/a.py")
    return results.path
