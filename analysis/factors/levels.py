"""Turns the levels that a visit changed into words, and into their order."""

from collections.abc import Mapping

from analysis.digits import MICRO, NO_BREAK
from analysis.placement import PLACEMENT_WORDS
from analysis.visit import Fact

Changed = tuple[tuple[str, Fact], ...]

DEFAULT: Changed = ()
AGAIN: Changed = (("control", "again"),)
AWAKE: Changed = (("neighbour", "awake"),)
PLACEMENT = "placement"
DEFAULT_WORDS = "the default"

# In the order of the report; of each factor, what its default is.
FACTORS = {
    "control": "",
    "loop": "the event loop of asyncio",
    "python": "the Python that ran the bench",
    "switch_us": "the GIL's usual switch interval",
    "gc": "the garbage collector on",
    "sniffio": "no `sniffio` installed",
    "variables": "no context variable set",
    "depth": "no coroutine above the request",
    "idle": "one worker thread in the pool",
    "threads": "threads wherever the system puts them",
    "busy": "no other busy thread",
    "neighbour": "no other busy process",
    "slack_ns": "the system's timer slack",
}
NAMED = {
    ("control", "again"): "the default again (A/A)",
    ("loop", "uvloop"): "event loop: uvloop",
    ("loop", "trio"): "event loop: Trio",
    ("gc", "off"): "garbage collector off",
    ("gc", "frozen"): "garbage collector frozen",
    ("sniffio", "present"): "sniffio installed",
    ("threads", "together"): "both threads on one named CPU",
    ("threads", "apart"): "threads on two named CPUs",
    ("busy", "python"): "a thread busy with Python",
    ("busy", "hashing"): "a thread busy without the GIL",
    ("neighbour", "spinning"): "another process spins",
    ("neighbour", "awake"): "CPUs kept awake",
}
COUNTED = {
    "variables": "context variables",
    "depth": "coroutines above",
    "idle": "threads in the pool",
}
DURATIONS = {"switch_us": ("switch interval", MICRO), "slack_ns": ("timer slack", "ns")}
LONGER = {MICRO: "ms", "ns": MICRO}


def words(changed: Changed) -> str:
    """Say in words what was changed; several levels are joined."""
    return ", ".join(level_words(name, level) for name, level in changed) or DEFAULT_WORDS


def level_words(name: str, level: Fact) -> str:
    """Say one level in words."""
    if (name, level) in NAMED:
        return NAMED[name, str(level)]

    if name == PLACEMENT:
        return PLACEMENT_WORDS[str(level)]

    if name == "python":
        version = str(level).removeprefix("py")
        return f"Python {version[0]}.{version[1:]}"

    if name in COUNTED:
        return f"{level} {COUNTED[name]}"

    if name in DURATIONS and not isinstance(level, str):
        noun, unit = DURATIONS[name]
        return f"{noun} {duration(level, unit)}"

    return f"{name}: {level}"


def duration(number: float, unit: str) -> str:
    """Write a duration that was asked for, as it was: nothing is rounded."""
    return (
        f"{number / 1e3:g}{NO_BREAK}{LONGER[unit]}"
        if number >= 1e3
        else (f"{number:g}{NO_BREAK}{unit}")
    )


def order(changed: Changed) -> tuple[int, tuple[tuple[int, float, str], ...]]:
    """Give where a level stands: single ones first, by factor and by size; then products."""
    places: Mapping[str, int] = {name: place for place, name in enumerate(FACTORS)}
    keys = (
        (places.get(name, len(places)), 0.0 if isinstance(level, str) else level, str(level))
        for name, level in changed
    )

    return len(changed), tuple(keys)
