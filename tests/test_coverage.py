"""Intervals of simulated runs hold the truth as often as they say, and equal things stay equal."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyperf
import pytest

from analysis.benchmark import SECOND, Benchmark
from analysis.catalogue import catalogue
from analysis.committed import REFERENCE
from analysis.estimate import LEVEL
from analysis.ladder import ladder
from analysis.load import load
from analysis.pairs import compare
from analysis.placement import FREE, ONE_CPU
from analysis.regression import SLOPE, of_line
from analysis.rows import Rows
from analysis.sections import harness
from analysis.source import ROOT
from analysis.stats import Floats, mean_of, ratio_of
from analysis.trials import Interval, trials
from tests import synthetic
from tests.simulation import SIZES, drift, simulated, visits
from tests.synthetic import HOP, Spec

TRIALS = trials()
INTERVALS = TRIALS.intervals
ROUNDS = 30
TO_SECONDS = 1e-6
DISTURBED = 5  # robust standard deviations
TO_NORMAL = 1.4826  # from a median deviation to the standard deviation of a normal distribution

pytestmark = pytest.mark.usefixtures("few_resamples")


def named(one: Interval) -> str:
    return f"{one.case}-{one.placement}-{one.rounds}"


@pytest.mark.parametrize("wanted", INTERVALS, ids=named)
def test_intervals_hold_the_truth_as_often_as_they_say(wanted: Interval) -> None:
    found = simulated(wanted)

    # Where all rounds of a run are of one kind, nothing in the run tells of the other.
    lowest = TRIALS.lowest - wanted.unseen
    assert lowest <= found.covered / wanted.runs <= TRIALS.most(wanted.rounds)
    assert found.covered == wanted.covered  # as the report tells


def test_runs_are_enough_to_tell_the_bounds_from_the_level() -> None:
    assert min(LEVEL - TRIALS.lowest, TRIALS.highest - LEVEL) > 3 * TRIALS.error


def test_a_control_raises_a_false_alarm_as_often_as_the_report_says() -> None:
    alarms = [1 - one.share for one in INTERVALS if one.case == "control"]

    assert alarms != []
    assert all(abs(alarm - (1 - LEVEL)) < 0.02 for alarm in alarms)


def test_intervals_that_are_too_narrow_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.stats.expanded_level", lambda n: 0.9)
    narrow = simulated(next(one for one in INTERVALS if one.case == "pair"))

    assert narrow.covered / len(narrow.estimates) < TRIALS.lowest


def test_disturbances_lift_the_truth_by_little_of_the_interval() -> None:
    pair = next(one for one in INTERVALS if (one.case, one.placement) == ("pair", ONE_CPU))
    found = simulated(pair)
    half_width = np.median([one.half_width for one in found.estimates])

    assert 0 < found.truth - HOP[ONE_CPU] < half_width / 10


# The same through a file


def test_a_run_gives_the_same_numbers_through_its_file(tmp_path: Path) -> None:
    specs = [one for one in synthetic.specs() if one.placement == ONE_CPU and one.unit == SECOND]
    chance = np.random.default_rng(1)
    shared = drift(chance, 1, ROUNDS)
    drawn = {
        one.name: (shared * visits(chance, 1, ROUNDS, one.true))[0] * TO_SECONDS for one in specs
    }
    rows = load(synthetic.write(tmp_path / "run.json.gz", suite(specs, drawn)))
    medians = {name: np.median(values, axis=-1) for name, values in drawn.items()}

    assert differences(rows, medians) == 4
    assert increments(rows, medians) > 5


def suite(specs: list[Spec], drawn: dict[str, Floats]) -> pyperf.BenchmarkSuite:
    """A result file's content, in shuffled rounds."""
    chance, common = random.Random(1), {**synthetic.SUITE, "rounds": ROUNDS}
    runs: dict[str, list[pyperf.Run]] = {one.name: [] for one in specs}
    for number in range(1, ROUNDS + 1):
        for position, one in enumerate(chance.sample(specs, len(specs)), start=1):
            facts = {**synthetic.visit_facts(one, common, number, position), "loops": 1000}
            values = drawn[one.name][number - 1].tolist()
            runs[one.name].append(pyperf.Run(values, metadata=facts, collect_metadata=False))

    return pyperf.BenchmarkSuite([pyperf.Benchmark(found) for found in runs.values()])


def differences(rows: Rows, medians: dict[str, Floats]) -> int:
    """Compares the pair, the A/A control and the line; how many numbers were compared."""
    upper = rows.find("harness", "def", ONE_CPU, "exchange")
    lower = rows.find("harness", "async-def", ONE_CPU, "exchange")
    again = rows.find("harness", "async-def-again", ONE_CPU, "exchange")
    pair, control, kinds = compare(upper, lower), harness.control(rows, ONE_CPU), catalogue(rows)
    assert upper is not None
    assert lower is not None
    assert again is not None
    assert pair is not None
    assert control is not None
    assert kinds is not None
    assert kinds.regression is not None
    pairs = [one for one in kinds.pairs if one.hops > 0]
    hops = np.array([float(one.hops) for one in pairs])
    costs = np.array([medians[one.kind.name] - medians[one.twin.name] for one in pairs])

    assert pair.difference == mean_of(medians[upper.name] - medians[lower.name])
    assert pair.ratio == ratio_of(medians[upper.name], medians[lower.name])
    assert control.ratio == ratio_of(medians[again.name], medians[lower.name])
    assert kinds.regression.slope == of_line(hops, costs, SLOPE)
    return 4


def increments(rows: Rows, medians: dict[str, Floats]) -> int:
    """Compares the increments of the rungs of a hop; how many there are."""
    rungs = [one for one in rows.study("hop") if one.ladder == "steps" and one.minus is None]
    found = {one.subject: one.increment for one in ladder(rows, "steps", ONE_CPU)}
    above = [one for one in rungs if one.above is not None]
    for one in above:
        below = rows.find("hop", one.above, ONE_CPU)
        assert below is not None
        assert found[one.subject] == mean_of(medians[one.name] - medians[below.name])

    return len(above)


# The sizes


@pytest.fixture(scope="module")
def reference() -> Rows:
    return load(ROOT / REFERENCE)


def undrifted(rows: Rows, placement: str, hops: int) -> tuple[Floats, Floats]:
    """Each benchmark's numbers by round, over its median and the drift; and the drift.

    Args:
        hops: only benchmarks of at least so many.
    """
    every = [one for one in rows.benchmarks if is_timed(one, placement, len(rows.rounds))]
    numbers = np.array([[one.by_round[number] for number in rows.rounds] for one in every])
    numbers /= np.median(numbers, axis=1, keepdims=True)
    shared = np.median(numbers, axis=0)
    kept = [(one.counts.hops or 0) >= hops for one in every]
    return (numbers / shared)[kept], shared


def is_timed(one: Benchmark, placement: str, rounds: int) -> bool:
    in_all = len(one.visits) == rounds and one.metric is None
    return one.placement == placement and one.unit == SECOND and in_all


def alike(found: float, size: float) -> bool:
    """Whether a size is the one found, within a factor of two."""
    return 0.5 <= found / size <= 2


def test_processes_and_disturbances_are_of_the_sizes_in_the_committed_data(
    reference: Rows,
) -> None:
    numbers, shared = undrifted(reference, ONE_CPU, 0)
    spread = TO_NORMAL * np.median(np.abs(numbers - 1), axis=1, keepdims=True)
    disturbed = numbers - 1 > DISTURBED * spread

    assert alike(float(np.median(spread)), SIZES["process_spread"])
    assert alike(float(disturbed.mean()), SIZES["disturbed_share"])
    assert alike(float(np.median(numbers[disturbed])) - 1, SIZES["disturbance"])
    assert alike(float(np.std(np.log(numbers[disturbed] - 1))), SIZES["disturbance_spread"])
    assert alike(float(np.ptp(shared)) / 2, SIZES["drift"])


def test_values_differ_as_in_the_committed_data(reference: Rows) -> None:
    spreads = [
        np.std(visit.values, ddof=1) / visit.value
        for one in reference.benchmarks
        if is_timed(one, ONE_CPU, len(reference.rounds))
        for visit in one.visits
    ]

    assert alike(float(np.median(spreads)), SIZES["value_spread"])


def test_wake_ups_are_of_two_kinds_as_in_the_committed_data(reference: Rows) -> None:
    numbers, _ = undrifted(reference, FREE, 1)
    slow = numbers > (1 + SIZES["slow_factor"]) / 2

    assert alike(float(slow.mean()), SIZES["slow_share"])
    assert alike(float(np.median(numbers[slow])) - 1, SIZES["slow_factor"] - 1)
