"""Turns a way to drive the server (client, loop, http implementation, workers) into its rows."""

from dataclasses import dataclass, replace

from analysis.benchmark import Benchmark
from analysis.placement import FREE, ONE_CPU
from analysis.rows import Rows
from analysis.visit import Fact

STUDY = "server"
CLIENTS = {
    "wrk": "`wrk`, connections kept alive",
    "wrk-close": "`wrk`, a new connection for each request",
    "ab-keep": "`ab -k`, which speaks HTTP/1.0: uvicorn closes each connection all the same",
    "ab-article": "`ab`, exactly as the article called it",
    "ab-cpu": "`ab`, the CPU pair",
    "ab-wait": "`ab`, the pair that waits",
    "ab-block": "`ab`, the mistake",
    "browser": "headless Chromium",
    "in-process": "a closed loop in the same process, no server",
    "soak": "`wrk`, for minutes",
}


@dataclass(frozen=True)
class Client:
    """What sent the requests: its name, what it does, and how it was called, if the file tells."""

    name: str
    words: str
    command: str


@dataclass(frozen=True)
class Setup:
    """Who sends the requests, what uvicorn runs on, how many processes, and where."""

    client: str
    loop: str = "asyncio"
    http: str = "h11"
    workers: int = 1
    placement: str = FREE

    @property
    def label(self) -> str:
        """Name it briefly, as a figure does: what all loads of a client share is left out."""
        parts = [self.client, f"{self.loop} + {self.http}" if self.client == "wrk" else ""]
        parts += ["all CPUs" if self.placement == FREE else ""]
        parts += [f"{self.workers} workers" if self.workers > 1 else ""]

        return ", ".join(filter(None, parts))

    @property
    def in_process(self) -> "Setup":
        """What it is compared with: the same placement, no server, no HTTP, no socket."""
        return replace(self, client="in-process", loop="asyncio", http="none", workers=1)

    def with_workers(self, workers: int) -> "Setup":
        """Change the number of processes alone."""
        return replace(self, workers=workers)


DRIVEN = (
    Setup("wrk", placement=ONE_CPU),
    Setup("wrk", http="httptools", placement=ONE_CPU),
    Setup("wrk", loop="uvloop", placement=ONE_CPU),
    Setup("wrk", loop="uvloop", http="httptools", placement=ONE_CPU),
    Setup("wrk-close", placement=ONE_CPU),
    Setup("ab-keep", placement=ONE_CPU),
    Setup("wrk"),
    Setup("ab-article"),
)
MAIN = Setup("wrk", placement=ONE_CPU)
CLOSED = Setup("wrk-close", placement=ONE_CPU)
ARTICLE = Setup("ab-article")
CPU_WORK = Setup("ab-cpu")
WAIT = Setup("ab-wait")
BLOCK = Setup("ab-block")
BROWSER = Setup("browser")
SOAK = Setup("soak")


def found(rows: Rows, subject: str, setup: Setup, metric: str = "request") -> Benchmark | None:
    """Find one number of one endpoint; None if the run has none."""
    return rows.find(
        STUDY,
        subject,
        setup.placement,
        metric=metric,
        client=setup.client,
        loop=setup.loop,
        http=setup.http,
        workers=setup.workers,
    )


def number_fact(row: Benchmark | None, name: str, otherwise: float) -> float:
    """Give a fact that is a number; a file that does not tell it was measured by `otherwise`."""
    fact: Fact = otherwise if row is None else row.facts.get(name, otherwise)

    return float(fact) if isinstance(fact, int | float) else otherwise
