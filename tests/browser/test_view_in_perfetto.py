"""What a person gets: the command, its server, and Perfetto with the arrows drawn."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psutil
import pytest

from bench.handlers import CATALOGUE
from tests.browser.answers import answers
from tests.browser.comparison import problems
from tests.browser.conftest import load
from tests.commands import started
from traces.view import path_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

KIND = "def-model"


@pytest.fixture
def command() -> Iterator[subprocess.Popen[str]]:
    """The command of `tox -e view -- KIND`, with a browser that does nothing."""
    with started("traces", "view", KIND, BROWSER="true") as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(command: subprocess.Popen[str]) -> str:
    assert command.stdout is not None
    said = command.stdout.readline()
    found = re.fullmatch(rf"{KIND} in Perfetto: (http://127\.0\.0\.1:\d+) \(Ctrl-C ends\)\n", said)
    assert found, said
    return found[1]


def new_page(page: Page) -> Page:
    """Another one of the same browser."""
    assert page.context.browser is not None
    return page.context.browser.new_page()


def test_the_command_shows_the_trace_with_its_arrows(
    page: Page, command: subprocess.Popen[str]
) -> None:
    from traces.perfetto import arrows_drawn, open_perfetto, rows

    opened = new_page(page)
    open_perfetto(opened, address_of(command))
    seen = answers(lambda sql: rows(opened, sql))
    arrows_drawn(opened, 2 * CATALOGUE[KIND].hops)
    opened.close()

    assert problems(KIND, load(path_of(KIND)), seen) == []


def test_the_command_listens_on_this_machine_only(command: subprocess.Popen[str]) -> None:
    port = int(address_of(command).rpartition(":")[2])
    listening = [
        (*each.laddr,)
        for each in psutil.Process(command.pid).net_connections()
        if each.status == psutil.CONN_LISTEN
    ]

    assert listening == [("127.0.0.1", port)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C in another way")
def test_ctrl_c_ends_the_command_and_frees_its_port(
    page: Page, command: subprocess.Popen[str]
) -> None:
    from traces.perfetto import open_perfetto

    address = address_of(command)
    opened = new_page(page)
    open_perfetto(opened, address)
    command.send_signal(signal.SIGINT)

    assert command.communicate(timeout=10) == ("\n", "")
    assert command.returncode == 0
    opened.close()
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(("127.0.0.1", int(address.rpartition(":")[2])))
