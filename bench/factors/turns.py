"""Turns: from what is timed under one setting to the values of each, one a turn.

In each turn every subject is timed once, for some 20 ms, in an order of its own: what disturbs the
machine disturbs all alike. The number of a visit is the median of its turns. The clock ends a turn,
not a number of requests: under one setting they last a hundred times as long as under another.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean, median
from time import perf_counter

import anyio.to_thread

from bench.benchmark import Fact, Metric
from bench.factors.loops import handing_over
from bench.factors.meters import MEASURABLE, Taken, meter_of, setting_timer
from bench.factors.setting import Setting
from bench.factors.subjects import HOP, WARM_UP, Step, Subject
from bench.timing import MINIMUM_VALUE_SECONDS

TURNS = 9

CROSSING = ("before", "there", "back")
TIMER = "timer"

Values = dict[Metric, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Turns:
    """How often every subject is timed, and for how long at least."""

    number: int = TURNS
    seconds: float = MINIMUM_VALUE_SECONDS


async def in_turns(
    subjects: Sequence[Subject], setting: Setting, seed: int, turns: Turns
) -> tuple[Values, dict[str, Fact]]:
    """Times all subjects in turns; values by metric, and the context switches of a hop."""
    loop = setting.loop
    read = await meter_of_worker() if MEASURABLE else None
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    taken: list[Taken] = []
    random = Random(seed)
    for _ in range(turns.number):
        for subject in random.sample(subjects, len(subjects)):
            await warm_up(subject.step)
            before = read() if read else None
            seconds, times = await timed(subject.step, turns.seconds)
            found[subject.name, "request"].append(seconds)
            if read and before and subject.name == HOP:
                taken.append(read().since(before, times))

        for name, seconds in (await crossing(loop, turns.seconds)).items():
            found[HOP, name].append(seconds)

        if MEASURABLE:
            found[HOP, TIMER].append(setting_timer(setting.switch_us / 1e6))

    found[HOP, "cpu-loop"] = [one.cpu_loop for one in taken]
    found[HOP, "cpu-worker"] = [one.cpu_worker for one in taken]
    values = {
        Metric(metric, subject=subject): tuple(values)
        for (subject, metric), values in found.items()
        if values
    }
    return values, switches(taken)


async def warm_up(step: Step) -> None:
    """Awaits it a few times, untimed."""
    for _ in range(WARM_UP):
        await step()


async def timed(step: Step, seconds: float) -> tuple[float, int]:
    """Seconds of one request, of so many in a row as the time given has room for."""
    times = 0
    start = now = perf_counter()
    end = start + seconds
    while now < end:
        await step()
        times += 1
        now = perf_counter()

    return (now - start) / times, times


async def crossing(loop: str, seconds: float) -> dict[str, float]:
    """Mean seconds of the parts of a hop, which add up to it.

    `before` is on the loop's thread, up to the hand-over; `there`, until the worker runs its first
    statement; `back`, from then until the task goes on.
    """
    handed: list[float] = []
    parts: list[tuple[float, float, float]] = []
    now = perf_counter()
    end = now + seconds
    with handing_over(loop, lambda: handed.append(perf_counter())):
        while now < end:
            start = perf_counter()
            began = await anyio.to_thread.run_sync(perf_counter)
            now = perf_counter()
            parts.append((handed[-1] - start, began - handed[-1], now - began))

    return dict(zip(CROSSING, map(fmean, zip(*parts, strict=True)), strict=True))


async def meter_of_worker() -> Callable[[], Taken]:
    """A meter of this thread and of the worker that hops are sent to."""
    ident, native_id = await anyio.to_thread.run_sync(
        lambda: (threading.get_ident(), threading.get_native_id())
    )
    return meter_of(ident, native_id)


def switches(taken: Sequence[Taken]) -> dict[str, Fact]:
    """Context switches per hop in the median turn; there may be none."""
    if not taken:
        return {}

    return {
        "voluntary_per_hop": round(median(one.voluntary for one in taken), 4),
        "involuntary_per_hop": round(median(one.involuntary for one in taken), 4),
    }
