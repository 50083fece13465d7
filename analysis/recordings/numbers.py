"""Turns what was found in the recordings into the numbers that the section speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, quantiles

from analysis.metadata import InputError
from analysis.recordings.calls import Added, Calls
from analysis.recordings.chains import ways_below
from analysis.recordings.packages import PACKAGES
from analysis.recordings.resumptions import resumptions
from analysis.recordings.round_trip import CLAIMED, CLAIMED_IN, HANDED_OVER, Step, claimed
from analysis.recordings.rows import Recording, Request
from analysis.recordings.timeline import Timeline
from analysis.recordings.tree import Line

TRIVIAL, PAIR, OVERLAP = "def", "pair-def-vs-async-def", "overlap"
FAR_SHARE = 0.1
AGAIN = "record them again by `tox -e trace`"


@dataclass(frozen=True)
class Chain:
    """The call chain of one kind."""

    request: Request
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Numbers:
    """All of the section `traces`."""

    recordings: tuple[Recording, ...]
    kinds: dict[str, Calls]
    added: tuple[Added, ...]
    chains: tuple[Chain, ...]
    trip: tuple[Step, ...]
    pair: tuple[Timeline, ...]

    def __post_init__(self) -> None:
        """Refuse recordings of which the section cannot speak.

        Raises:
            InputError: too few pairs, or one of which a hop adds no calls, or an empty timeline.
        """
        names = [one.name for one in self.added]
        if TRIVIAL not in names or len(names) == 1:
            raise InputError(f"traces must be of {TRIVIAL!r}, others and their twins: {AGAIN}")

        if min(one.per_hop for one in self.added) <= 0:
            raise InputError(f"traces must have more calls for a kind than for its twin: {AGAIN}")

        if min(one.calls for one in self.pair) == 0:
            raise InputError(f"the trace {PAIR!r} must have calls in each request: {AGAIN}")

    @property
    def trivial(self) -> Added:
        """The endpoint that does nothing, against its twin."""
        return next(one for one in self.added if one.name == TRIVIAL)

    @property
    def usual_per_hop(self) -> float:
        """The median over the pairs of the calls that each hop adds."""
        return median(one.per_hop for one in self.added)

    @property
    def inflations(self) -> tuple[float, ...]:
        """How many times longer a traced request takes, smallest first."""
        return tuple(sorted(chain.request.inflation for chain in self.chains))

    @property
    def resumed(self) -> Mapping[str, int]:
        """Resumptions of the trivial request, by package: they are calls, too."""
        return resumptions(self.recording(TRIVIAL).processes[0].loop)

    @property
    def overlap(self) -> tuple[str, ...]:
        """What each process of the recording of overlapping requests shows."""
        labels = (process.label for process in self.recording(OVERLAP).processes)

        return tuple(label.partition(" \N{MIDDLE DOT} ")[0] for label in labels)

    def recording(self, name: str) -> Recording:
        """Find a recording by its name."""
        return next(one for one in self.recordings if one.name == name)

    @property
    def bulk(self) -> tuple[float, float]:
        """The quartiles of the calls that each hop adds, over the pairs."""
        low, _, high = quantiles((one.per_hop for one in self.added), n=4, method="inclusive")

        return low, high

    @property
    def hops_are_alike(self) -> bool:
        """Whether all hops of all recordings take the same way below `run_sync`."""
        processes = (process for one in self.recordings for process in one.processes)

        return len({way for process in processes for way in ways_below(process)}) == 1

    @property
    def far_share(self) -> float:
        """How far from the median a pair is named."""
        return FAR_SHARE

    @property
    def far(self) -> tuple[Added, ...]:
        """The pairs that add other numbers of calls per hop than most, fewest first."""
        usual = self.usual_per_hop
        found = (one for one in self.added if abs(one.per_hop - usual) > FAR_SHARE * usual)

        return tuple(sorted(found, key=lambda one: one.per_hop))

    @property
    def packages(self) -> tuple[str, ...]:
        """What calls are divided by."""
        return PACKAGES

    @property
    def claimed_in(self) -> str:
        """Where and when the chain was claimed."""
        return CLAIMED_IN

    @property
    def claimed(self) -> tuple[str, ...]:
        """The functions of the claimed chain, in its order."""
        return CLAIMED

    @property
    def not_called(self) -> tuple[str, ...]:
        """Those of them that no frame of the request is of."""
        tracks = self.recording(TRIVIAL).processes[0].tracks
        called = {claimed(frame) for track in tracks for frame in track.frames}

        return tuple(name for name in CLAIMED if name not in called)

    @property
    def in_claimed_order(self) -> bool:
        """Whether those that are called are called in the order claimed, each once."""
        there = [step.claimed for step in self.trip if step.leg == HANDED_OVER]
        found = [name for name in there if name]

        return found == [name for name in CLAIMED if name not in self.not_called]
