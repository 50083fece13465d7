"""Turns rows into the table "is this run good enough?": each bar, what was found, and whether."""

from analysis import digits
from analysis.answer import Answer, Headline
from analysis.checks import UNKNOWN, Check, control_check, gate, half_width, judged, verdict
from analysis.conditions import condition_checks
from analysis.placement import PLACEMENT_WORDS
from analysis.rows import Rows
from analysis.sections.harness import Numbers as Harness

NO_OP_SECONDS = 1.5e-6
NO_OP_SHARE = 0.04
CONTROL_HALF_WIDTH = 0.01
PAIR_HALF_WIDTH = 0.03
RESIDUAL_SHARE = 0.05


def checks(rows: Rows, harness: Harness | None, answer: Answer) -> tuple[Check, ...]:
    """Judge a run by every bar."""
    return (
        *instrument_checks(rows, harness),
        pair_check(answer),
        *map(closure_check, answer.headlines),
        *condition_checks(rows),
    )


def instrument_checks(rows: Rows, harness: Harness | None) -> tuple[Check, ...]:
    """Judge the floor and the A/A control on the main placement."""
    floors = harness.floors if harness else ()
    controls = harness.controls if harness else ()
    floor = next((one for one in floors if one.placement == rows.main_placement), None)
    control = next((one for one in controls if one.placement == rows.main_placement), None)
    no_op = floor.no_op if floor else None
    share = floor.share_of_async_def if floor else None

    return (
        judged(
            f"exchange with a no-op application: at most {NO_OP_SECONDS * 1e6:g} {digits.MICRO}",
            no_op,
            digits.time,
            no_op is not None and no_op.value <= NO_OP_SECONDS,
        ),
        judged(
            f"the same as a share of `async-def`: at most {digits.share(NO_OP_SHARE)}",
            share,
            digits.percent,
            share is not None and share.value <= NO_OP_SHARE,
        ),
        control_check(
            "A/A ratio",
            control.ratio if control else None,
            "the A/A control finds two equal handlers to differ",
        ),
        gate(
            judged(
                f"A/A ratio: half-width at most {digits.share(CONTROL_HALF_WIDTH)}",
                control.ratio if control else None,
                lambda found: half_width(found, 1.0),
                control is not None and control.ratio.half_width <= CONTROL_HALF_WIDTH,
            )
        ),
    )


def pair_check(answer: Answer) -> Check:
    """Judge how well the headline is known."""
    pair = answer.main.pair
    bar = f"hop cost from the pair: half-width at most {digits.share(PAIR_HALF_WIDTH)} of it"

    if pair is None:
        return Check(bar, "", UNKNOWN)

    cost = pair.difference
    narrow = cost.half_width <= PAIR_HALF_WIDTH * abs(cost.value)

    return gate(Check(bar, half_width(cost), verdict(narrow)))


def closure_check(found: Headline) -> Check:
    """Judge whether the rungs of a placement add up to its endpoint."""
    share = found.closure.residual_share if found.closure else None

    return judged(
        f"closure {PLACEMENT_WORDS[found.placement]}: residual at most "
        f"{digits.share(RESIDUAL_SHARE)} of the endpoint's difference",
        share,
        digits.percent,
        share is not None and abs(share.value) <= RESIDUAL_SHARE,
    )
