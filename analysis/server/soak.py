"""Turns minutes of load on one server into whether it leaks: failures, threads, files."""

from dataclasses import dataclass

from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.loads import of
from analysis.server.setups import SOAK, found

SUBJECT = "def"
FACTS = ("failed", "threads_first", "threads_last", "files_first", "files_last")


@dataclass(frozen=True)
class Soak:
    """One long load: failed requests, and threads and open files at its begin and at its end."""

    request: Estimate
    failed: int
    threads_first: int
    threads_last: int
    files_first: int
    files_last: int

    @property
    def clean(self) -> bool:
        """Whether nothing failed and nothing grew."""
        grown = self.threads_last > self.threads_first or self.files_last > self.files_first

        return self.failed == 0 and not grown


def soak(rows: Rows) -> Soak | None:
    """Read it; None if it was not measured, or does not tell all of it."""
    row = found(rows, SUBJECT, SOAK)
    request = of(rows, SUBJECT, SOAK, "request")
    facts = {} if row is None else row.facts
    told = [facts.get(name) for name in FACTS]

    if request is None or not all(isinstance(one, int) for one in told):
        return None

    return Soak(request, *(int(one) for one in told if isinstance(one, int)))
