"""Placing: from the CPUs of a run to those of the server and those of its client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.benchmark import Fact, Surroundings


@dataclass(frozen=True, slots=True)
class Places:
    """Which CPUs each side may use; empty where the system decides."""

    server: tuple[int, ...]
    client: tuple[int, ...]

    @property
    def facts(self) -> dict[str, Fact]:
        """How many each has, and how many of them both may use."""
        shared = set(self.server) & set(self.client)
        return {
            "server_cpus": len(self.server),
            "client_cpus": len(self.client),
            "shared_cpus": len(shared),
        }


def placed(surroundings: Surroundings) -> Places:
    """The server on the CPUs of the placement, the client on the others; on all if none is left."""
    others = tuple(cpu for cpu in surroundings.all_cpus if cpu not in surroundings.cpus)
    server = surroundings.cpus or surroundings.all_cpus
    return Places(server, others if surroundings.cpus and others else surroundings.all_cpus)


@contextmanager
def on(cpus: tuple[int, ...]) -> Iterator[None]:
    """This thread, and the processes it starts meanwhile, on these CPUs where that can be said."""
    if not cpus or not hasattr(os, "sched_setaffinity"):
        yield
        return

    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
