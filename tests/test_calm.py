"""Calm moments: which batches count, how long is waited, and what never decides."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import calm, timing
from bench.calm import BATCHES, DISTURBED, PATIENCE_SECONDS, Calm
from bench.counting import Counts, counting_hops
from bench.pace import Batch, Tally, at_once
from bench.rungs.resources import RUNGS as METERED
from bench.rungs.rung import Rung
from bench.rungs.threads import cold_hop
from bench.timing import WARM_UP, awaited, called

SHORTEST = 1.0
UNDISTURBED = DISTURBED * SHORTEST
"""The longest stretch that is not taken as disturbed."""

SLOW = UNDISTURBED + 0.001


class Machine:
    """A clock that goes as far as a stretch or a batch lasts.

    Attributes:
        stretches: how long the next ones last.
        then: how long all the rest do.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.stretches: Iterator[float] = iter(())
        self.then = SHORTEST

    def clock(self) -> float:
        return self.now

    def stretch(self) -> float:
        elapsed = next(self.stretches, self.then)
        self.now += elapsed
        return elapsed

    def timed(self, batches: Iterable[Batch], seconds: float = 0.01) -> Iterator[int]:
        """Times batches of so many seconds a loop; the loops of each."""
        for batch in batches:
            batch.elapsed = seconds * batch.loops
            self.now += batch.elapsed
            yield batch.loops


@pytest.fixture
def machine() -> Iterator[Machine]:
    with pytest.MonkeyPatch.context() as patch:
        yield on(Machine(), patch)


def on(machine: Machine, patch: pytest.MonkeyPatch) -> Machine:
    """Has calm moments be those of `machine`; each look takes one stretch."""
    patch.setattr(calm, "perf_counter", machine.clock)
    patch.setattr(calm, "stretch", machine.stretch)
    patch.setattr(calm, "beside", machine.stretch)
    return machine


@given(st.integers(1, 2000))
def test_all_loops_are_timed_in_batches_of_one_size(loops: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        machine = on(Machine(), patch)
        sizes = list(machine.timed(Calm(SHORTEST)(loops)))

    assert sum(sizes) == loops
    assert len(sizes) <= BATCHES
    assert len(set(sizes[:-1])) <= 1


def test_a_batch_with_a_disturbed_stretch_after_it_is_timed_again(machine: Machine) -> None:
    machine.stretches = iter([UNDISTURBED, SLOW])
    tally = Tally(Calm(SHORTEST)(3))

    assert list(machine.timed(tally, 0.5)) == [1, 1, 1, 1]
    assert tally.total == 1.5


def test_a_batch_begins_in_a_calm_moment(machine: Machine) -> None:
    machine.stretches = iter([SLOW, SLOW, UNDISTURBED])
    batches = Calm(SHORTEST)(1)

    next(iter(batches))

    assert machine.now == pytest.approx(2 * SLOW + UNDISTURBED)


def test_its_own_time_never_decides_whether_a_batch_counts(machine: Machine) -> None:
    tally = Tally(Calm(SHORTEST)(3))

    assert list(machine.timed(tally, 1e6)) == [1, 1, 1]
    assert tally.total == 3e6


def test_when_patience_ends_everything_counts(machine: Machine) -> None:
    machine.then = SLOW
    pace = Calm(SHORTEST)
    tally = Tally(pace(BATCHES))

    assert len(list(machine.timed(tally))) == BATCHES
    assert machine.now < PATIENCE_SECONDS + 2 * (BATCHES + 1) * SLOW
    assert tally.total == pytest.approx(0.01 * BATCHES)


def test_what_is_timed_in_vain_ends_patience_too(machine: Machine) -> None:
    machine.stretches = iter([SHORTEST, SLOW] * 100)
    pace = Calm(SHORTEST)

    tried = len(list(machine.timed(pace(1), 0.5)))

    assert tried == pytest.approx(PATIENCE_SECONDS / (0.5 + SLOW), abs=1.5)


def test_patience_is_that_of_a_visit_not_of_a_value(machine: Machine) -> None:
    machine.then = SLOW
    pace = Calm(SHORTEST)
    list(machine.timed(pace(1)))
    before = machine.now

    list(machine.timed(pace(1)))

    assert machine.now - before == pytest.approx(2 * SLOW + 0.01)


def test_it_tells_of_the_batches_that_count(machine: Machine) -> None:
    machine.stretches = iter([1.1, SLOW, 1.2, 1.3])
    pace = Calm(SHORTEST)
    list(machine.timed(pace(1)))

    assert pace.told() == {
        "batches_tried": 2,
        "batches_counted": 1,
        "stretch_seconds": 1.25,
        "stretch_seconds_least": 1.2,
    }


def test_of_two_stretches_the_better_one_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    for two in ([1.0, 2.0], [2.0, 1.0]):
        monkeypatch.setattr(calm, "stretch", iter(two).__next__)

        assert calm.beside() == 1.0


def test_the_shortest_stretch_is_that_of_all_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([[2.0, 3.0]] * (calm.LOOKS - 1) + [[1.0, 4.0]])
    monkeypatch.setattr(calm, "stretches", lambda count: next(looks))

    assert calm.shortest_stretch() == 1.0


def every_other(loops: int) -> Iterator[Batch]:
    """Batches of a loop, of which every other one counts."""
    for number in range(2 * loops):
        batch = Batch(1)
        yield batch
        batch.counts = number % 2 == 1


def test_only_what_counts_is_in_the_total() -> None:
    tally = Tally(every_other(2))
    for elapsed, batch in enumerate(tally):
        batch.elapsed = 10.0**elapsed

    assert tally.total == 1010.0


def test_at_once_is_one_batch() -> None:
    assert list(at_once(7)) == [Batch(7)]


class Ticking:
    """A clock that has gone on by ten times as much at each batch."""

    def __init__(self) -> None:
        self.now, self.steps = 0.0, 0

    def __call__(self) -> float:
        return self.now

    def step(self, batches: int = 1) -> None:
        self.now += 10.0 ** (self.steps // batches)
        self.steps += 1


def test_what_is_called_is_timed_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Ticking()
    monkeypatch.setattr(timing, "perf_counter", clock)

    assert called(clock.step)(2, every_other) == 1010.0


def test_what_is_awaited_is_warm_before_each_batch(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Ticking()
    monkeypatch.setattr(timing, "perf_counter", clock)

    async def step() -> None:
        clock.step(WARM_UP + 1)

    assert awaited(step, loop)(2, every_other) == 1010.0


def test_a_cold_hop_takes_its_time_from_batches_that_count(loop: asyncio.AbstractEventLoop) -> None:
    time = cold_hop(loop).time
    batches = [Batch(1), Batch(2)]

    def pace(loops: int) -> Iterator[Batch]:
        for batch in batches:
            yield batch
            batch.counts = batch.loops == 2

    assert time(2, pace) == batches[1].elapsed > 0


@pytest.mark.parametrize("rung", METERED, ids=lambda rung: rung.name)
def test_what_is_metered_is_metered_batch_by_batch(
    rung: Rung, loop: asyncio.AbstractEventLoop
) -> None:
    batches = [Batch(1), Batch(20)]

    def pace(loops: int) -> Iterator[Batch]:
        for batch in batches:
            yield batch
            batch.counts = batch.loops == 20

    assert rung.prepare(loop).time(20, pace) == batches[1].elapsed


@pytest.mark.parametrize("rung", METERED, ids=lambda rung: rung.name)
def test_what_is_metered_is_warm_before_each_batch(
    rung: Rung, loop: asyncio.AbstractEventLoop
) -> None:
    time = rung.prepare(loop).time
    counts = Counts()

    with counting_hops(counts):
        time(2, every_other)

    to_name_the_worker, batches = 1, 4
    assert counts.hops == to_name_the_worker + batches * (WARM_UP + 1)
