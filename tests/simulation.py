"""Draws runs whose truth is known: drift, disturbed visits, wake-ups of two kinds, odd processes.

The sizes are in `analysis/trials.toml`, and are those of the committed reference run: a visit is
its process's own speed, times a disturbance now and then, which only ever slows it down, times the
drift of the machine; on all CPUs, the visits that hop are besides of a fast or of a slow kind.

The truth is what endlessly many such rounds would give: the trimmed mean of the population, cut at
either end by the share that a run of so many rounds cuts. It is not the cost without disturbances:
the report says what a visit costs here but for its slowest and fastest fifth, and where wake-ups
are of two kinds there is no other cost to speak of. A test says how far the two are apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Estimate
from analysis.placement import FREE
from analysis.regression import SLOPE, lines, of_line
from analysis.stats import TRIMMED, Floats, mean_of, ratio_of
from analysis.trials import Interval, trials
from tests.synthetic import BASE, HOP, STEPS

SIZES = trials().sizes
VALUES = 3
POPULATION = 200_000
SEED = 20_250_101
HOPS = np.array([1.0, 1.0, 2.0, 8.0])
STEP = dict(STEPS)
UPPER, LOWER = STEP["anyio-run-sync"], STEP["self-wake"]

Draw = Callable[[np.random.Generator, int, int, str], Floats]


def visits(
    chance: np.random.Generator, runs: int, rounds: int, cost: float, *, wakes: bool = False
) -> Floats:
    """Draws the values of visits, without drift; shape (runs, rounds, VALUES), unit of `cost`.

    Args:
        wakes: whether its wake-ups, and so the whole visit, are of two kinds.
    """
    shape = (runs, rounds)
    process = 1 + SIZES["process_spread"] * chance.standard_normal(shape)
    longer = SIZES["disturbance"] * chance.lognormal(0, SIZES["disturbance_spread"], shape)
    process *= np.where(chance.random(shape) < SIZES["disturbed_share"], 1 + longer, 1)
    if wakes:
        process *= np.where(chance.random(shape) < SIZES["slow_share"], SIZES["slow_factor"], 1)

    values = 1 + SIZES["value_spread"] * chance.standard_normal((*shape, VALUES))
    return np.asarray(cost * process[..., np.newaxis] * values)


def drift(chance: np.random.Generator, runs: int, rounds: int) -> Floats:
    """Draws a wave over each run, which begins anywhere in it; shape (runs, rounds, 1).

    However many rounds it is spread over, the rounds of all runs have the same population.
    """
    begin = chance.random((runs, 1, 1))
    passed = np.arange(rounds)[:, np.newaxis] / rounds
    return np.asarray(1 + SIZES["drift"] * np.sin(2 * np.pi * (passed + begin)))


def numbers(
    chance: np.random.Generator, costs: list[tuple[float, bool]], runs: int, rounds: int
) -> list[Floats]:
    """Draws the numbers of the visits to some benchmarks in the same rounds: each (runs, rounds).

    Args:
        costs: of each, and whether its wake-ups are of two kinds.
    """
    shared = drift(chance, runs, rounds)
    drawn = [visits(chance, runs, rounds, cost, wakes=wakes) for cost, wakes in costs]
    return [np.median(shared * values, axis=-1) for values in drawn]


def pair(chance: np.random.Generator, runs: int, rounds: int, placement: str) -> Floats:
    """`def` less `async def`; shape (1, runs, rounds)."""
    costs = [(BASE + HOP[placement], placement == FREE), (BASE, False)]
    upper, lower = numbers(chance, costs, runs, rounds)
    return (upper - lower)[np.newaxis]


def increment(chance: np.random.Generator, runs: int, rounds: int, placement: str) -> Floats:
    """A rung less the rung below, both of which wake a thread; shape (1, runs, rounds)."""
    wakes = placement == FREE
    upper, lower = numbers(chance, [(UPPER, wakes), (LOWER, wakes)], runs, rounds)
    return (upper - lower)[np.newaxis]


def control(chance: np.random.Generator, runs: int, rounds: int, placement: str) -> Floats:
    """The logarithm of the ratio of equal handlers; shape (1, runs, rounds)."""
    again, first = numbers(chance, [(BASE, False)] * 2, runs, rounds)
    return np.log(again / first)[np.newaxis]


def slope(chance: np.random.Generator, runs: int, rounds: int, placement: str) -> Floats:
    """Kinds with HOPS less their twins; shape (kinds, runs, rounds)."""
    costs = [(BASE + hops * HOP[placement], placement == FREE) for hops in HOPS]
    drawn = numbers(chance, [*costs, *[(BASE, False)] * len(HOPS)], runs, rounds)
    return np.array(drawn[: len(HOPS)]) - np.array(drawn[len(HOPS) :])


DRAWS: dict[str, Draw] = {"pair": pair, "increment": increment, "control": control, "slope": slope}


@dataclass(frozen=True)
class Simulated:
    """Estimates of many runs, and the truth they are about."""

    estimates: tuple[Estimate, ...]
    truth: float

    @property
    def covered(self) -> int:
        """How many intervals hold the truth."""
        return sum(one.includes(self.truth) for one in self.estimates)


def simulated(wanted: Interval) -> Simulated:
    """Draws so many runs, and estimates each by the report's own code."""
    chance = np.random.default_rng(SEED)
    draw = DRAWS[wanted.case]
    population = draw(chance, POPULATION, 1, wanted.placement)[..., 0]
    truths = np.array([population_mean(one, wanted.rounds) for one in population])
    series = draw(chance, wanted.runs, wanted.rounds, wanted.placement)
    estimates = tuple(estimated(wanted.case, series[:, run]) for run in range(wanted.runs))
    return Simulated(estimates, truth_of(wanted.case, truths))


def population_mean(population: Floats, rounds: int) -> float:
    """The trimmed mean of a population, cut by the share that is cut of so many rounds."""
    cut = int(int(TRIMMED * rounds) / rounds * len(population))
    return float(np.sort(population)[cut : len(population) - cut].mean())


def estimated(case: str, series: Floats) -> Estimate:
    """The report's estimate from one run; `series` of shape (kinds, rounds)."""
    if case == "slope":
        return of_line(HOPS, series, SLOPE)

    return (
        ratio_of(np.exp(series[0]), np.ones_like(series[0]))
        if case == "control"
        else mean_of(series[0])
    )


def truth_of(case: str, truths: Floats) -> float:
    """The same of the population; `truths` of shape (kinds,)."""
    if case == "slope":
        return float(lines(HOPS, truths[:, np.newaxis])[SLOPE][0])

    return 1.0 if case == "control" else float(truths[0])
