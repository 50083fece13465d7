"""A pytest plugin: the patch of a variant around every test, and a note of how each test ended."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from anyio._backends._asyncio import AsyncIOBackend

from bench.remedies.variants import VARIANTS, Around, patched
from bench.upstream.fields import remembered
from bench.upstream.outcomes import BEGUN, FAILED, PASSED, SKIPPED

INSTALLED = "installed"
"""No variant."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What the command says to the plugin."""
    group = parser.getgroup("upstream")
    group.addoption("--variant", choices=(INSTALLED, *VARIANTS), default=INSTALLED)
    group.addoption("--notes", type=Path, required=True, help="where notes are added")


def pytest_configure(config: pytest.Config) -> None:
    """Puts the plugin in its place, before any test is imported."""
    config.addinivalue_line("markers", "xdist_group: as FastAPI marks some")
    stack = ExitStack()
    config.add_cleanup(stack.close)
    fields = stack.enter_context(remembered())
    name = config.getoption("--variant")
    around = nullcontext if name == INSTALLED else patched(VARIANTS[name].leaves_out, fields)
    notes = stack.enter_context(config.getoption("--notes").open("a", encoding="utf-8"))
    config.pluginmanager.register(Noting(around, notes))


@contextmanager
def counting(hops: list[None]) -> Iterator[None]:
    """Counts the hops inside the block, whoever makes them; no frame is added to theirs."""
    run_sync = AsyncIOBackend.run_sync_in_worker_thread

    def counted(cls: object, *rest: Any, **options: Any) -> Any:
        hops.append(None)
        return run_sync(*rest, **options)

    with mock.patch.object(AsyncIOBackend, "run_sync_in_worker_thread", classmethod(counted)):
        yield


class Noting:
    """Runs each test inside a block of its own, and notes when it begins and how it ends."""

    def __init__(self, around: Around, notes: Any) -> None:
        self.around = around
        self.notes = notes
        self.outcomes: dict[str, str] = {}

    def note(self, test: str, outcome: str, hops: int = 0) -> None:
        """One line, at once: what comes next may never return."""
        print(
            json.dumps({"test": test, "outcome": outcome, "hops": hops}),
            file=self.notes,
            flush=True,
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Around set-up, call and teardown."""
        self.note(item.nodeid, BEGUN)
        hops: list[None] = []
        with self.around(), counting(hops):
            done = yield

        self.note(item.nodeid, self.outcomes.get(item.nodeid, FAILED), len(hops))
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The worst of its three parts."""
        worst = self.outcomes.setdefault(report.nodeid, PASSED)
        if worst != FAILED and report.outcome != PASSED:
            self.outcomes[report.nodeid] = FAILED if report.failed else SKIPPED

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is one failure."""
        if report.failed:
            self.note(report.nodeid, FAILED)
