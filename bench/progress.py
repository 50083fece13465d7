"""Progress of a run: a bar on a terminal, a plain line a round elsewhere.

The bar is drawn between visits only: a thread that redraws it would run beside what is measured.
"""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bench.plan import Visit
from bench.rounds import Failure


class RunProgress:
    """Shows how far a run is; a context manager whose `visited` is told of every visit.

    Args:
        total: visits of the plan.
        done: visits an earlier run has made.
    """

    def __init__(self, console: Console, total: int, done: int, rounds: int) -> None:
        self._console = console
        self._total = total
        self._already = done
        self._done = done
        self._rounds = rounds
        self._shown_round = 0
        self._start = time.monotonic()
        self._bar = Progress(
            TextColumn("round {task.fields[round]} of {task.fields[rounds]}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("[dim]{task.fields[name]}"),
            console=console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task(
            "", total=total, completed=done, round=1, rounds=rounds, left="", name="starting"
        )

    def __enter__(self) -> RunProgress:
        if self._console.is_terminal:
            self._bar.start()

        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def visited(self, visit: Visit, failure: Failure | None) -> None:
        """Shows that `visit` is over; a failure gets a line of its own."""
        self._done += 1
        if failure is not None:
            self._console.print(
                f"{visit.benchmark.name}, round {visit.round}: {failure.kind}: {failure.reason}",
                style="red",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )

        if self._console.is_terminal:
            self._bar.update(
                self._task,
                completed=self._done,
                round=visit.round,
                left=self._time_left(),
                name=visit.benchmark.name,
            )
            self._bar.refresh()
        elif visit.round != self._shown_round:
            self._shown_round = visit.round
            self._console.print(
                f"round {visit.round} of {self._rounds}, "
                f"{self._done} of {self._total} visits, {self._time_left()}",
                highlight=False,
            )

    def _time_left(self) -> str:
        elapsed = time.monotonic() - self._start
        left = elapsed / (self._done - self._already) * (self._total - self._done)
        return f"{left / 60:.0f} min left" if left >= 90 else f"{left:.0f} s left"
