"""Turns the section's numbers into rows of the table "is this run good enough?"."""

from analysis import digits
from analysis.checks import Check, control_check, judged
from analysis.estimate import Estimate
from analysis.placement import PLACEMENT_WORDS
from analysis.remedies.measured import ALONE, LOADS
from analysis.remedies.numbers import Numbers
from analysis.remedies.upstream import HOP

TOLERANCE = 0.03
HALF_WIDTH = 0.1
TRIVIAL = "def"


def checks(found: Numbers) -> tuple[Check, ...]:
    """Judge the study by its bars, on the main placement."""
    control = found.control(HOP, found.main)

    return (
        *(again_check(found, in_flight) for in_flight in LOADS),
        equal_check(
            "the hop as installed, after all patches to before them",
            control.after if control else None,
        ),
        equal_check(
            "a copy that leaves nothing out, to the hop as installed",
            control.copy if control else None,
        ),
        saving_check(found),
    )


def again_check(found: Numbers, in_flight: int) -> Check:
    """Judge the A/A control of a trivial `def`."""
    wanted = (TRIVIAL, found.main, in_flight)
    ratio = next(
        (one.ratio for one in found.again if (one.name, one.placement, one.in_flight) == wanted),
        None,
    )

    return control_check(
        f"A/A ratio of {digits.code(TRIVIAL)} at {in_flight} in flight",
        ratio,
        f"with {in_flight} requests in flight {PLACEMENT_WORDS[found.main]}, the A/A control finds "
        f"{digits.code(TRIVIAL)} to differ from itself",
    )


def equal_check(what: str, ratio: Estimate | None) -> Check:
    """Judge whether what must cost the same does."""
    bar = f"{what}: within {digits.share(TOLERANCE)}, or not to be told from one"
    equal = ratio is not None and (ratio.includes(1.0) or abs(ratio.value - 1) <= TOLERANCE)

    return judged(bar, ratio, digits.plain, equal)


def saving_check(found: Numbers) -> Check:
    """Judge how well it is known what all steps together save."""
    bar = f"saved per hop by all steps: half-width at most {digits.share(HALF_WIDTH)} of it"
    every = found.all_steps
    saving = None if every is None else every.saving(HOP, found.main, ALONE)
    saved = None if saving is None else saving.saved
    narrow = saved is not None and saved.half_width <= HALF_WIDTH * abs(saved.value)

    return judged(bar, saved, digits.time, narrow)
