"""Turns a made-up cost of a hop into result files, through pyperf, as a run would write them."""

import datetime as dt
import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyperf

from analysis.locks import locked

Fact = str | int | float
Drawing = Mapping[str, Fact]

BASE = 45.0  # every made-up time is in us
HOP_ALONE = 46.0
BESIDE = 20.0
HOP = {"one-cpu": HOP_ALONE + BESIDE, "free": 160.0}
PROCESS_SPREAD = 0.01
DRIFT = 0.03
VALUES = 3

LOCKED = locked()

SUITE: Drawing = {
    "hopcost_format": 1,
    "hopcost_version": "0.1.0",
    "hopcost_commit": "0123456789ab",
    "plan": "0123456789abcdef",
    "seed": 7,
    "pinned_cpu": 1,
    "cpu_model_name": "Imaginary CPU",
    "cpu_count": 2,
    "platform": "Linux-x86_64",
    "kernel": "Linux 6.0",
    "virtualization": "none",
    "governor": "performance",
    "turbo": "off",
    "python_version": "3.13.0 (64-bit)",
    "python_implementation": "cpython",
    "gil": "enabled",
    "switch_interval": 0.005,
    "event_loop": "asyncio.unix_events._UnixSelectorEventLoop",
    "gc_thresholds": "2000 10 10",
    "distributions": " ".join(
        f"{name}=={LOCKED[name]}" for name in ("anyio", "fastapi", "starlette")
    ),
}
TOLD_BY_THE_PROCESS = (
    "cpu_model_name", "cpu_count", "platform", "python_version", "python_implementation",
    "switch_interval", "event_loop", "gc_thresholds", "hops", "loop_passes", "date", "duration",
)  # fmt: skip
STEPS = (
    ("call", 0.05),
    ("await", 0.1),
    ("one-pass", 2.2),
    ("two-passes", 4.4),
    ("limiter", 8.0),
    ("scope-and-future", 12.0),
    ("context-copy", 13.0),
    ("self-wake", 24.0),
    ("anyio-run-sync", 45.5),
    ("run-in-threadpool", HOP_ALONE),
)
FAMILIES = {
    "endpoints": (("def", 1), ("def-model", 2), ("def-response", 1)),
    "dependencies": (("def-deps-1", 1), ("def-deps-2", 2), ("def-deps-8", 8), ("yield", 2)),
    "responses": (("stream", 11), ("file-small", 4)),
    "background": (("background-1", 1), ("background-2", 2)),
}


@dataclass(frozen=True)
class Spec:
    """One made-up benchmark: what it is, and its true time in us (or its count)."""

    study: str
    subject: str
    placement: str
    true: float
    facts: Drawing = field(default_factory=dict)
    unit: str = "second"

    @property
    def name(self) -> str:
        factors = {"instrument": self.facts.get("instrument"), "placement": self.placement}
        shown = ",".join(f"{name}={value}" for name, value in factors.items() if value)

        return f"{self.study}/{self.subject}@{shown}"


def specs(*, hop: Mapping[str, float] = HOP) -> tuple[Spec, ...]:
    """A whole plan in which a hop costs what `hop` says, everywhere."""
    return (*harness(hop), *handlers(hop), *ladders(hop))


def harness(hop: Mapping[str, float]) -> Iterator[Spec]:
    bases = {"exchange": BASE, "httpx": 240.0, "testclient": 1000.0}

    for placement, cost in hop.items():
        yield Spec("harness", "no-op", placement, 1.2, {"instrument": "exchange"})
        yield Spec("harness", "async-def-again", placement, BASE, {"instrument": "exchange"})
        for instrument, base in bases.items():
            facts: dict[str, Fact] = {"instrument": instrument}
            yield Spec("harness", "async-def", placement, base, {**facts, "hops": 0})
            yield Spec("harness", "def", placement, base + cost, {**facts, "hops": 1})


def handlers(hop: Mapping[str, float]) -> Iterator[Spec]:
    for placement, cost in hop.items():
        position = 0
        for family, kinds in FAMILIES.items():
            for name, hops in kinds:
                if placement == "free" and family != "endpoints":
                    continue
                twin = f"async-{name}"
                facts: dict[str, Fact] = {"family": family, "tasks_created": 0}
                facts |= {"threads_started": 0, "catalogue_position": (position := position + 1)}
                counted: dict[str, Fact] = {"hops": hops, "loop_passes": 4 * hops, "twin": twin}
                yield Spec("handlers", name, placement, BASE + hops * cost, {**facts, **counted})
                facts |= {"catalogue_position": (position := position + 1)}
                yield Spec(
                    "handlers", twin, placement, BASE, {**facts, "hops": 0, "loop_passes": 0}
                )


def ladders(hop: Mapping[str, float]) -> Iterator[Spec]:
    for placement, cost in hop.items():
        stretch = cost / (HOP_ALONE + BESIDE)
        yield from steps(placement, cost, stretch)
        yield from other_ladders(placement, cost, stretch)
        if placement == "one-cpu":
            yield from company(placement)


def steps(placement: str, cost: float, stretch: float) -> Iterator[Spec]:
    rungs: list[tuple[str, float, str]] = [(name, true * stretch, "") for name, true in STEPS]
    rungs += [(name, BASE + cost, "async-def") for name in ("beside-request", "endpoint-awaits")]
    rungs += [
        ("fastapi-def", BASE + cost, "async-def"),
        ("fastapi-def-model", BASE + 2 * cost, "async-def-model"),
    ]
    above = ""

    for position, (name, true, minus) in enumerate(rungs, start=1):
        yield rung("steps", position, name, placement, true, above, minus)
        above = name


def other_ladders(placement: str, cost: float, stretch: float) -> Iterator[Spec]:
    above = ""

    for position, (name, true) in enumerate(
        (("lock-pair", 5), ("bare-hop", 15), ("run-in-executor", 28), ("asyncio-to-thread", 29)), 1
    ):
        yield rung("threads", position, name, placement, true * stretch, above)
        above = name

    beside = "beside-starlette-request"
    yield rung(
        "starlette", 1, beside, placement, 9 + cost, "run-in-threadpool", "starlette-async-def"
    )
    yield rung("starlette", 2, "starlette-def", placement, 9 + cost, beside, "starlette-async-def")
    yield rung("cold", 1, "cold-hop", placement, 150 * stretch, "anyio-run-sync")
    yield rung("baseline", 1, "async-def", placement, BASE)
    yield rung("baseline", 2, "async-def-model", placement, BASE)
    yield rung("baseline", 3, "starlette-async-def", placement, 9)
    yield rung("resources", 1, "cpu-of-loop-thread", placement, 36)
    yield rung("resources", 2, "cpu-of-worker", placement, 14)
    yield Spec(
        "hop", "voluntary-switches", placement, 3.0, {"ladder": "resources", "rung": 3}, "integer"
    )


def company(placement: str) -> Iterator[Spec]:
    yield rung("company", 1, "beside-hop", placement, 2 * HOP_ALONE, "", "run-in-threadpool")

    for position, (kib, walk, colder) in enumerate(
        ((32, 4, 2), (256, 30, 12), (2048, 250, 30)), start=2
    ):
        yield rung("baseline", position + 2, f"walk-{kib}-kib", placement, walk)
        true = walk + HOP_ALONE + colder
        yield rung("company", position, f"beside-{kib}-kib", placement, true, "", f"walk-{kib}-kib")


def rung(
    ladder: str,
    position: int,
    name: str,
    placement: str,
    true: float,
    above: str = "",
    minus: str = "",
) -> Spec:
    named = {"above": above, "minus": minus, "adds": f"what {name} adds"}
    facts: dict[str, Fact] = {"ladder": ladder, "rung": position}

    return Spec(
        "hop", name, placement, true, {**facts, **{key: one for key, one in named.items() if one}}
    )


def suite(
    plan: Sequence[Spec] | None = None,
    *,
    rounds: int = 10,
    seed: int = 1,
    facts: Drawing | None = None,
    spread: float = PROCESS_SPREAD,
    failing: Sequence[tuple[str, int]] = (),
) -> pyperf.BenchmarkSuite:
    """Draw a run: shuffled rounds, drift shared by a round, a spread of processes and of values.

    Args:
        failing: (benchmark name, round) of the visits that crash.
    """
    chosen = specs() if plan is None else tuple(plan)
    chance = random.Random(seed)
    common = {**SUITE, "rounds": rounds, **(facts or {})}
    runs: dict[str, list[pyperf.Run]] = {spec.name: [] for spec in chosen}

    for number in range(1, rounds + 1):
        drift = 1 + DRIFT * chance.random()
        for position, spec in enumerate(chance.sample(chosen, len(chosen)), start=1):
            visit = visit_facts(spec, common, number, position)
            if (spec.name, number) in failing:
                runs.setdefault(f"failures/{spec.name}", []).append(failed(visit))
            else:
                runs[spec.name].append(measured(spec, visit, drift, spread, chance))

    return pyperf.BenchmarkSuite([pyperf.Benchmark(found) for found in runs.values() if found])


def run_facts(spec: Spec, common: Drawing) -> dict[str, Fact]:
    return {
        **common,
        "name": spec.name,
        "unit": spec.unit,
        "study": spec.study,
        "subject": spec.subject,
        "title": f"{spec.subject}, made up",
        "placement": spec.placement,
        **spec.facts,
    }


def visit_facts(spec: Spec, common: Drawing, number: int, position: int) -> dict[str, Fact]:
    date = dt.datetime(2025, 1, 1) + dt.timedelta(minutes=number, milliseconds=position)

    return {
        **run_facts(spec, common),
        "round": number,
        "position": position,
        "date": date.isoformat(sep=" "),
        "duration": 0.1,
        "steal_seconds": 0.0,
        "visit_seconds": 0.5,
        "others_seconds": 0.001,
        "load_avg_1min": 1.0,
        "stretch_seconds": 55e-6,
        "stretch_seconds_least": 50e-6,
    }


def failed(visit: Drawing) -> pyperf.Run:
    """Count one failure; a crashed process says nothing of its machine or interpreter."""
    told = {name: fact for name, fact in visit.items() if name not in TOLD_BY_THE_PROCESS}
    name, reason = f"failures/{visit['name']}", "the process ended with status -11"
    facts = {**told, "name": name, "unit": "integer", "failure": reason, "failure_kind": "crash"}

    return pyperf.Run([1], metadata=facts, collect_metadata=False)


def measured(
    spec: Spec, visit: Drawing, drift: float, spread: float, chance: random.Random
) -> pyperf.Run:
    true = spec.true * (1e-6 if spec.unit == "second" else 1)
    process = drift * (1 + spread * chance.gauss())
    values = [true * process * (1 + spread * chance.gauss() / 3) for _ in range(VALUES)]
    facts = {**visit, "loops": max(1, round(0.025 / true)) if spec.unit == "second" else 100}

    return pyperf.Run(values, metadata=facts, collect_metadata=False)


def packed(content: pyperf.BenchmarkSuite | dict[str, object]) -> bytes:
    """Pack a suite, or a mangled one as JSON, as it stands in a file."""
    tree = content if isinstance(content, dict) else tree_of(content)

    return zipped(json.dumps(tree).encode())


def zipped(content: bytes) -> bytes:
    """Zip bytes, the same on every day."""
    return gzip.compress(content, mtime=0)


def tree_of(found: pyperf.BenchmarkSuite) -> dict[str, object]:
    """Give a suite as the JSON tree that pyperf writes, to be mangled."""
    tree: dict[str, object] = json.loads(json.dumps(found._as_json()))

    return tree


def write(path: Path, content: pyperf.BenchmarkSuite | dict[str, object]) -> Path:
    """Write a result file."""
    path.write_bytes(packed(content))

    return path
