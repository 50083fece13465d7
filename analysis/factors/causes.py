"""Turns a level and the default into what the change of a hop consists of, in words."""

from dataclasses import dataclass

from analysis import digits
from analysis.estimate import Estimate
from analysis.factors.effects import Level
from analysis.factors.mechanism import PARTS

LARGE_SHARE = 0.1  # of the hop by default: from here on an effect is asked for its mechanism
MOSTLY = 0.5
TELLING = 0.25
PART_WORDS = {
    "before": "before the hand-over",
    "there": "between hand-over and worker",
    "back": "between worker and the task's next step",
}


@dataclass(frozen=True)
class Cause:
    """What one large effect consists of: changes per hop alone; seconds, or switches."""

    level: Level
    more: float
    parts: tuple[tuple[str, float], ...]
    computing: float | None
    switches: float | None
    timer: float | None = None

    @property
    def words(self) -> str:
        """Say it in one clause after another."""
        name, part = max(self.parts, key=lambda one: abs(one[1]))
        said = [f"the hop alone {signed(self.more)}"]
        said += [f"most of that {PART_WORDS[name]} ({signed(part)})"]
        said += [self.computing_words] if self.computing is not None else []
        said += [self.switching_words] if self.switches is not None else []

        said += [self.timer_words] if self.timer_tells else []

        return ", ".join(said)

    @property
    def timer_tells(self) -> bool:
        """Whether setting a timer of the switch interval costs a good part more, or less."""
        return self.timer is not None and abs(self.timer) >= TELLING * abs(self.more)

    @property
    def timer_words(self) -> str:
        """Say what one timer of that interval costs more, as a wait for the GIL sets one."""
        assert self.timer is not None

        return f"to set and stop one timer of that interval costs {signed(self.timer)}"

    @property
    def computing_words(self) -> str:
        """Say whether the threads computed more or less, or waited."""
        assert self.computing is not None
        computed = self.computing * (1 if self.more > 0 else -1) >= MOSTLY * abs(self.more)
        verb = "computed" if computed else "waited"
        amount = "more" if self.more > 0 else "less"

        return f"both threads mostly {verb} {amount} ({signed(self.computing)} of CPU time)"

    @property
    def switching_words(self) -> str:
        """Say how many context switches more or fewer there were."""
        assert self.switches is not None
        change = round(self.switches, 1)

        if not change:
            return "as many context switches"

        return f"{'+' if change > 0 else ''}{digits.fixed(change, 1)} context switches per hop"


def signed(seconds: float) -> str:
    """Write a change of time with its sign."""
    sign = "+" if seconds > 0 else ""

    return f"{sign}{digits.seconds(seconds)}"


def is_large(level: Level, default: Level) -> bool:
    """Tell whether an effect on the pair is known, and a good share of the hop."""
    usual, found = default.pair, level.pair

    if usual is None or found is None or found.more is None or not found.differs:
        return False

    return abs(found.more.value) >= LARGE_SHARE * usual.cost.value


def cause(level: Level, default: Level) -> Cause | None:
    """Compare the hop's parts with the default's; None where they were not measured."""
    own, usual = level.mechanism, default.mechanism

    if own is None or usual is None:
        return None

    parts = tuple((name, own.parts[name].value - usual.parts[name].value) for name in PARTS)

    return Cause(
        level,
        own.whole - usual.whole,
        parts,
        less(own.computing, usual.computing),
        less(own.switched, usual.switched),
        less(seconds_of(own.timer), seconds_of(usual.timer)),
    )


def seconds_of(found: Estimate | None) -> float | None:
    """Give the number alone, where there is one."""
    return found.value if found else None


def less(own: float | None, usual: float | None) -> float | None:
    """Subtract what may not have been measured."""
    return None if own is None or usual is None else own - usual
