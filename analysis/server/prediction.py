"""Turns in-process times and a server that does nothing into the ratio a server should show.

predicted = (no-op behind the server + `def` in process - no-op in process) / (the same with
`async-def`): the server's own work, and on top of it what the endpoint adds in process.
Measured is `def` / `async-def` behind the server. Where the two differ, either the framework or the
hop costs something else behind the server than in process; both are differences of differences,
in seconds, and what of them is CPU time is counted by the system.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.contrasts import Contrast, difference, estimate, ratio, total
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.contrasts import ratio_of_ratios
from analysis.server.loads import Gap, cpu_contrast
from analysis.server.part import Part, part
from analysis.server.setups import Setup


@dataclass(frozen=True)
class Prediction:
    """One configuration: what was predicted, what was measured, and where they part.

    Attributes:
        off: predicted over measured.
        framework: what `async-def` takes more than the no-op application.
        hop: what `def` takes more than `async-def`.
        hop_cpu: the same in CPU time of the server; None if it was not counted on both sides.
        predicted_def: the seconds of `def` behind the server that the prediction rests on;
            `predicted_async_def` likewise.
        hop_waiting: what of the hop's extra is no CPU time.
        with_served_framework: the ratio predicted if the server's own `async-def` is given, so that
            only the hop is taken from in process.
    """

    gap: Gap
    in_process: Gap
    predicted: Estimate
    predicted_def: Estimate
    predicted_async_def: Estimate
    measured: Estimate
    off: Estimate
    framework: Part
    hop: Part
    hop_cpu: Part | None
    hop_waiting: Estimate | None
    with_served_framework: Estimate

    @property
    def setup(self) -> Setup:
        """The load of the measured side."""
        return self.gap.setup

    @property
    def agrees(self) -> bool:
        """Whether the two ratios cannot be told apart."""
        return self.off.includes(1.0)

    @property
    def miss(self) -> float:
        """How far apart the two are, as a share of what was measured."""
        return abs(self.off.value - 1)

    @property
    def because(self) -> str:
        """Say in words which part costs another time behind the server; empty if none is known."""
        parts = (
            ("what `async-def` adds to the no-op application", self.framework),
            ("the hop", self.hop),
        )

        return ", and ".join(f"{name} {one.words}" for name, one in parts if one.differs)


def predict(rows: Rows, served: Gap, inside: Gap) -> Prediction | None:
    """Predict one configuration; None unless all six of its benchmarks have a common round."""
    if served.no_op is None or inside.no_op is None:
        return None

    base = difference(served.no_op.contrast, inside.no_op.contrast)
    upper, lower = (total(base, one.contrast) for one in (inside.def_, inside.async_def))
    actual = (served.def_.contrast, served.async_def.contrast)
    predicted, measured = ratio(upper, lower), ratio(*actual)
    ends = estimate(upper), estimate(lower)
    off = ratio_of_ratios((upper, lower), actual)
    framework = part(framework_of(served), framework_of(inside))
    hop = part(served.contrast, inside.contrast)
    halfway = ratio(total(served.async_def.contrast, inside.contrast), served.async_def.contrast)
    cpu = (cpu_contrast(rows, served.setup), cpu_contrast(rows, inside.setup))
    waiting = difference(difference(served.contrast, inside.contrast), difference(*cpu))

    if not (predicted and measured and off and framework and hop and halfway):
        return None

    if ends[0] is None or ends[1] is None:
        return None

    return Prediction(
        gap=served,
        in_process=inside,
        predicted=predicted,
        predicted_def=ends[0],
        predicted_async_def=ends[1],
        measured=measured,
        off=off,
        framework=framework,
        hop=hop,
        hop_cpu=part(*cpu) if all(cpu) else None,
        hop_waiting=estimate(waiting) if all(cpu) else None,
        with_served_framework=halfway,
    )


def predictions(
    rows: Rows, every: Sequence[Gap], in_process: Sequence[Gap]
) -> tuple[Prediction, ...]:
    """Predict every load of which the in-process times are known."""
    inside = {one.setup: one for one in in_process}
    known = [one for one in every if one.setup.in_process in inside]
    found = (predict(rows, one, inside[one.setup.in_process]) for one in known)

    return tuple(one for one in found if one is not None)


def framework_of(one: Gap) -> Contrast:
    """Subtract the no-op application from `async-def`."""
    lower = one.no_op.contrast if one.no_op else ()

    return difference(one.async_def.contrast, lower)
