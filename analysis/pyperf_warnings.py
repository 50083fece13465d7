"""Turns a benchmark into what `pyperf check` says of it, by pyperf's own code."""

import pyperf
from pyperf._cli import format_checks

WARNING = "* "

# What tells its warnings apart.
TOO_SHORT = "shortest raw value"
UNSTABLE = "standard deviation"
OUTLIER = "than the mean"  # above the maximum or below the minimum that it allows
TOO_FEW = "Not enough samples"


def warnings_of(benchmark: pyperf.Benchmark) -> tuple[str, ...]:
    """List pyperf's warnings of one benchmark, a sentence each; none if it finds it stable."""
    lines: list[str] = format_checks(benchmark)

    return tuple(line.removeprefix(WARNING) for line in lines if line.startswith(WARNING))
