"""Viewing: Perfetto and the trace, served to this machine only."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import struct
import sys
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.errors import UsageError
from tests.commands import started
from traces.__main__ import main
from traces.record import NAMES, RECORDED
from traces.view import SCRIPT, Server, path_of, serving, show


class Browser(webbrowser.GenericBrowser):
    """Notes what it is to open."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return True


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(path_of("def")) as server:
        yield server


def test_the_trace_is_served_as_it_is(server: Server) -> None:
    with urllib.request.urlopen(f"{server.address}/localtrace") as answer:
        assert answer.read() == (RECORDED / "def.json.gz").read_bytes()


def test_perfetto_is_served_with_the_script_that_draws_arrows(server: Server) -> None:
    with urllib.request.urlopen(server.address) as answer:
        page = answer.read().decode()

    assert "<title>Perfetto UI</title>" in page
    assert SCRIPT.read_text("utf-8") in page


def test_perfetto_finds_out_that_vizviewer_serves_it(server: Server) -> None:
    for name in ("vizviewer_info", "file_info"):
        with urllib.request.urlopen(f"{server.address}/{name}") as answer:
            assert not json.load(answer)


def test_a_connection_that_is_never_used_keeps_nobody_waiting(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("GET", "/vizviewer_info")

        assert connection.getresponse().status == 200


def test_a_browser_that_goes_away_is_no_news(
    server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as own:
        own.sendall(b"GET / HTTP/1.0\r\n")
        # Closed so, the connection is reset while the server still reads.
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with urllib.request.urlopen(server.address):
        assert capfd.readouterr().err == ""


def test_the_server_listens_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(("kind", "wrong"), [(["deff"], "deff is no"), ([], "no")])
def test_an_unknown_kind_or_none_is_refused_with_the_list_of_kinds(
    capsys: pytest.CaptureFixture[str], kind: list[str], wrong: str
) -> None:
    assert main(["view", *kind]) == 2

    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith(f"traces: {wrong} handler kind")
    assert ", ".join(NAMES) == " ".join(line.strip() for line in others)
    assert max(map(len, others)) <= 80


def test_a_kind_not_recorded_yet_says_how_to_record_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"run tox -e trace -- def$"):
        path_of("def", tmp_path)


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b\x08\x00"])
def test_a_file_that_is_no_trace_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "def.json.gz").write_bytes(content)

    with pytest.raises(UsageError, match=r"def\.json\.gz must hold a trace"):
        path_of("def", tmp_path)


@pytest.mark.parametrize(
    ("name", "opened"), [("firefox", ["http://x"]), ("lynx", []), ("/usr/bin/w3m", [])]
)
def test_a_browser_is_opened_unless_it_shows_text_only(
    monkeypatch: pytest.MonkeyPatch, name: str, opened: list[str]
) -> None:
    browser = Browser(name)
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    show("http://x")

    assert browser.opened == opened


def test_without_a_browser_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> webbrowser.BaseBrowser:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    show("http://x")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C in another way")
def test_ctrl_c_ends_it_cleanly() -> None:
    with started("traces", "view", "def", BROWSER="true") as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        try:
            said_then = process.communicate(timeout=10)
        finally:
            process.kill()

        assert said_then == ("\n", "")
        assert process.returncode == 0
        assert re.fullmatch(r"def in Perfetto: http://127\.0\.0\.1:\d+ \(Ctrl-C ends\)\n", said)


def test_a_picture_without_its_packages_says_where_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "traces.picture", raising=False)
    monkeypatch.delitem(sys.modules, "traces.perfetto", raising=False)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)

    assert main(["picture"]) == 2
    assert capsys.readouterr().err == (
        "traces: a picture needs playwright, it is missing: run tox -e picture\n"
    )
