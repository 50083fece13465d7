"""Turns what was measured and a rule of claims.toml into a verdict.

Of one statement:

- `reproduced`: the 95 % interval lies within 20 % of the published figure; of a mechanism, beyond
  its threshold.
- `direction holds`: the interval lies on the same side of 1 (an amount: above 0), at another size.
- `not reproduced`: the interval includes 1 (an amount: 0; a mechanism: its threshold).
- `contradicted`: the interval lies on the other side. What was published as "no difference" has no
  sides: it is contradicted by an interval that excludes 1 and does not lie within 20 % of it.
- `not measured`: there are no data, or of one round only, which gives no interval.

Of a claim: the gravest verdict of the statements at its core. What else it states is said beside.
"""

from collections.abc import Mapping

from analysis.claim import (
    AMOUNT,
    CONTRADICTED,
    DIRECTION_HOLDS,
    NOT_COMPARABLE,
    NOT_MEASURED,
    NOT_REPRODUCED,
    RATIO,
    REPRODUCED,
    Claim,
    Statement,
)
from analysis.estimate import Estimate

BAND = 0.2
GRAVEST_FIRST = (CONTRADICTED, NOT_MEASURED, NOT_REPRODUCED, DIRECTION_HOLDS, REPRODUCED)

Finding = Estimate | bool | None
"""What was found of a statement: a number, whether it is seen, or no data."""


def verdict_of(claim: Claim, findings: Mapping[str, Finding], cpus: int | None) -> str:
    """Judge a claim by what was found of each of its statements, on a machine with so many CPUs."""
    judged = [judge(one, findings.get(one.id)) for one in claim.statements if one.core]
    gravest = next(one for one in GRAVEST_FIRST if one in judged)

    if gravest != NOT_MEASURED and lacks_cpus(claim, cpus):
        return NOT_COMPARABLE

    return gravest


def lacks_cpus(claim: Claim, cpus: int | None) -> bool:
    """Tell whether the machine has too few CPUs for the claim, or does not say how many."""
    return claim.needs_cpus > (cpus or 0)


def judge(statement: Statement, found: Finding) -> str:
    """Judge one statement."""
    if found is None:
        return NOT_MEASURED

    if isinstance(found, bool):
        return REPRODUCED if found else statement.unseen

    if not found.has_interval:
        return NOT_MEASURED

    if statement.kind == RATIO:
        return judge_ratio(published_ratio(statement), found, same=statement.same)

    return judge_amount(statement, found) if statement.kind == AMOUNT else beyond(statement, found)


def published_ratio(statement: Statement) -> float:
    """Divide the published figures."""
    first, second = statement.figures

    return first / second


def judge_ratio(published: float, found: Estimate, *, same: bool = False) -> str:
    """Judge a ratio against the published one."""
    if within(found, published, published):
        return REPRODUCED

    if found.includes(1):
        return NOT_REPRODUCED

    if not same and (found.value > 1) == (published > 1):
        return DIRECTION_HOLDS

    return CONTRADICTED


def judge_amount(statement: Statement, found: Estimate) -> str:
    """Judge an amount against the published one, or against its lowest and highest."""
    if within(found, statement.figures[0], statement.figures[-1]):
        return REPRODUCED

    if found.includes(0):
        return NOT_REPRODUCED

    return DIRECTION_HOLDS if found.value > 0 else CONTRADICTED


def beyond(statement: Statement, found: Estimate) -> str:
    """Judge a mechanism that is seen in a number above, or below, its threshold."""
    threshold = statement.below if statement.above is None else statement.above

    if threshold is None:
        return NOT_MEASURED

    if found.low <= threshold <= found.high:
        return NOT_REPRODUCED

    return REPRODUCED if (found.low > threshold) == (statement.below is None) else CONTRADICTED


def within(found: Estimate, lowest: float, highest: float) -> bool:
    """Tell whether the whole interval lies within the band about published figures."""
    return lowest * (1 - BAND) <= found.low and found.high <= highest * (1 + BAND)
