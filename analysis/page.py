"""Turns templates and numbers into Markdown: the filters that templates may use are here."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import median

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis import digits, repeating
from analysis.recordings.tree import Line
from analysis.sections import harness
from analysis.work.durations import whole

TEMPLATES = Path(__file__).with_name("templates")
INDENT = "   "
CALL = " > "
CHAIN_LETTERS = 96  # of a line, so that nobody has to scroll sideways
MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\|<>*_[]#"})


@cache
def environment() -> Environment:
    """Make the one environment in which every template is filled; a missing name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "time": digits.time,
        "fixed": digits.fixed,
        "short_time": digits.short_time,
        "times": digits.times,
        "plain": digits.plain,
        "percent": digits.percent,
        "share": digits.share,
        "signed_share": digits.signed_share,
        "whole": digits.whole,
        "number": digits.number,
        "seconds": digits.seconds,
        "counted": digits.counted,
        "code": digits.code,
        "nowrap": digits.nowrap,
        "names": digits.names,
        "text": escaped,
        "placed": digits.placed,
        "sentence": digits.sentence,
        "duration": whole,
        "median": median,
        "chain_line": chain_line,
        "instrument": harness.label,
        "whole_command": repeating.whole,
    }

    return made


def escaped(text: str) -> str:
    """Make text from a file harmless in Markdown, but for the backticks of code."""
    parts = text.split("`")

    if len(parts) % 2 == 0:
        return text.translate(MARKUP).replace("`", "\\`")

    outside = (part.translate(MARKUP) for part in parts[::2])
    inside = (part.replace("|", "\\|") for part in parts[1::2])
    code = [f"`{part}`" for part in inside]

    return "".join(a + b for a, b in zip(outside, [*code, ""], strict=True))


def chain_line(line: Line) -> str:
    """Write frames that call each other after their thread and what leads to them.

    A chain that is too long for a page goes on below itself.
    """
    lead = f"{line.thread:<11}  {INDENT * line.depth}"
    lines = [f"{lead}{hop_range(line.hops)}{''.join(line.functions[:1])}"]

    for name in line.functions[1:]:
        if len(lines[-1]) + len(name) + len(CALL) > CHAIN_LETTERS:
            lines.append(f"{'':<{len(lead)}}{INDENT}{CALL.lstrip()}{name}")
        else:
            lines[-1] += f"{CALL}{name}"

    return "\n".join(lines)


def hop_range(hops: Sequence[int]) -> str:
    """Name the hops that lead somewhere, as the head of a line: `hop 1: `, `hops 1 to 8: `."""
    if not hops:
        return ""

    return f"hop {hops[0]}: " if len(hops) == 1 else f"hops {hops[0]} to {hops[-1]}: "


def page(template: str, context: dict[str, object]) -> str:
    """Fill one template; a run of blank lines becomes one."""
    filled = environment().get_template(template).render(context)
    lines: list[str] = []

    for line in map(str.rstrip, filled.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)

    return "\n".join(lines).rstrip() + "\n"
