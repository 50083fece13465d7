"""Turns the section's estimates into checks: A/A control, how well ratios are known, the soak."""

from collections.abc import Sequence

from analysis import digits
from analysis.checks import FAIL, UNKNOWN, Check, control_check, verdict
from analysis.contrasts import plus, ratio
from analysis.estimate import Estimate
from analysis.rows import Rows
from analysis.server.loads import Gap
from analysis.server.setups import MAIN, found
from analysis.server.soak import Soak

RATIO_HALF_WIDTH = 0.05


def control(rows: Rows) -> Estimate | None:
    """Estimate the ratio of an endpoint to itself under a second name; None if not measured."""
    again, first = (found(rows, name, MAIN) for name in ("async-def-again", "async-def"))

    return None if again is None or first is None else ratio(plus(again), plus(first))


def again_check(found: Estimate | None) -> Check:
    """Judge the A/A control."""
    return control_check(
        "A/A ratio", found, "behind the server, two equal endpoints are found to differ"
    )


def ratio_check(gaps: Sequence[Gap]) -> Check:
    """Judge the ratio that headlines speak of, and tell the widest of the others."""
    bar = (
        f"the main load's ratio at 100 connections: half-width at most "
        f"{digits.share(RATIO_HALF_WIDTH)}"
    )
    main = next((one for one in gaps if one.setup == MAIN), None)

    if main is None:
        return Check(bar, "", UNKNOWN)

    if not main.ratio.has_interval:
        return Check(bar, "no interval: a single round", FAIL)

    widest = max(gaps, key=half_width)
    text = f"{percent(half_width(main))}; of all loads at most {percent(half_width(widest))}"

    return Check(
        bar, f"{text} ({widest.setup.label})", verdict(half_width(main) <= RATIO_HALF_WIDTH)
    )


def percent(share: float) -> str:
    """Write a share in per cent, with as many decimals as it deserves."""
    return f"{digits.fixed(share * 100, digits.decimals_of(share * 100))} %"


def half_width(one: Gap) -> float:
    """Give half of a ratio's interval as a share of the ratio; infinite for a single round."""
    return one.ratio.half_width / one.ratio.value


def soak_check(found: Soak | None) -> Check:
    """Judge the soak."""
    bar = "soak without a failed request, and without more threads or open files at its end"

    if found is None:
        return Check(bar, "", UNKNOWN)

    text = (
        f"{found.failed} failed, threads {found.threads_first} to {found.threads_last}, "
        f"files {found.files_first} to {found.files_last}"
    )

    return Check(bar, text, verdict(found.clean))
