"""A visit of the study `releases`: from the stacks' workers to the times of each, turn by turn.

What disturbs a machine lasts longer than a turn and shorter than a visit. So the worker of every
stack is there at once, and they take turns of some ten milliseconds in an order shuffled anew: all
but one of them wait for their next line, and use no CPU.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Any, Self

from bench.benchmark import Metric, Observation, Surroundings
from bench.correctness import WrongAnswerError
from bench.environments import directory, python_in
from bench.provenance import ROOT
from bench.releases.stacks import AGAIN, LOCKED, STACKS, SUBJECTS, environment_of

REQUEST = "request"
TURNS = 25
END_SECONDS = 5.0


@dataclass(slots=True)
class Worker:
    """The process of one stack; `control` tells the locked one's second from its first."""

    stack: str
    control: str
    process: subprocess.Popen[str]
    told: Mapping[str, Any]

    @classmethod
    def started(cls, stack: str, control: str = "") -> Self:
        """A worker that is checked and warm.

        Raises:
            WrongAnswerError: a subject does not do what it says with these packages.
            RuntimeError: it ended before it could say.
        """
        python = python_in(directory(environment_of(stack)))
        process = subprocess.Popen(
            [python, "-m", "bench.releases.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        worker = cls(stack, control, process, {})
        try:
            worker.listen()
        except BaseException:
            worker.end()
            raise

        return worker

    def listen(self) -> None:
        """Hears what it says of itself; raises what `started` does."""
        self.told = self.answer()
        if "wrong" in self.told:
            raise WrongAnswerError(f"with the releases of {self.stack}, {self.told['wrong']}")

    def answer(self) -> Any:
        """What the process says next; raises RuntimeError if it has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker of {self.stack} ended with {self.process.wait()}")

        return json.loads(line)

    def seconds(self, subject: str) -> float:
        """Seconds of one step of a subject, over one turn."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{subject}\n")
        self.process.stdin.flush()
        return float(self.answer())

    def metric(self, subject: str) -> Metric:
        """What the times of a subject are told as."""
        control = (("control", self.control),) if self.control else ()
        facts = {**self.told["versions"], **self.told["counts"][subject]}
        return Metric(
            REQUEST,
            factors=(("stack", self.stack), *control),
            subject=subject,
            facts=tuple(facts.items()),
        )

    def end(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.communicate(timeout=END_SECONDS)


def observing(surroundings: Surroundings) -> Observation:
    """Times every subject of every stack, in turns; the locked stack has two workers."""
    with ExitStack() as ends:
        workers = []
        for stack, control in (*((stack, "") for stack in STACKS), (LOCKED, AGAIN)):
            workers.append(Worker.started(stack, control))
            ends.callback(workers[-1].end)

        return Observation(in_turns(workers, Random(surroundings.seed)))


def in_turns(workers: Sequence[Worker], order: Random) -> dict[Metric, tuple[float, ...]]:
    """Seconds per step of each worker's subjects, one value a turn."""
    every = [(worker, subject) for worker in workers for subject in SUBJECTS]
    values: dict[Metric, list[float]] = {worker.metric(subject): [] for worker, subject in every}
    for _ in range(TURNS):
        for worker, subject in order.sample(every, len(every)):
            values[worker.metric(subject)].append(worker.seconds(subject))

    return {metric: tuple(found) for metric, found in values.items()}
