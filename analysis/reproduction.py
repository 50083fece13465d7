"""Turns two runs of one plan into a check: do their headlines agree."""

from analysis import digits
from analysis.answer import Answer
from analysis.checks import FAIL, PASS, UNKNOWN, Check
from analysis.rows import Rows
from analysis.stats import Estimate

TOLERANCE = 0.03
SAME_CONDITIONS = ("cpu_model_name", "cpu_count", "python_version", "event_loop")


def reproduction_check(
    rows: Rows, answer: Answer, second: Rows | None, second_answer: Answer | None
) -> tuple[Check, ...]:
    """Compare the headlines of two runs; a single row if there is no second one."""
    bar = f"the same headline in two independent runs: at most {digits.share(TOLERANCE)} apart"

    if second is None or second_answer is None:
        return (Check(bar, "", UNKNOWN),)

    reason = difference_in_conditions(rows, second)

    if reason:
        return (Check(bar, f"not comparable: {reason}", FAIL),)

    first_numbers, second_numbers = headlines(answer), headlines(second_answer)

    return (
        *(
            compared(f"{bar}: {name}", first_numbers[name], second_numbers[name])
            for name in first_numbers
        ),
        residual_check(answer, second_answer),
    )


def difference_in_conditions(rows: Rows, second: Rows) -> str:
    """Say why two runs are no two runs of the same thing; empty if they are."""
    if rows.provenance.data_sha256 == second.provenance.data_sha256:
        return "both are the same file"

    if rows.provenance.distributions != second.provenance.distributions:
        return "other versions are installed"

    for name in SAME_CONDITIONS:
        if rows.provenance.fact(name) != second.provenance.fact(name):
            return f"`{name}` differs"

    return ""


def headlines(answer: Answer) -> dict[str, Estimate | None]:
    """List the numbers that must come back."""
    pair = answer.main.pair

    return {
        "the pair's difference": pair.difference if pair else None,
        "the slope per hop": answer.regression.slope if answer.regression else None,
        "a whole `def` request": pair.time if pair else None,
    }


def compared(bar: str, first: Estimate | None, second: Estimate | None) -> Check:
    """Judge one headline."""
    if first is None or second is None:
        return Check(bar, "", UNKNOWN)

    apart = abs(second.value / first.value - 1)
    found = f"{digits.time(first)}, then {digits.time(second)}: {digits.share(round(apart, 4))}"

    return Check(bar, found, PASS if apart <= TOLERANCE else FAIL)


def residual_check(answer: Answer, second: Answer) -> Check:
    """Judge the residual of the closure, which lies near 0: in points of the whole difference."""
    bar = (
        f"the closure's residual in two runs: at most {digits.share(TOLERANCE)} of the whole apart"
    )

    if answer.main.closure is None or second.main.closure is None:
        return Check(bar, "", UNKNOWN)

    first, other = answer.main.closure.residual_share, second.main.closure.residual_share
    apart = abs(first.value - other.value)

    return Check(
        bar,
        f"{digits.percent(first)}, then {digits.percent(other)}",
        PASS if apart <= TOLERANCE else FAIL,
    )
