"""Turns one endpoint under one load into a record: times, CPU time on both sides, bottleneck."""

from dataclasses import dataclass

from analysis.benchmark import Benchmark
from analysis.contrasts import Contrast, difference, estimate, plus, ratio
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.setups import Setup, found

BUSY = 0.9  # of what it can use: nobody is ever busy to the last per cent
SERVER, CLIENT, BOTH, MACHINE = "server", "client", "server and client", "machine"
NEITHER, UNKNOWN = "neither", "not measured"


@dataclass(frozen=True)
class Load:
    """One endpoint under one load; seconds, seconds of CPU, threads of a process, CPUs in use."""

    subject: str
    setup: Setup
    row: Benchmark
    request: Estimate
    p50: Estimate | None
    p99: Estimate | None
    longest: Estimate | None
    server_cpu: Estimate | None
    client_cpu: Estimate | None
    threads: Estimate | None
    server_share: Estimate | None
    client_share: Estimate | None
    bottleneck: str

    @property
    def contrast(self) -> Contrast:
        """The seconds of a request, to be compared with others."""
        return plus(self.row)


@dataclass(frozen=True)
class Gap:
    """`def` against `async-def` under one load, and the no-op application where it was driven."""

    no_op: Load | None
    async_def: Load
    def_: Load
    difference: Estimate
    ratio: Estimate
    cpu: Estimate | None

    @property
    def setup(self) -> Setup:
        """The load of all of them."""
        return self.def_.setup

    @property
    def loads(self) -> tuple[Load, ...]:
        """Every endpoint of it, the cheapest first."""
        return tuple(filter(None, (self.no_op, self.async_def, self.def_)))

    @property
    def contrast(self) -> Contrast:
        """What `def` takes more."""
        return difference(self.def_.contrast, self.async_def.contrast)

    @property
    def server_bound(self) -> bool:
        """Whether it was the server that set the pace, for each endpoint of which it is known."""
        return not any(one.bottleneck in {CLIENT, NEITHER} for one in self.loads)


def load(rows: Rows, subject: str, setup: Setup) -> Load | None:
    """Read one endpoint under one load; None if it was not measured."""
    row = found(rows, subject, setup)
    request = None if row is None else estimate(plus(row))

    if row is None or request is None:
        return None

    client_row = found(rows, subject, setup, "client-cpu")
    share = of(rows, subject, setup, "server-share")
    client_share = None if client_row is None else ratio(plus(client_row), plus(row))

    return Load(
        subject=subject,
        setup=setup,
        row=row,
        request=request,
        p50=of(rows, subject, setup, "p50"),
        p99=of(rows, subject, setup, "p99"),
        longest=of(rows, subject, setup, "max"),
        server_cpu=of(rows, subject, setup, "server-cpu"),
        client_cpu=None if client_row is None else estimate(plus(client_row)),
        threads=of(rows, subject, setup, "threads"),
        server_share=share,
        client_share=client_share,
        bottleneck=bottleneck(share, client_share, setup.workers, rows.provenance.cpu_count),
    )


def of(rows: Rows, subject: str, setup: Setup, metric: str) -> Estimate | None:
    """Estimate one metric; None if it was not measured."""
    row = found(rows, subject, setup, metric)

    return None if row is None else estimate(plus(row))


def bottleneck(
    server: Estimate | None, client: Estimate | None, workers: int, cpus: int | None
) -> str:
    """Say who was busy: one interpreter runs on one CPU at a time, and so does the client."""
    if server is None or client is None:
        return UNKNOWN

    usable = workers if cpus is None else min(workers, cpus)
    server_busy, client_busy = server.value >= BUSY * usable, client.value >= BUSY

    if server_busy or client_busy:
        return BOTH if server_busy and client_busy else SERVER if server_busy else CLIENT

    return MACHINE if cpus and server.value + client.value >= BUSY * cpus else NEITHER


def gap(rows: Rows, setup: Setup, subjects: tuple[str, str] = ("async-def", "def")) -> Gap | None:
    """Compare a pair under one load; None if one is missing or they have no common round."""
    lower, upper = (load(rows, subject, setup) for subject in subjects)

    if lower is None or upper is None:
        return None

    more = estimate(difference(upper.contrast, lower.contrast))
    times = ratio(upper.contrast, lower.contrast)

    if more is None or times is None:
        return None

    contrast = cpu_contrast(rows, setup, subjects)
    cpu = estimate(contrast) if contrast else None

    return Gap(load(rows, "no-op", setup), lower, upper, more, times, cpu)


def cpu_contrast(
    rows: Rows, setup: Setup, subjects: tuple[str, str] = ("async-def", "def")
) -> Contrast:
    """Subtract the CPU time of the server per request; nothing if one was not measured."""
    lower, upper = (found(rows, subject, setup, "server-cpu") for subject in subjects)

    return () if lower is None or upper is None else difference(plus(upper), plus(lower))
