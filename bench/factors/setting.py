"""The setting: from one level of each factor to the facts of a visit and the name of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.benchmark import Fact


@dataclass(frozen=True, slots=True)
class Setting:
    """One level of each factor; the defaults are what all other studies measure under.

    Attributes:
        control: `again`: the default under another name.
        loop: the event loop, or Trio, which is AnyIO's other backend.
        python: the interpreter, as tox names it; `own`: the one that runs the bench.
        switch_us: after how long a thread that waits for the GIL asks for it.
        gc: the garbage collector: `on`, `off`, or `frozen`: on, but blind to what is there.
        sniffio: the package that AnyIO asks which backend runs, where it is installed, as by Trio.
        variables: context variables set by the task that sends the requests.
        depth: coroutines that await one another above the code that is timed.
        idle: worker threads in the pool, of which the hop takes one.
        threads: on which CPUs: `any`; the loop's and the worker on one named CPU (`together`), or
            each on a named CPU of its own (`apart`).
        busy: another thread of the process that never waits: `python`, which holds the GIL, or
            `hashing`, which does not.
        neighbour: another process that never waits: `spinning` on one CPU, or `awake`, on each
            CPU, which gives way to everyone and keeps the CPU from falling asleep.
        slack_ns: by how much the system may be late to end a timed wait.
    """

    control: str = "none"
    loop: str = "asyncio"
    python: str = "own"
    switch_us: int = 5000
    gc: str = "on"
    sniffio: str = "absent"
    variables: int = 0
    depth: int = 0
    idle: int = 1
    threads: str = "any"
    busy: str = "none"
    neighbour: str = "none"
    slack_ns: int = 50000

    @classmethod
    def of(cls, changed: Mapping[str, Any]) -> Setting:
        """The default with other levels of these factors."""
        return cls(**changed)

    @property
    def facts(self) -> dict[str, Fact]:
        """The level of every factor."""
        return asdict(self)

    @property
    def changed(self) -> dict[str, Fact]:
        """The levels that are not the default, in the order of the factors."""
        return {name: level for name, level in self.facts.items() if level != DEFAULTS[name]}


DEFAULTS: dict[str, Fact] = Setting().facts
"""The default level of every factor."""
