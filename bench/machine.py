"""The machine: from this process to the CPUs a run may use, and the placements told apart there."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from bench.benchmark import FREE, ONE_CPU
from bench.errors import UsageError


@dataclass(frozen=True, slots=True)
class Machine:
    """The CPUs this run may use; `pinned_cpu` is None where the system cannot pin."""

    cpus: tuple[int, ...]
    pinned_cpu: int | None

    def cpus_of(self, placement: str) -> tuple[int, ...]:
        """The CPUs of a placement; empty where the system decides."""
        if placement == ONE_CPU:
            assert self.pinned_cpu is not None
            return (self.pinned_cpu,)

        return self.cpus

    @property
    def placements(self) -> tuple[str, ...]:
        """The placements that can be told apart here."""
        if self.pinned_cpu is None:
            return (FREE,)

        return (ONE_CPU, FREE) if len(self.cpus) > 1 else (ONE_CPU,)


def this_machine(cpu: int | None = None) -> Machine:
    """The CPUs this process may use, and the one to pin to: `cpu`, or the last.

    Raises:
        UsageError: `cpu` is not among them, or this system cannot pin.
    """
    process = psutil.Process()
    if not hasattr(process, "cpu_affinity"):
        if cpu is not None:
            raise UsageError("--cpu pins to a CPU, and this system cannot pin: leave it out")

        return Machine((), None)

    cpus = tuple(sorted(process.cpu_affinity()))
    if cpu is not None and cpu not in cpus:
        listed = ", ".join(map(str, cpus))
        raise UsageError(
            f"--cpu must be one of the CPUs this process may use ({listed}), not {cpu}"
        )

    return Machine(cpus, cpus[-1] if cpu is None else cpu)
