"""The study of a real server: what clients say is read right, and no failure becomes a number."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from bench.benchmark import ONE_CPU, Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.provenance import ROOT
from bench.server import in_process
from bench.server.ab import Ab
from bench.server.app import BODY, ENDPOINTS
from bench.server.asking import check, free_port, get
from bench.server.client import ClientError, Seen, output_of
from bench.server.clients import CLIENTS, Browser
from bench.server.observing import observe, path_of
from bench.server.placing import Places, on, placed
from bench.server.processes import lives
from bench.server.uvicorn_process import Server, ServerError, Uvicorn, served
from bench.server.watching import Sample, Watch
from bench.server.wrk import Wrk, seen
from bench.studies import server
from bench.visit import WRONG_ANSWER

SURROUNDINGS = Surroundings(seed=1, cpus=(), all_cpus=())
SLOW = {"cpu-async-def", "cpu-def", "wait-async-def", "wait-def", "block-async-def"}
SERVERS = "tests.servers"
PATIENT = Uvicorn(start_seconds=60.0)
"""The machine that runs tests may be busy."""

AB = """\
This is ApacheBench, Version 2.3 <$Revision: 1934973 $>
Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/
Licensed to The Apache Software Foundation, http://www.apache.org/

Benchmarking 127.0.0.1 (be patient).....done


Server Software:        uvicorn
Server Hostname:        127.0.0.1
Server Port:            18765

Document Path:          /
Document Length:        19 bytes

Concurrency Level:      100
Time taken for tests:   2.002 seconds
Complete requests:      8841
Failed requests:        0
Keep-Alive requests:    0
Total transferred:      1441246 bytes
HTML transferred:       167998 bytes
Requests per second:    4415.82 [#/sec] (mean)
Time per request:       22.646 [ms] (mean)
Time per request:       0.226 [ms] (mean, across all concurrent requests)
Transfer rate:          702.99 [Kbytes/sec] received
"""
AB_TABLE = "Percentage served,Time in ms\n0,7.329\n50,22.646\n98,35.556\n99,35.959\n100,42.787\n"

WRK = """\
Running 2s test @ http://127.0.0.1:18765/
  1 threads and 100 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.49ms    4.28ms  56.84ms   78.02%
    Req/Sec    15.31k     4.45k   24.51k    75.00%
  Latency Distribution
     50%    5.31ms
     75%    8.15ms
     90%   11.58ms
     99%   19.62ms
  30648 requests in 2.02s, 4.21MB read
Requests/sec:  15150.35
Transfer/sec:      2.08MB
"""


def needs(program: str) -> pytest.MarkDecorator:
    """Skipped where a program is missing, but not where all are meant to be there."""
    missing = shutil.which(program) is None and os.environ.get("CI") != "true"
    return pytest.mark.skipif(missing, reason=f"{program} is not installed")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    before = psutil.Process().children(recursive=True)
    affinity = psutil.Process().cpu_affinity() if hasattr(psutil.Process, "cpu_affinity") else None
    yield
    left = [each for each in psutil.Process().children(recursive=True) if each not in before]
    assert left == []
    if affinity is not None:
        assert affinity == psutil.Process().cpu_affinity()


@dataclass(frozen=True)
class Asking:
    """A client written in Python: it sends requests one after the other, then does something."""

    then: Callable[[int], object] = lambda port: None
    compares: bool = True
    warms_up: bool = False
    watches_growth: bool = False
    facts: Any = None

    def drive(self, base: str, path: str) -> Seen:
        port = int(base.rpartition(":")[2])
        output_of((sys.executable, "-c", "sum(range(300_000))"))  # its CPU time is the client's
        if self.compares:
            check(port, path, BODY)

        self.then(port)
        return Seen({"request": 0.001}, 1, {"extra": 0})


def observed(client: Asking | Ab | Wrk, uvicorn: Uvicorn = PATIENT) -> Observation:
    return observe(("async-def",), client, uvicorn, SURROUNDINGS)


def uvicorns() -> list[psutil.Process]:
    """Those this process has started, the first of all first."""
    return [
        each for each in psutil.Process().children(recursive=True) if "uvicorn" in each.cmdline()
    ]


# What clients print.


def test_what_ab_prints_is_read() -> None:
    expected = Seen(
        {"request": 1 / 4415.82, "p50": 0.022646, "p99": 0.035959, "max": 0.042787},
        8841,
        {"kept_alive": 0},
    )
    actual = Ab(0, seconds=2).seen(AB, AB_TABLE)
    assert expected.values == pytest.approx(actual.values)
    assert (expected.answers, expected.facts) == (actual.answers, actual.facts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Failed requests:        0", "Failed requests:        1"),
        ("Complete requests:      8841", "Complete requests:      0"),
        ("Keep-Alive", "Non-2xx responses:      10\nKeep-Alive"),
        ("Length:        19 bytes", "Length:        18 bytes"),
    ],
)
def test_a_request_that_failed_in_ab_is_a_wrong_answer(old: str, new: str) -> None:
    assert old in AB
    with pytest.raises(WrongAnswerError, match="ab must have"):
        Ab(0, seconds=2).seen(AB.replace(old, new), AB_TABLE)


def test_a_request_that_ab_did_not_complete_is_a_wrong_answer() -> None:
    with pytest.raises(WrongAnswerError, match="8842 answers of 19 bytes, it had 8841"):
        Ab(8842).seen(AB, AB_TABLE)


def test_a_percentile_of_few_answers_is_the_longest() -> None:
    few = AB.replace("8841", "10")
    table = AB_TABLE.replace("99,35.959", "99,0.257")
    assert Ab(10).seen(few, table).values["p99"] == pytest.approx(0.042787)
    assert Ab(10).seen(few, table).values["p50"] == pytest.approx(0.022646)


@pytest.mark.parametrize(
    ("output", "table"),
    [("", AB_TABLE), (AB.replace("Requests per second", ""), AB_TABLE), (AB, ""), (AB, "a,b\n1,2")],
)
def test_output_of_ab_that_cannot_be_read_is_a_failure(output: str, table: str) -> None:
    with pytest.raises(ClientError, match="ab must"):
        Ab(0, seconds=2).seen(output, table)


def test_what_wrk_prints_is_read() -> None:
    expected = {"request": 1 / 15150.35, "p50": 0.00531, "p99": 0.01962, "max": 0.05684}
    assert pytest.approx(expected) == seen(WRK).values
    assert seen(WRK).answers == 30648


@pytest.mark.parametrize(
    ("text", "seconds"), [("812.00us", 812e-6), ("1.22s", 1.22), ("1.50m", 90.0)]
)
def test_wrk_may_print_a_time_in_any_unit(text: str, seconds: float) -> None:
    assert pytest.approx(seconds) == seen(WRK.replace("56.84ms", text)).values["max"]
    assert pytest.approx(seconds) == seen(WRK.replace("19.62ms", text)).values["p99"]


@pytest.mark.parametrize(
    "line",
    ["  Socket errors: connect 0, read 7, write 0, timeout 0", "  Non-2xx or 3xx responses: 11563"],
)
def test_an_error_in_wrk_is_a_wrong_answer(line: str) -> None:
    with pytest.raises(WrongAnswerError, match=line.strip()):
        seen(WRK.replace("Requests/sec", f"{line}\nRequests/sec"))


def test_no_answers_in_wrk_are_a_wrong_answer() -> None:
    with pytest.raises(WrongAnswerError, match="it had 0"):
        seen(WRK.replace("30648 requests", "0 requests"))


@pytest.mark.parametrize("missing", ["Requests/sec", "    Latency ", "     99%", " requests in "])
def test_output_of_wrk_that_cannot_be_read_is_a_failure(missing: str) -> None:
    with pytest.raises(ClientError, match="wrk must print"):
        seen(WRK.replace(missing, ""))


def test_the_article_is_repeated_as_it_was() -> None:
    assert CLIENTS["ab-article"].facts["command"] == "ab -n 1000 -c 100"


def test_a_limit_of_time_comes_before_the_number_of_requests() -> None:
    assert Ab(0, seconds=5, keep_alive=True).options[:5] == ("-k", "-t", "5", "-n", "1000000")


def test_wrk_closes_connections_where_it_is_told_to() -> None:
    assert Wrk(5, keep_alive=False).command[-2:] == ("-H", "Connection: close")
    assert "-H" not in Wrk(5).command


def test_a_client_that_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ClientError, match="install the package apache2-utils"):
        output_of(("ab", "-n", "1"))


def test_what_the_browser_counts_is_no_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {"all": 2.0, "together": 6.0, "queued": 1.0, "inp": 0.016, "clicks": 7.0}
    monkeypatch.setattr("bench.server.clients.browser_load", lambda *arguments: numbers)
    actual = Browser(100).drive("http://127.0.0.1:1", "/wait-def")
    assert list(actual.values) == ["all", "together", "queued", "inp"]
    assert actual.facts == {"clicks": 7}


# Where and when.


def test_the_client_keeps_off_the_server_s_cpus() -> None:
    assert Places((1,), (0, 2)) == placed(Surroundings(1, (1,), (0, 1, 2)))


def test_a_client_shares_where_no_cpu_is_left() -> None:
    assert Places((0,), (0,)) == placed(Surroundings(1, (0,), (0,)))
    assert placed(Surroundings(1, (0, 1), (0, 1))).facts["shared_cpus"] == 2
    assert Places((), ()) == placed(SURROUNDINGS)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="CPUs cannot be chosen here")
def test_cpus_are_left_as_they_were() -> None:
    before = os.sched_getaffinity(0)
    with on((min(before),)):
        assert os.sched_getaffinity(0) == {min(before)}

    assert os.sched_getaffinity(0) == before


def test_growth_is_looked_for_when_the_load_has_settled() -> None:
    watch = Watch([Sample(float(each), 10 + each, 20 + each) for each in range(101)], 100.0)
    expected = {"threads_first": 20, "threads_last": 108, "files_first": 30, "files_last": 118}
    assert expected == watch.growth
    assert watch.threads == 110


# A real uvicorn.


def test_every_quick_endpoint_answers_the_same() -> None:
    with served(PATIENT) as running:
        answers = {path: get(running.port, f"/{path}") for path in ENDPOINTS if path not in SLOW}
        missing, _ = get(running.port, "/nowhere")

    assert answers == dict.fromkeys(("no-op", "async-def", "def"), (200, BODY))
    assert missing == 404


def test_one_visit_gives_every_metric() -> None:
    observation = observed(Asking())
    values = {metric.name: value for metric, (value,) in observation.values.items()}
    assert list(values) == ["request", "server-cpu", "client-cpu", "threads", "server-share"]
    assert all(value > 0 for value in values.values())
    assert observation.facts["extra"] == 0


def test_all_workers_have_started_when_a_server_is_ready() -> None:
    with served(replace(PATIENT, workers=2)) as running:
        assert len(running.ready_workers()) == 2
        assert running.ready_workers() < {each.pid for each in running.processes}
        check(running.port, "/def", BODY)

    assert not any(lives(each) for each in running.processes)


@pytest.mark.parametrize(
    ("app", "found"),
    [("of_another_body", "goodbye"), ("of_another_status", "answered 503")],
)
def test_a_wrong_answer_is_not_measured(app: str, found: str) -> None:
    with pytest.raises(WrongAnswerError, match=found):
        observed(Asking(compares=False), replace(PATIENT, app=f"{SERVERS}:{app}"))


def test_a_server_that_is_killed_in_mid_visit_is_a_failure() -> None:
    def kill(port: int) -> None:
        uvicorns()[0].kill()
        time.sleep(0.05)

    with pytest.raises(ServerError, match="live through the load, it ended with status -9"):
        observed(Asking(kill))


def test_a_server_that_dies_of_a_request_is_a_failure_whatever_the_client_says() -> None:
    with pytest.raises(ServerError, match="live through the load, it ended with status 7"):
        observed(Asking(), replace(PATIENT, app=f"{SERVERS}:that_dies_of_a_request"))


def test_a_worker_that_is_killed_in_mid_visit_is_a_failure() -> None:
    def kill(port: int) -> None:
        children = uvicorns()[0].children()
        workers = [each for each in children if "spawn_main" in " ".join(each.cmdline())]
        workers[0].kill()
        time.sleep(0.05)

    with pytest.raises(ServerError, match="live through the load, 1 of its"):
        observed(Asking(kill), replace(PATIENT, workers=2))


def test_a_port_that_is_taken_is_a_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=r"must start, it ended with status \d: .*in use"):
            observed(Asking(), replace(PATIENT, port=port))


def test_another_server_on_the_port_is_not_measured() -> None:
    with served(PATIENT) as other, pytest.raises(ServerError, match="in use"):
        observed(Asking(), replace(PATIENT, port=other.port))


def test_a_server_that_cannot_be_loaded_is_a_failure() -> None:
    with pytest.raises(ServerError, match=r"must start, it ended with status \d: .*nowhere"):
        observed(Asking(), replace(PATIENT, app=f"{SERVERS}:nowhere"))


@pytest.mark.parametrize("app", ["that_never_starts", "a_stranger"])
def test_a_server_that_takes_too_long_is_a_failure(app: str) -> None:
    with pytest.raises(ServerError, match=r"must answer with 1 workers within 1\.5 s"):
        observed(Asking(), Uvicorn(app=f"{SERVERS}:{app}", start_seconds=1.5))


def test_a_client_that_fails_is_a_failure() -> None:
    def fail(port: int) -> None:
        output_of((sys.executable, "-c", "raise SystemExit('no route to host')"))

    with pytest.raises(ClientError, match="it ended with 1: no route to host"):
        observed(Asking(fail))


def test_a_short_load_is_sent_once_before() -> None:
    ports: list[int] = []
    observed(Asking(ports.append, warms_up=True))
    assert len(ports) == 2


@needs("ab")
def test_ab_really_measures() -> None:
    observation = observed(Ab(20, connections=2))
    assert {"request", "p50", "p99", "max"} < {metric.name for metric in observation.values}
    assert observation.facts["kept_alive"] == 0


@needs("wrk")
def test_wrk_really_measures_and_a_long_load_is_watched() -> None:
    observation = observed(Wrk(1, connections=2, watches_growth=True))
    assert {"request", "p50", "p99", "max"} < {metric.name for metric in observation.values}
    assert observation.facts["failed"] == 0
    assert observation.facts["files_first"] == observation.facts["files_last"]


@needs("ab")
def test_ab_with_no_server_fails() -> None:
    with pytest.raises(ClientError, match="ab must end with status 0"):
        Ab(2, connections=2).drive(f"http://127.0.0.1:{free_port()}", "/def")


@needs("wrk")
def test_a_visit_tells_by_its_exit_status_that_its_server_was_killed(tmp_path: Path) -> None:
    name = next(each.name for each in server.BENCHMARKS if each.facts["client"] == "wrk")
    visit = subprocess.Popen(
        [sys.executable, "-m", "bench.visit", name, "--output", str(tmp_path / "visit.json")],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stderr=subprocess.PIPE,
        text=True,
    )
    while "wrk" not in (names := {each.name(): each for each in family(visit.pid)}):
        assert visit.poll() is None, names
        time.sleep(0.02)

    uvicorns()[0].kill()
    _, complaint = visit.communicate()
    assert visit.returncode not in (0, WRONG_ANSWER)
    assert "must live through the load" in complaint.splitlines()[-1]
    assert not (tmp_path / "visit.json").exists()


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


# In process, and the table.


def test_in_process_gives_the_same_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process, "SECONDS", 0.0)
    monkeypatch.setattr(in_process, "LEAST_ANSWERS", 50)
    observation = in_process.observe_in_process(("no-op", "def"), SURROUNDINGS, bursts=2)
    names = [metric.name for metric in observation.values if metric.subject == "def"]
    assert names == ["request", "p50", "p99", "max", "server-cpu", "threads"]
    assert {metric.subject for metric in observation.values} == {"no-op", "def"}
    assert {len(values) for values in observation.values.values()} == {2}


def test_a_wrong_answer_in_process_is_not_measured() -> None:
    with pytest.raises(WrongAnswerError, match="nowhere must answer 200"):
        in_process.observe_in_process(("nowhere",), SURROUNDINGS)


def test_the_name_says_how_the_server_was_driven() -> None:
    expected = "server/trivial@client=wrk,loop=asyncio,http=h11,workers=1,placement=one-cpu"
    assert expected == server.BENCHMARKS[0].name


def test_the_control_asks_for_the_endpoint_it_repeats() -> None:
    controls = [each for each in server.BENCHMARKS if "async-def-again" in each.observes]
    assert [each.placement for each in controls] == [ONE_CPU]
    assert path_of("async-def-again") == path_of("async-def")


def test_endpoints_are_loaded_in_turns() -> None:
    asked: list[str] = []

    @dataclass(frozen=True)
    class Recording(Asking):
        def drive(self, base: str, path: str) -> Seen:
            asked.append(path)
            return Seen({"request": 0.001 * len(asked)}, 1)

    observation = observe(("no-op", "async-def", "async-def-again"), Recording(), PATIENT,
                          SURROUNDINGS, bursts=2)  # fmt: skip
    assert asked == ["/no-op", "/async-def", "/async-def"] * 2
    values = {
        metric.subject: [round(value, 3) for value in values]
        for metric, values in observation.values.items()
        if metric.name == "request"
    }
    assert values == {
        "no-op": [0.001, 0.004],
        "async-def": [0.002, 0.005],
        "async-def-again": [0.003, 0.006],
    }


def test_only_the_soak_must_be_asked_for() -> None:
    assert [each.facts["client"] for each in server.BENCHMARKS if each.on_request] == ["soak"]


def test_what_must_be_installed_is_said() -> None:
    needed = {str(each.facts["client"]): each.needs for each in server.BENCHMARKS}
    assert needed["in-process"] == ()
    assert needed["wrk-close"] == needed["soak"] == ("wrk",)
    assert needed["ab-cpu"] == ("ab",)
    assert needed["browser"] == ("chromium",)


def test_a_limit_of_time_leaves_room_for_the_load() -> None:
    for each in server.BENCHMARKS:
        seconds = each.facts.get("window_seconds", 0)
        assert isinstance(seconds, int | float)
        assert each.time_limit_seconds >= seconds + 20


def test_a_server_says_where_it_is() -> None:
    process: Any = SimpleNamespace(pid=1)
    running = Server(process, 8000, Path("stdout"), Path("stderr"))
    assert running.base == "http://127.0.0.1:8000"
    assert "--port 8000" in " ".join(Uvicorn().command(8000))
