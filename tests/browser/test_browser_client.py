"""The browser as a client: its limit of six shows, and nothing is left behind."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from bench.correctness import WrongAnswerError
from bench.provenance import ROOT
from bench.server import browser
from bench.server.browser import BODY, PAGE, browser_load, evaluate
from bench.server.chromium import BrowserError, alive, located
from bench.server.devtools import DevTools, blank_page
from tests.browser.conftest import missing

FETCHES = 24
WAIT_SECONDS = 0.05
PER_HOST = 6
"""Connections that Chromium opens to one host by HTTP/1.1."""
PATIENCE_SECONDS = 20.0
KILLED_WITH_IT = (
    "import time; from bench.server.devtools import blank_page\n"
    "with blank_page(): print('open', flush=True); time.sleep(60)"
)

Act = Callable[[DevTools], None]


@dataclass(slots=True)
class App:
    """Answers after a while, and knows how many requests it had open at once."""

    open: int = 0
    most: int = 0
    queries: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self.answer(scope["path"], scope["query_string"])
        headers = [(b"content-length", b"%d" % len(body)), (b"cache-control", b"max-age=60")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answer(self, path: str, query: bytes) -> tuple[int, bytes]:
        if path == PAGE:
            return 200, b""

        if path == "/wait":
            self.open += 1
            self.most = max(self.most, self.open)
            self.queries.append(query)
            await asyncio.sleep(WAIT_SECONDS)
            self.open -= 1

        return 200 if path == "/wait" or query != b"fetch=7" else 503, BODY


@pytest.fixture(scope="module")
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def url(app: App) -> Iterator[str]:
    """Where a real uvicorn serves the app."""
    config = uvicorn.Config(app, "127.0.0.1", 0, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)

    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join()


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port that nobody else gets, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where Chromium's files are; after the test, none is left, and no process of it."""
    try:
        located()
    except BrowserError as error:
        missing(str(error))

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    assert processes(tmp_path) == []


def processes(place: Path) -> list[psutil.Process]:
    """Those whose command lines name a place."""
    return [
        each
        for each in psutil.process_iter(["cmdline"])
        if str(place) in " ".join(each.info["cmdline"] or ())
    ]


def on_click(monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    """Does something before every click."""
    click = browser.click

    def act_and_click(devtools: DevTools) -> None:
        act(devtools)
        click(devtools)

    monkeypatch.setattr(browser, "click", act_and_click)


@pytest.mark.usefixtures("place")
def test_six_fetches_are_open_at_once_and_the_others_queue(app: App, url: str) -> None:
    found = browser_load(url, "/wait", FETCHES)
    waves = FETCHES / PER_HOST

    assert list(found) == ["all", "together", "queued", "inp", "clicks", "events"]
    assert found["together"] == app.most == PER_HOST
    assert sorted(app.queries) == sorted(b"fetch=%d" % each for each in range(FETCHES))
    assert found["all"] >= waves * WAIT_SECONDS
    assert found["all"] > found["queued"] >= (waves / 2 - 1) * WAIT_SECONDS
    assert found["inp"] >= 0.016
    assert found["clicks"] >= 1


@pytest.mark.usefixtures("place")
def test_a_slow_click_is_seen(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "const end = performance.now() + 200; while (performance.now() < end);"
    script = f"button.onclick = () => {{ {slow} }}"
    on_click(monkeypatch, lambda devtools: evaluate(devtools, script))
    found = browser_load(url, "/wait", FETCHES)

    assert found["inp"] >= 0.2 - 0.008  # rounded to multiples of 8 ms
    assert found["events"] >= 1


@pytest.mark.usefixtures("place")
def test_one_failed_answer_is_enough(url: str) -> None:
    with pytest.raises(WrongAnswerError, match=r"^/fails must answer 200 .* it answered 503 b'"):
        browser_load(url, "/fails", FETCHES)


@pytest.mark.usefixtures("place")
def test_no_server_is_found_out(free_port: int) -> None:
    with pytest.raises(WrongAnswerError, match=r"it answered net::ERR_CONNECTION_REFUSED$"):
        browser_load(f"http://127.0.0.1:{free_port}", "/wait")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("act", "found"),
    [
        (lambda devtools: devtools.process.kill(), r"Chromium must live .*, it died: -9$"),
        (lambda devtools: devtools.send("Page.crash"), r"page must live .*, it crashed$"),
        (lambda devtools: devtools.send("Page.unknown"), r"must do Page\.unknown, it says: "),
        (lambda devtools: evaluate(devtools, "unknown"), r"it raised ReferenceError: unknown"),
    ],
)
def test_a_browser_that_fails_is_no_number(
    url: str, monkeypatch: pytest.MonkeyPatch, act: Act, found: str
) -> None:
    on_click(monkeypatch, act)
    with pytest.raises(BrowserError, match=found):
        browser_load(url, "/wait", FETCHES)


@pytest.mark.usefixtures("place")
def test_fetches_that_do_not_end_are_given_up(url: str) -> None:
    with pytest.raises(BrowserError, match=r"^all fetches must end within 0 s, they did not$"):
        browser_load(url, "/wait", FETCHES, limit_seconds=0.0)


@pytest.mark.parametrize("orphans", [False, True])
def test_a_browser_that_hangs_is_ended_with_all_it_began(place: Path, *, orphans: bool) -> None:
    with blank_page() as devtools:
        root = psutil.Process(devtools.process.pid)
        family = {root, *root.children(recursive=True), *processes(place)}
        for each in family:
            with suppress(psutil.NoSuchProcess):  # a process of its start may end by itself
                each.suspend()

        if orphans:
            root.kill()

    assert [each for each in family if alive(each)] == []


@pytest.mark.usefixtures("place")
def test_a_program_that_only_has_the_name_is_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "bin"
    place.mkdir()
    program = place / "chromium"
    program.write_text("#!/bin/sh\nexit 5\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(BrowserError, match=r"it died: 5$"), blank_page():
        pass

    program.unlink()
    place.rmdir()


def test_without_chromium_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrowserError, match=r"there is none here: apt-get install chromium$"):
        browser_load("http://127.0.0.1:9", "/wait")


def test_it_ends_with_whoever_drives_it(place: Path) -> None:
    driver = subprocess.Popen(
        [sys.executable, "-c", KILLED_WITH_IT],
        cwd=ROOT,
        env={"PATH": str(Path(located()).parent), "TMPDIR": str(place)},
        stdout=subprocess.PIPE,
    )
    with driver:
        assert driver.stdout
        assert driver.stdout.readline() == b"open\n"
        assert processes(place) != []
        driver.kill()

    deadline = time.monotonic() + PATIENCE_SECONDS
    while processes(place) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert processes(place) == []
    subprocess.run(["rm", "-r", *place.iterdir()], check=True)
