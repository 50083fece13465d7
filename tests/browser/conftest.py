"""One Chromium and one server for all tests: the real Perfetto, opened with any trace."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from bench.errors import UsageError
from tests.browser.answers import Answers, answers
from traces.view import path_of, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

Ask = Callable[[Path], Answers]
"""Opens a trace file in Perfetto, and asks it what it sees."""
Document = dict[str, Any]
Alter = Callable[[str, Callable[[Document], None]], Path]
"""A copy of a committed trace, after something was done to it."""


def load(path: Path) -> Document:
    """What stands in a trace file."""
    document: Document = json.loads(gzip.decompress(path.read_bytes()))
    return document


def missing(what: str) -> NoReturn:
    """Skips the test, but where CI says so it must not be skipped."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(what, pytrace=False)

    pytest.skip(what)


@pytest.fixture(scope="session")
def page() -> Iterator[Page]:
    """An empty page of headless Chromium."""
    try:
        from traces.perfetto import blank_page, chromium
    except ModuleNotFoundError as error:
        missing(f"{error.name} is missing: run tox -e browser")

    try:
        chromium()
    except UsageError as error:
        missing(str(error))

    with blank_page(1200, 800) as page:
        yield page


@pytest.fixture(scope="session")
def ask(page: Page) -> Iterator[Ask]:
    """Asks Perfetto, which stays open, about one trace after the other."""
    from traces.perfetto import open_next, open_perfetto, rows

    with serving(path_of("def")) as server:
        open_perfetto(page, server.address)

        def ask(path: Path) -> Answers:
            server.trace.path = str(path)
            open_next(page, server.address)
            return answers(lambda sql: rows(page, sql))

        yield ask


@pytest.fixture
def alter(tmp_path: Path) -> Alter:
    """Alters a copy of a committed trace."""

    def alter(name: str, change: Callable[[Document], None]) -> Path:
        document = load(path_of(name))
        change(document)
        path = tmp_path / f"{name}.json.gz"
        # Perfetto does not read escapes in the name of a process.
        path.write_bytes(gzip.compress(json.dumps(document, ensure_ascii=False).encode()))
        return path

    return alter
