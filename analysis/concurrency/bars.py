"""Turns the section's numbers into rows of the table "is this run good enough?"."""

from analysis import digits
from analysis.checks import UNKNOWN, Check, control_check, half_width, judged, verdict
from analysis.concurrency.curves import CROWD, HEAVY, SUBJECTS
from analysis.concurrency.numbers import Numbers
from analysis.concurrency.placed import Placed
from analysis.concurrency.words import size

RATIO_HALF_WIDTH = 0.05


def checks(found: Numbers) -> tuple[Check, ...]:
    """Judge the study by its bars: on the main placement, and the crowd wherever it was."""
    return (
        ratio_check(found.main),
        crowd_check(found),
        *(again_check(found.main, subject) for subject in reversed(SUBJECTS)),
    )


def ratio_check(main: Placed) -> Check:
    """Judge how well the ratio of throughputs under load is known."""
    point = main.at(HEAVY)
    ratio = point.pair.ratio if point and point.pair else None
    narrow = ratio is not None and ratio.half_width <= RATIO_HALF_WIDTH * ratio.value
    bar = (
        f"throughput ratio at {HEAVY} in flight: half-width at most "
        f"{digits.share(RATIO_HALF_WIDTH)} of it"
    )

    return judged(bar, ratio, half_width, narrow)


def crowd_check(found: Numbers) -> Check:
    """Judge whether the most requests in flight are all answered, and state their memory."""
    bar = f"{CROWD} requests in flight: no error, memory per request stated"
    crowd = found.crowd
    if crowd is None:
        return Check(bar, "", UNKNOWN)

    stated = [
        f"{digits.code(one.subject)} {size(one.per_request)} per request"
        for one in found.main.memory
        if one.many == CROWD
    ]
    errors = f"{digits.counted(crowd.failures, 'error')} in {crowd.visits + crowd.failures} visits"
    complete = crowd.subjects == SUBJECTS and len(stated) == len(SUBJECTS)

    return Check(bar, "; ".join([errors, *stated]), verdict(complete and crowd.failures == 0))


def again_check(main: Placed, subject: str) -> Check:
    """Judge the A/A control of a handler."""
    ratio = next((one.ratio for one in main.controls if one.subject == subject), None)
    name = digits.code(subject)

    return control_check(
        f"A/A ratio of {name} at {HEAVY} in flight",
        ratio,
        f"with {HEAVY} requests in flight {main.words}, the A/A control finds {name} to differ "
        "from itself",
    )
