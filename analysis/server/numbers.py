"""Turns the parts of the section into one record that template, figure and checks read."""

from dataclasses import dataclass

from analysis import digits
from analysis.estimate import Estimate
from analysis.server.browser import Browser
from analysis.server.contrasts import count, length, short_length
from analysis.server.loads import CLIENT, MACHINE, NEITHER, UNKNOWN, Gap, Load
from analysis.server.patterns import Pattern
from analysis.server.prediction import Prediction
from analysis.server.setups import CLIENTS, CLOSED, Client, Setup
from analysis.server.soak import Soak
from analysis.server.waiting import Model
from analysis.server.workers import Scaling


@dataclass(frozen=True)
class Range:
    """The smallest and the largest value of something over all loads."""

    low: Gap
    high: Gap


@dataclass(frozen=True)
class Numbers:
    """All of this section; what was not measured is empty or None."""

    cpus: int | None
    gaps: tuple[Gap, ...]
    in_process: tuple[Gap, ...]
    predictions: tuple[Prediction, ...]
    control: Estimate | None
    scalings: tuple[Scaling, ...]
    patterns: tuple[Pattern, ...]
    models: tuple[Model, ...]
    browser: Browser | None
    soak: Soak | None

    @property
    def main(self) -> Gap | None:
        """The pair that headlines speak of: the first in the order of DRIVEN that was measured."""
        return next(iter(self.gaps), None)

    @property
    def main_prediction(self) -> Prediction | None:
        """Its prediction."""
        wanted = self.main.setup if self.main else None

        return next((one for one in self.predictions if one.setup == wanted), None)

    @property
    def client_apart(self) -> bool:
        """Whether there is a CPU left for the client when the server is pinned to one."""
        return self.cpus is not None and self.cpus > 1

    @property
    def loads(self) -> tuple[Load, ...]:
        """Every endpoint under every load."""
        return tuple(one for found in self.gaps for one in found.loads)

    @property
    def stacked(self) -> tuple[Gap, ...]:
        """What the figure stacks: in process first; only where the no-op application is known."""
        return tuple(one for one in (*self.in_process, *self.gaps) if one.no_op)

    @property
    def clients(self) -> tuple[Client, ...]:
        """The clients that drove the pair."""
        rows = {one.setup.client: one.def_.row for one in self.gaps}

        return tuple(
            Client(name, CLIENTS[name], str(row.facts.get("command", "")))
            for name, row in rows.items()
        )

    @property
    def several(self) -> bool:
        """Whether the pair was driven in more than one way."""
        return len(self.gaps) > 1

    @property
    def differences(self) -> Range:
        """The loads under which the hop costs the least and the most."""
        order = sorted(self.gaps, key=lambda one: one.difference.value)

        return Range(order[0], order[-1])

    @property
    def ratios(self) -> Range:
        """The loads with the smallest and the largest ratio."""
        order = sorted(self.gaps, key=lambda one: one.ratio.value)

        return Range(order[0], order[-1])

    @property
    def agreeing(self) -> tuple[Prediction, ...]:
        """The configurations whose two ratios cannot be told apart."""
        return tuple(one for one in self.predictions if one.agrees)

    @property
    def how_good(self) -> str:
        """How many predictions hold, and how many lie above, in words; empty without intervals."""
        if not any(one.off.has_interval for one in self.predictions):
            return ""

        above = sum(one.off.value > 1 for one in self.predictions)
        count = digits.counted(len(self.predictions), "such prediction")

        return (
            f"of {count}, {len(self.agreeing)} cannot be told from what was measured; "
            f"{above} of {len(self.predictions)} lie above it"
        )

    @property
    def dearer_hops(self) -> tuple[Prediction, ...]:
        """The configurations in which the hop costs more behind the server, beyond its interval."""
        return tuple(one for one in self.predictions if one.hop.extra.low > 0)

    @property
    def worst(self) -> Prediction:
        """The configuration whose two ratios lie furthest apart."""
        return max(self.predictions, key=lambda one: one.miss)

    @property
    def closed(self) -> Gap | None:
        """The pair with a new connection for each request."""
        return self.under(CLOSED)

    @property
    def not_server_bound(self) -> tuple[Load, ...]:
        """The loads at which the server was not what was busy."""
        return tuple(one for one in self.loads if one.bottleneck in {CLIENT, NEITHER})

    @property
    def bottlenecks_known(self) -> bool:
        """Whether CPU time was counted on both sides under every load."""
        return all(one.bottleneck != UNKNOWN for one in self.loads)

    @property
    def shared_machine(self) -> bool:
        """Whether under some load the two together used all CPUs, and neither its own limit."""
        return any(one.bottleneck == MACHINE for one in self.loads)

    def under(self, setup: Setup) -> Gap | None:
        """Find the pair under one load."""
        return next((one for one in self.gaps if one.setup == setup), None)

    def length(self, found: Estimate | None) -> str:
        """Write seconds of any size, with the interval."""
        return length(found)

    def short_length(self, found: Estimate | None) -> str:
        """Write seconds of any size, without it."""
        return short_length(found)

    def count(self, found: Estimate | None) -> str:
        """Write a count, or CPUs in use."""
        return count(found)
