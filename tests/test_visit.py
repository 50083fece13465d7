"""One visit: a worker that measures what it was told to, where it was told to, or says why not."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyperf
import pytest

from bench import visit
from bench.correctness import WrongAnswerError
from bench.machine import this_machine
from bench.provenance import ROOT
from bench.suite import load
from bench.visit import VALUES, WARM_UPS, WRONG_ANSWER, refuse_debugging

Loop = asyncio.AbstractEventLoop

PLACEMENT = this_machine().placements[0]
NO_OP = f"harness/no-op@instrument=exchange,placement={PLACEMENT}"


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests themselves run under is no matter of a visit."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)

    monkeypatch.setattr(sys, "gettrace", lambda: None)
    monkeypatch.setattr(sys, "getprofile", lambda: None)


@pytest.fixture
def metadata(real_file: Path) -> dict[str, Any]:
    """What the first run of a real `def` says of itself."""
    name = f"handlers/def@placement={PLACEMENT}"
    (benchmark,) = (
        benchmark for benchmark in load(real_file).get_benchmarks() if benchmark.get_name() == name
    )
    facts: dict[str, Any] = benchmark.get_runs()[0].get_metadata()
    return facts


def visited(
    output: Path, *arguments: str, name: str = NO_OP, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.visit", name, "--output", str(output), *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_visit_writes_the_values_it_was_told_to(tmp_path: Path) -> None:
    done = visited(tmp_path / "visit.json", "--loops", "123")

    assert done.returncode == 0
    (run,) = pyperf.Benchmark.load(str(tmp_path / "visit.json")).get_runs()
    assert (len(run.values), len(run.warmups), run.get_loops()) == (VALUES, WARM_UPS, 123)
    assert VALUES > 1


def test_a_calm_visit_tells_of_its_batches(tmp_path: Path) -> None:
    done = visited(tmp_path / "visit.json", "--loops", "123", "--calm", "1.0")

    assert done.returncode == 0
    (run,) = pyperf.Benchmark.load(str(tmp_path / "visit.json")).get_runs()
    facts = run.get_metadata()
    sizes = [min(4, 123 - begun) for begun in range(0, 123, 4)]
    assert facts["batches_tried"] == facts["batches_counted"] == len(sizes) * (VALUES + WARM_UPS)
    assert 0 < facts["stretch_seconds_least"] <= facts["stretch_seconds"] < 1.0
    assert all(value > 0 for value in run.values)


def test_a_visit_is_not_calm_unless_told_to_be(tmp_path: Path) -> None:
    visited(tmp_path / "visit.json", "--loops", "123")

    (run,) = pyperf.Benchmark.load(str(tmp_path / "visit.json")).get_runs()
    assert "batches_tried" not in run.get_metadata()


def test_a_visit_under_debugging_says_why_it_measures_nothing(tmp_path: Path) -> None:
    done = visited(tmp_path / "visit.json", PYTHONASYNCIODEBUG="1")

    assert (done.returncode, list(tmp_path.iterdir())) == (WRONG_ANSWER, [])
    assert done.stderr == "nothing is timed under asyncio's debug mode: turn it off\n"


def test_a_visit_to_an_unknown_benchmark_crashes(tmp_path: Path) -> None:
    done = visited(tmp_path / "visit.json", name="harness/nothing@placement=free")

    assert done.returncode not in (0, WRONG_ANSWER)
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_not_disturbed_is_timed(loop: Loop) -> None:
    refuse_debugging(loop)


@pytest.mark.parametrize(
    ("disturbance", "sentence"),
    [
        ("dev_mode", "Python's development mode"),
        ("gettrace", "a tracing or profiling function"),
        ("getprofile", "a tracing or profiling function"),
    ],
)
def test_nothing_is_timed_that_users_do_not_run(
    loop: Loop, monkeypatch: pytest.MonkeyPatch, disturbance: str, sentence: str
) -> None:
    disturbed = SimpleNamespace(
        flags=SimpleNamespace(dev_mode=disturbance == "dev_mode"),
        gettrace=lambda: disturbance == "gettrace" or None,
        getprofile=lambda: disturbance == "getprofile" or None,
    )
    monkeypatch.setattr(visit, "sys", disturbed)

    with pytest.raises(WrongAnswerError, match=f"nothing is timed under {sentence}"):
        refuse_debugging(loop)


def test_nothing_is_timed_under_asyncios_debug_mode(loop: Loop) -> None:
    loop.set_debug(True)

    with pytest.raises(WrongAnswerError, match="asyncio's debug mode"):
        refuse_debugging(loop)


def test_nothing_is_timed_under_opentelemetry(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")

    with pytest.raises(WrongAnswerError, match="OpenTelemetry"):
        refuse_debugging(loop)


def test_a_visit_says_what_it_counted(metadata: dict[str, Any]) -> None:
    counts = {name: metadata[name] for name in ("hops", "tasks_created", "threads_started")}

    assert counts == {"hops": 1, "tasks_created": 0, "threads_started": 0}
    assert metadata["loop_passes"] > 0


def test_a_visit_says_what_it_measured(metadata: dict[str, Any]) -> None:
    assert (metadata["study"], metadata["subject"], metadata["placement"]) == (
        "handlers",
        "def",
        PLACEMENT,
    )
    assert (metadata["unit"], metadata["twin"]) == ("second", "async-def")


def test_a_visit_says_under_which_settings(metadata: dict[str, Any]) -> None:
    assert metadata["event_loop"].startswith("asyncio.")
    assert metadata["switch_interval"] == sys.getswitchinterval()
    assert metadata["gc_thresholds"]


def test_a_visit_says_what_disturbed_it(metadata: dict[str, Any]) -> None:
    noise = ("steal_seconds", "load_avg_1min", "stretch_seconds", "stretch_seconds_least")

    assert {type(metadata[name]) for name in noise} <= {int, float}
    assert min(metadata[name] for name in noise) >= 0
    assert metadata["stretch_seconds"] >= metadata["stretch_seconds_least"] > 0


@pytest.mark.skipif(this_machine().pinned_cpu is None, reason="this system cannot pin")
def test_a_visit_on_one_cpu_is_pinned_to_it(metadata: dict[str, Any]) -> None:
    assert metadata["cpu_affinity"] == str(this_machine().pinned_cpu)


def test_the_file_of_a_visit_is_a_whole_pyperf_suite(tmp_path: Path) -> None:
    output = tmp_path / "visit.json"
    visited(output, "--loops", "10")

    document = json.loads(output.read_text())

    assert (document["version"], len(document["benchmarks"])) == ("1.0", 1)
