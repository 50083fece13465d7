"""Study server: what a real server makes of the hop, and what in-process times foretold of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pytest

from analysis.benchmark import Benchmark
from analysis.checks import FAIL, PASS, UNKNOWN, Check
from analysis.contrasts import plus, ratio
from analysis.estimate import Estimate
from analysis.figures import ORANGE, house_style, svg
from analysis.page import page
from analysis.placement import FREE, ONE_CPU
from analysis.rows import Rows
from analysis.sections import server
from analysis.server import setups
from analysis.server.contrasts import inverse, length, ratio_of_ratios
from analysis.server.loads import BOTH, CLIENT, MACHINE, NEITHER, SERVER, bottleneck
from analysis.server.loads import UNKNOWN as UNTOLD
from analysis.server.numbers import Numbers
from analysis.server.prediction import Prediction
from analysis.server.setups import Setup
from analysis.visit import Fact
from tests.synthetic_loads import around, benchmark, rows_of

pytestmark = pytest.mark.usefixtures("few_resamples")

ROUNDS = 5  # too few to resample, which is slow; one test has enough
US = 1e-6
NO_OP_IN, ASYNC_IN = 12.0, 58.0  # us per request in process
HOP = {ONE_CPU: 66.0, FREE: 150.0}
NO_OP = {
    ("wrk", "asyncio", "h11", ONE_CPU): 270.0,
    ("wrk", "asyncio", "httptools", ONE_CPU): 110.0,
    ("wrk", "uvloop", "h11", ONE_CPU): 230.0,
    ("wrk", "uvloop", "httptools", ONE_CPU): 70.0,
    ("wrk-close", "asyncio", "h11", ONE_CPU): 420.0,
    ("ab-keep", "asyncio", "h11", ONE_CPU): 290.0,
    ("wrk", "asyncio", "h11", FREE): 275.0,
    ("ab-article", "asyncio", "h11", FREE): 430.0,
}  # us per request
FEW = (("wrk", "asyncio", "h11", ONE_CPU), ("wrk", "asyncio", "h11", FREE))
SUBJECTS = ("no-op", "async-def", "def")


@dataclass(frozen=True)
class Made:
    """What is made up about the server.

    Attributes:
        hop_stretch: a hop behind the server, over one in process.
        framework_stretch: likewise, of what `async-def` adds to the no-op application.
        changed: factors on seconds per request, by subject.
    """

    hop_stretch: float = 1.0
    framework_stretch: float = 1.0
    server_share: float = 0.98
    client_share: float = 0.4
    again: float = 1.0
    spread: float = 0.005
    rounds: int = ROUNDS
    changed: Mapping[str, float] = field(default_factory=dict)


def setup_of(key: tuple[str, str, str, str]) -> Setup:
    client, loop, http, placement = key

    return Setup(client, loop, http, 1, placement)


def row(
    made: Made,
    subject: str,
    setup: Setup,
    metric: str,
    value: float,
    unit: str = "second",
    facts: Mapping[str, Fact] | None = None,
    rounds: int | None = None,
) -> Benchmark:
    seed = f"{subject} {setup} {metric}"
    values = around(
        value * made.changed.get(subject, 1.0), seed, rounds or made.rounds, made.spread
    )

    return benchmark(
        "server",
        subject,
        setup.placement,
        metric,
        [float(round(one)) for one in values] if unit == "integer" else values,
        unit,
        facts=facts,
        client=setup.client,
        loop=setup.loop,
        http=setup.http,
        workers=setup.workers,
    )


def loaded(
    made: Made,
    subject: str,
    setup: Setup,
    request: float,
    threads: int = 2,
    facts: Mapping[str, Fact] | None = None,
    rounds: int | None = None,
) -> Iterator[Benchmark]:
    """Every metric of one endpoint under one load; `request` in us."""
    seconds = request * US
    metrics = {
        "request": seconds,
        "p50": 97 * seconds,
        "p99": 130 * seconds,
        "max": 300 * seconds,
        "server-cpu": made.server_share * seconds,
        "client-cpu": made.client_share * seconds,
        "server-share": made.server_share,
    }

    for metric, value in metrics.items():
        yield row(made, subject, setup, metric, value, facts=facts, rounds=rounds)

    yield row(made, subject, setup, "threads", threads, "integer", facts, rounds)


def driven(made: Made, keys: Collection[tuple[str, str, str, str]] = FEW) -> Iterator[Benchmark]:
    """The trivial pair and the no-op application, in process and behind the server."""
    for placement, hop in HOP.items():
        inside = setups.MAIN.in_process if placement == ONE_CPU else setups.ARTICLE.in_process
        for subject, request in zip(
            SUBJECTS, times(NO_OP_IN, ASYNC_IN - NO_OP_IN, hop), strict=True
        ):
            yield from loaded(made, subject, inside, request)

    for key in keys:
        framework = (ASYNC_IN - NO_OP_IN) * made.framework_stretch
        hop = HOP[key[-1]] * made.hop_stretch
        for subject, request in zip(SUBJECTS, times(NO_OP[key], framework, hop), strict=True):
            if subject != "no-op" or key[0] != "ab-article":
                threads = 41 if subject == "def" else 1
                yield from loaded(made, subject, setup_of(key), request, threads)

    first = NO_OP[("wrk", "asyncio", "h11", ONE_CPU)] + ASYNC_IN - NO_OP_IN
    yield from loaded(made, "async-def-again", setups.MAIN, first * made.again)


def times(no_op: float, framework: float, hop: float) -> tuple[float, float, float]:
    return (no_op, no_op + framework, no_op + framework + hop)


def working(made: Made) -> Iterator[Benchmark]:
    """The CPU pair, by workers, on two CPUs."""
    for workers in (1, 2, 4, 8, 32):
        setup = setups.CPU_WORK.with_workers(workers)
        request = 40_000 / min(workers, 2)
        slower = 1 + 0.6 / workers
        yield from loaded(made, "cpu-async-def", setup, request, 1, None, 3)
        yield from loaded(made, "cpu-def", setup, request * slower, 2 + 40 // workers, None, 3)

    setup = setups.ARTICLE.with_workers(32)
    yield from loaded(made, "async-def", setup, 260, 1, rounds=3)
    yield from loaded(made, "def", setup, 330, 4, rounds=3)


def waiting(made: Made) -> Iterator[Benchmark]:
    """The pair that waits, and the mistake: a little longer than their models."""
    made = replace(made, server_share=0.03, client_share=0.01)
    wait: dict[str, Fact] = {"wait_seconds": 2.0, "requests": 200, "connections": 100}
    yield from loaded(made, "wait-async-def", setups.WAIT, 6.1e6 / 200, 1, wait, 2)
    yield from loaded(made, "wait-def", setups.WAIT, 12.1e6 / 200, 41, {**wait, "tokens": 40}, 2)
    block: dict[str, Fact] = {"wait_seconds": 2.0, "requests": 10, "connections": 10}
    yield from loaded(made, "block-async-def", setups.BLOCK, 20.05e6 / 10, 1, block, 2)


def browsed(made: Made) -> Iterator[Benchmark]:
    """A page in a browser, with six connections per host."""
    for subject in ("wait-async-def", "wait-def"):
        for metric, value in (("all", 34.2), ("queued", 16.1), ("inp", 0.032)):
            yield row(made, subject, setups.BROWSER, metric, value, rounds=1)

        yield row(made, subject, setups.BROWSER, "together", 6, "integer", rounds=1)


def soaked(made: Made, **facts: int) -> Iterator[Benchmark]:
    """Minutes of load."""
    told = {"failed": 0, "threads_first": 42, "threads_last": 42, "files_first": 110}
    yield from loaded(made, "def", setups.SOAK, 500, 42, {**told, "files_last": 110, **facts}, 1)


def everything(made: Made | None = None) -> Rows:
    made = made or Made()

    parts = (driven(made, NO_OP), working(made), waiting(made), browsed(made), soaked(made))

    return rows_of(*(one for part in parts for one in part))


def numbers_of(rows: Rows) -> Numbers:
    found = server.numbers(rows)
    assert found is not None

    return found


def text_of(rows: Rows) -> str:
    filled = page("server.md.j2", {"numbers": numbers_of(rows)})

    return filled.replace("\N{NO-BREAK SPACE}", " ")


def prediction_of(made: Made, setup: Setup = setups.MAIN) -> Prediction:
    found = numbers_of(rows_of(*driven(made))).predictions

    return next(one for one in found if one.setup == setup)


def judgement(rows: Rows, words: str) -> Check:
    (found,) = (check for check in server.checks(numbers_of(rows)) if words in check.bar)

    return found


def without(rows: Rows, metric: str) -> Rows:
    return rows_of(*(row for row in rows.benchmarks if row.metric != metric))


def share(value: float) -> Estimate:
    return Estimate(value, value - 0.01, value + 0.01, ROUNDS)


def test_a_server_that_adds_a_constant_is_predicted() -> None:
    found = prediction_of(Made())
    true = (270 + 46 + 66) / (270 + 46)

    assert found.predicted.value == pytest.approx(true, rel=0.01)
    assert found.predicted_def.value == pytest.approx(382 * US, rel=0.01)
    assert found.agrees
    assert found.because == ""


def test_every_load_with_a_no_op_application_is_predicted() -> None:
    found = numbers_of(everything())

    assert [one.setup for one in found.predictions] == [
        setup for setup in setups.DRIVEN if setup != setups.ARTICLE
    ]


def test_the_headline_says_how_many_predictions_hold_and_how_many_are_too_high() -> None:
    held = numbers_of(everything())
    count = len(held.predictions)
    high = numbers_of(everything(Made(hop_stretch=0.5)))
    low = numbers_of(everything(Made(hop_stretch=2.0)))

    assert f"of {count} such predictions, {count} cannot be told from what" in server.headline(held)
    assert f"such predictions, 0 cannot be told from what was measured; {count} of {count} lie" in (
        server.headline(high)
    )
    assert server.headline(low).endswith(f"; 0 of {count} lie above it.")


def test_one_round_judges_no_prediction() -> None:
    said = server.headline(numbers_of(everything(Made(rounds=1))))

    assert said.endswith(" was predicted.")


@pytest.mark.parametrize("placement", [ONE_CPU, FREE])
def test_a_prediction_is_made_from_its_own_placement(placement: str) -> None:
    found = prediction_of(Made(), Setup("wrk", placement=placement))

    assert found.hop.in_process.value == pytest.approx(HOP[placement] * US, rel=0.02)


def test_a_dearer_hop_is_told_from_a_dearer_framework() -> None:
    hop, framework = prediction_of(Made(hop_stretch=2)), prediction_of(Made(framework_stretch=2))

    assert hop.hop.extra.value == pytest.approx(66 * US, rel=0.1)
    assert hop.because.startswith("the hop costs")
    assert "more behind the server" in hop.because
    assert framework.framework.extra.value == pytest.approx(46 * US, rel=0.1)
    assert framework.because.startswith("what `async-def` adds")
    assert "hop" not in framework.because


def test_a_cheaper_part_is_said_to_cost_less() -> None:
    assert "less behind the server" in prediction_of(Made(hop_stretch=0.5)).because


def test_with_the_servers_own_framework_only_the_hop_is_left() -> None:
    found = prediction_of(Made(hop_stretch=1, framework_stretch=3))

    assert not found.agrees
    assert found.with_served_framework.value == pytest.approx(found.measured.value, rel=0.02)


def test_cpu_time_and_waiting_add_up_to_what_the_hop_takes_more() -> None:
    found = prediction_of(Made(hop_stretch=2, spread=1e-5))

    assert found.hop_cpu is not None
    assert found.hop_waiting is not None
    assert found.hop_cpu.extra.value == pytest.approx(0.98 * 66 * US, rel=1e-2)
    both = found.hop_cpu.extra.value + found.hop_waiting.value
    assert both == pytest.approx(found.hop.extra.value, rel=1e-2)


def test_without_cpu_time_the_prediction_still_stands() -> None:
    rows = without(rows_of(*driven(Made(hop_stretch=2))), "server-cpu")

    assert numbers_of(rows).predictions[0].hop_cpu is None
    assert "CPU time of the server, and" not in text_of(rows)


def test_a_ratio_of_ratios_is_exact_and_covers_equality() -> None:
    a, b, c, d = (
        plus(benchmark("server", name, FREE, "request", around(value, name)))
        for name, value in (("a", 6.0), ("b", 3.0), ("c", 5.0), ("d", 2.5))
    )
    found = ratio_of_ratios((a, b), (c, d))

    assert found is not None
    assert found.value == pytest.approx(1.0, abs=0.02)
    assert found.includes(1.0)
    assert ratio_of_ratios((a, b), (a, b)) == Estimate(1.0, 1.0, 1.0, found.n)


@pytest.mark.parametrize("rounds", [2, 8])
def test_a_ratio_of_ratios_has_an_interval_by_resampling_and_without(rounds: int) -> None:
    a, b = (
        plus(benchmark("server", name, FREE, "request", around(1.0, name, rounds, 0.05)))
        for name in "ab"
    )
    one = plus(benchmark("server", "one", FREE, "request", [1.0] * rounds))
    found, plain = ratio_of_ratios((a, b), (one, one)), ratio(a, b)

    assert found is not None
    assert plain is not None
    assert (found.value, found.low, found.high) == pytest.approx(
        (plain.value, plain.low, plain.high), rel=1e-6
    )


def test_no_common_round_gives_no_ratio_of_ratios() -> None:
    a = plus(benchmark("server", "a", FREE, "request", {1: 1.0}))
    b = plus(benchmark("server", "b", FREE, "request", {2: 1.0}))

    assert ratio_of_ratios((a, a), (b, b)) is None


def test_an_inverse_turns_its_interval_round() -> None:
    assert inverse(Estimate(0.05, 0.04, 0.1, 5), 2.0) == Estimate(40.0, 20.0, 50.0, 5)
    assert inverse(Estimate(0.05, -0.1, 0.1, 5), 2.0).high == math.inf
    assert not inverse(Estimate(0.05, -math.inf, math.inf, 1), 2.0).has_interval


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.0, "4.00 s"), (0.0321, "32.1 ms"), (88e-6, "88.0 \N{MICRO SIGN}s")]
)
def test_a_length_is_told_in_a_unit_of_its_size(seconds: float, text: str) -> None:
    assert length(Estimate(seconds, -math.inf, math.inf, 1)) == text


@pytest.mark.parametrize(
    ("server_share", "client_share", "workers", "cpus", "who"),
    [
        (0.97, 0.4, 1, 2, SERVER),
        (0.5, 0.97, 1, 2, CLIENT),
        (0.97, 0.97, 1, 2, BOTH),
        (0.5, 0.4, 1, 2, NEITHER),
        (0.97, 0.4, 4, 2, NEITHER),
        (1.3, 0.6, 4, 2, MACHINE),
        (1.9, 0.1, 4, 2, SERVER),
        (0.97, 0.4, 4, None, NEITHER),
    ],
)
def test_the_bottleneck_is_whoever_was_busy(
    server_share: float, client_share: float, workers: int, cpus: int | None, who: str
) -> None:
    assert bottleneck(share(server_share), share(client_share), workers, cpus) == who


def test_without_cpu_time_there_is_no_bottleneck() -> None:
    assert bottleneck(None, share(1), 1, 2) == UNTOLD


def test_a_client_that_was_busy_is_named_and_hollows_its_point() -> None:
    rows = rows_of(*driven(Made(server_share=0.6, client_share=0.97)))
    found = numbers_of(rows)

    with house_style():
        points = [line for line in server.figure(found).axes[0].lines if line.get_marker() == "o"]

    assert len(points) == len(found.predictions)
    assert {point.get_markerfacecolor() for point in points} == {"none"}
    assert "such a time is no cost of the endpoint" in text_of(rows)
    assert "such a time is no cost of the endpoint" not in text_of(rows_of(*driven(Made())))


def test_the_command_that_drove_the_server_is_told() -> None:
    facts: dict[str, Fact] = {"command": "ab -n 1000 -c 100"}
    pair = [
        row
        for subject in ("async-def", "def")
        for row in loaded(Made(), subject, setups.ARTICLE, 500, facts=facts)
    ]

    assert "called it, `ab -n 1000 -c 100`." in text_of(rows_of(*pair))


def test_workers_narrow_the_gap_and_leave_fewer_threads_in_a_process() -> None:
    rows = everything()
    work, trivial = numbers_of(rows).scalings

    assert [one.setup.workers for one in work.gaps] == [1, 2, 4, 8, 32]
    assert [one.setup.workers for one in trivial.gaps] == [1, 32]
    assert work.ratio_moved_towards_one
    assert work.fewer_threads
    assert work.speed_up is not None
    assert work.speed_up.value == pytest.approx(2, rel=0.02)
    assert "the gap narrows" in text_of(rows)
    assert "on 2 CPUs" in text_of(rows)


def test_workers_that_change_nothing_are_said_so() -> None:
    made = Made()
    same = [
        row
        for workers in (1, 2)
        for subject in ("cpu-async-def", "cpu-def")
        for row in loaded(made, subject, setups.CPU_WORK.with_workers(workers), 1000, 5, rounds=3)
    ]
    rows = rows_of(*same)

    assert not numbers_of(rows).scalings[0].ratio_moved_towards_one
    assert "no change that this run can tell" in text_of(rows)
    assert "has no fewer threads" in text_of(rows)


def test_one_number_of_workers_is_no_scaling() -> None:
    rows = rows_of(*loaded(Made(), "cpu-def", setups.CPU_WORK, 1000))

    assert numbers_of(rows).scalings == ()


def test_what_waits_is_held_against_its_formula() -> None:
    found = {one.subject: one for one in numbers_of(rows_of(*waiting(Made()))).models}
    waves = {subject: one.waves for subject, one in found.items()}
    seconds = {subject: one.model_seconds for subject, one in found.items()}

    assert waves == {"wait-async-def": 3, "wait-def": 6, "block-async-def": 10}
    assert seconds == {"wait-async-def": 6, "wait-def": 12, "block-async-def": 20}
    assert found["wait-def"].all.value == pytest.approx(12.1, rel=0.02)
    assert found["wait-def"].over_model.value == pytest.approx(1.01, rel=0.02)


def test_the_formula_takes_its_numbers_from_the_file() -> None:
    facts: dict[str, Fact] = {"wait_seconds": 0.5, "requests": 90, "tokens": 20}
    rows = rows_of(*loaded(Made(), "wait-def", setups.WAIT, 30_000, facts=facts))
    (found,) = numbers_of(rows).models

    assert (found.waves, found.model_seconds) == (6, 3.0)
    assert found.formula == "(1 + ceil(89 / 20)) \N{MULTIPLICATION SIGN} 500 ms"


def test_each_pattern_gets_its_verdict() -> None:
    rows = rows_of(*waiting(Made()), *working(Made()))
    verdicts = {one.load.subject: one.verdict for one in numbers_of(rows).patterns}

    assert verdicts == {
        "wait-async-def": "all 100 connections at once",
        "wait-def": "40 at once, one per worker thread; the others queue",
        "block-async-def": "one at a time: it blocks the event loop",
        "cpu-async-def": "faster than `cpu-def`",
        "cpu-def": "slower than `cpu-async-def`",
    }


def test_a_pattern_that_no_model_explains_is_said_so() -> None:
    rows = rows_of(*loaded(Made(), "wait-async-def", setups.WAIT, 2e6 / 50))

    assert numbers_of(rows).patterns[0].verdict.startswith("50 at once, which no model")


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1.002, "not to be told from"), (1.2, "slower than"), (0.8, "faster than")],
)
def test_cpu_work_is_judged_against_its_twin(factor: float, verdict: str) -> None:
    made = Made()
    rows = rows_of(
        *loaded(made, "cpu-async-def", setups.CPU_WORK, 40_000),
        *loaded(made, "cpu-def", setups.CPU_WORK, 40_000 * factor),
    )

    assert numbers_of(rows).patterns[-1].verdict == f"{verdict} `cpu-async-def`"


def test_a_browser_that_queues_by_itself_cannot_tell_the_pair_apart() -> None:
    rows = rows_of(*browsed(Made()))
    found = numbers_of(rows).browser

    assert found is not None
    assert [one.model_seconds for one in found.pages] == [34, 34]
    assert found.held_back
    assert found.alike
    assert found.inp_alike
    assert "its panels cannot tell the two apart" in text_of(rows)


def test_a_browser_that_shows_the_pool_is_not_said_to_hide_it() -> None:
    many = [
        row(Made(), subject, setups.BROWSER, "together", 60, "integer", rounds=1)
        for subject in ("wait-async-def", "wait-def")
    ]
    rows = rows_of(*(one for one in browsed(Made()) if one.metric != "together"), *many)
    found = numbers_of(rows).browser

    assert found is not None
    assert [one.held_back_by_browser for one in found.pages] == [True, False]
    assert "cannot tell the two apart" not in text_of(rows)


@pytest.mark.parametrize(
    ("inp", "word"), [(0.03, "good"), (0.3, "needs improvement"), (0.6, "poor")]
)
def test_inp_is_rated_as_the_web_vitals_do(inp: float, word: str) -> None:
    made = Made(spread=0)
    rows = rows_of(
        row(made, "wait-def", setups.BROWSER, "all", 34.0),
        row(made, "wait-def", setups.BROWSER, "inp", inp),
    )
    found = numbers_of(rows).browser

    assert found is not None
    assert found.pages[0].inp_word == word


def test_a_page_whose_clicks_were_too_fast_to_report_is_said_so() -> None:
    facts: dict[str, Fact] = {"events": 0}
    rows = rows_of(
        row(Made(), "wait-def", setups.BROWSER, "all", 34.0, facts=facts),
        row(Made(), "wait-def", setups.BROWSER, "inp", 0.016, facts=facts),
    )

    assert "the shortest that is reported" in text_of(rows)
    assert "The longest event" not in text_of(rows)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [({}, PASS), ({"failed": 1}, FAIL), ({"threads_last": 43}, FAIL), ({"files_last": 111}, FAIL)],
)
def test_a_soak_must_not_fail_and_not_grow(facts: dict[str, int], verdict: str) -> None:
    assert judgement(rows_of(*soaked(Made(), **facts)), "soak").verdict == verdict


def test_a_soak_that_was_not_measured_is_unknown() -> None:
    assert judgement(rows_of(*driven(Made())), "soak").verdict == UNKNOWN


@pytest.mark.parametrize(("again", "verdict"), [(1.0, PASS), (1.1, FAIL)])
def test_a_control_that_differs_makes_a_draft(again: float, verdict: str) -> None:
    found = judgement(rows_of(*driven(Made(again=again))), "A/A")

    assert found.verdict == verdict
    assert bool(found.draft) == (verdict == FAIL)


def test_a_control_that_was_not_measured_is_unknown() -> None:
    rows = rows_of(*(one for one in driven(Made()) if one.subject != "async-def-again"))

    assert judgement(rows, "A/A").verdict == UNKNOWN


@pytest.mark.parametrize(
    ("spread", "rounds", "verdict"), [(0.005, 5, PASS), (0.2, 5, FAIL), (0.005, 1, FAIL)]
)
def test_ratios_must_be_known_well(spread: float, rounds: int, verdict: str) -> None:
    rows = rows_of(*driven(Made(spread=spread, rounds=rounds)))

    assert judgement(rows, "half-width").verdict == verdict


def test_ratios_that_were_not_measured_are_unknown() -> None:
    assert judgement(rows_of(*soaked(Made())), "half-width").verdict == UNKNOWN


def test_the_bars_are_in_the_figure_and_end_where_the_numbers_say() -> None:
    found = numbers_of(everything())

    with house_style():
        points, bars = server.figure(found).axes

    ends = [bar.get_x() + bar.get_width() for bar in bars.patches[2::3]]  # type: ignore[attr-defined]
    assert ends == pytest.approx([one.def_.request.value * 1e6 for one in found.stacked], rel=0.02)
    marks = [line for line in points.lines if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in marks] == [  # type: ignore[index]
        one.predicted.value for one in found.predictions
    ]
    assert [line.get_ydata()[0] for line in marks] == [  # type: ignore[index]
        one.measured.value for one in found.predictions
    ]


def test_points_and_bars_of_one_load_have_one_number() -> None:
    found = numbers_of(everything())
    numbered = {one.setup: str(place) for place, one in enumerate(found.predictions, 1)}

    with house_style():
        points, bars = server.figure(found).axes

    at_points = {text.get_text() for text in points.texts if text.get_text().isdigit()}
    assert at_points == set(numbered.values())
    assert [label.get_text().split()[-1] for label in bars.get_yticklabels()] == [
        numbered.get(one.setup, one.setup.label.split()[-1]) for one in found.stacked
    ]


def test_both_ends_of_a_bar_are_marked_where_they_were_predicted() -> None:
    found = numbers_of(everything(Made(hop_stretch=2.0, framework_stretch=2.0)))

    with house_style():
        bars = server.figure(found).axes[1]

    marks = [line for line in bars.lines if line.get_color() == ORANGE]
    ends = [
        end for one in found.predictions for end in (one.predicted_async_def, one.predicted_def)
    ]
    assert [float(line.get_xdata()[0]) for line in marks] == pytest.approx(  # type: ignore[index, arg-type]
        [one.value * 1e6 for one in ends]
    )
    assert all(
        one.predicted_async_def.value < one.gap.async_def.request.value for one in found.predictions
    )


def few() -> Iterator[Benchmark]:
    """Something of everything."""
    for part in PARTS.values():
        yield from part(Made())


PARTS = {
    "driven": driven,
    "working": working,
    "waiting": waiting,
    "browsed": browsed,
    "soaked": soaked,
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("rounds", [1, 5])
def test_a_run_with_one_part_only_makes_a_section_without_the_others(
    name: str, rounds: int
) -> None:
    rows = rows_of(*PARTS[name](Made(rounds=rounds)))
    found = numbers_of(rows)

    with house_style():
        drawn = svg(server.figure(found), server.TITLE)

    assert drawn.startswith(b"<?xml")
    assert server.alt(found)
    assert ("**A browser as the client**" in text_of(rows)) == (name == "browsed")
    assert ("**More worker processes**" in text_of(rows)) == (name == "working")
    assert ("**Model check" in text_of(rows)) == (name == "waiting")
    assert ("**Soak**" in text_of(rows)) == (name == "soaked")
    assert bool(server.headline(found)) == (name == "driven")


@pytest.mark.parametrize(
    "metric", ["p99", "client-cpu", "server-share", "threads", "together", "inp"]
)
def test_a_metric_that_is_missing_crashes_nothing(metric: str) -> None:
    assert text_of(without(rows_of(*few()), metric))


@pytest.mark.parametrize("subject", ["no-op", "async-def", "def", "cpu-def", "wait-def"])
def test_an_endpoint_that_is_missing_crashes_nothing(subject: str) -> None:
    rows = rows_of(*(one for one in few() if one.subject != subject))

    with house_style():
        server.figure(numbers_of(rows))

    assert text_of(rows)
    assert server.checks(numbers_of(rows))


def test_a_benchmark_that_only_failed_is_as_if_not_measured() -> None:
    rows = rows_of(*(replace(one, visits=()) for one in driven(Made())))

    assert server.numbers(rows) is None


def test_nothing_measured_is_no_section() -> None:
    assert server.numbers(rows_of()) is None


def test_the_headline_is_one_sentence_with_the_prediction() -> None:
    found = server.headline(numbers_of(everything()))

    assert found.startswith("Behind uvicorn (wrk, asyncio + h11, on one CPU), `def` takes +")
    assert "was predicted" in found
    assert "\n" not in found
