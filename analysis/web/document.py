"""Turns a report in memory into one self-contained HTML page, with its calculator."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.calculator.parameters import Parameters
from analysis.web.markdown import Heading, inside
from analysis.web.rendering import Surroundings

HERE = Path(__file__).parent
CALCULATOR = HERE.parent / "calculator"
SCRIPTS = (
    CALCULATOR / "model.js",
    CALCULATOR / "chart.js",
    CALCULATOR / "panel.js",
    HERE / "page.js",
)
STYLE = HERE / "page.css"
PANEL_HEADING = Heading("And your handler?", "your-handler")


def document(
    text: str, pictures: Mapping[str, bytes], parameters: Parameters, root: Path, up: str = ""
) -> bytes:
    """Make the page: the report, the calculator after its answer, style and scripts.

    Args:
        text: the report, Markdown.
        pictures: made with it, by path.
        parameters: what the calculator knows; without a machine there is none.
        root: where other pictures lie.
        up: what leads from the page to the folder that its relative links begin in.
    """
    found = inside(text, Surroundings(pictures, root, up))
    calculator = panel(parameters)
    headings = list(found.headings)
    if calculator:
        headings.insert(1, PANEL_HEADING)

    made = (
        environment()
        .get_template("page.html.j2")
        .render(
            title=escape(found.title),
            headings=headings,
            answer=found.answer,
            calculator=calculator,
            rest=found.rest,
            style=STYLE.read_text(encoding="utf-8"),
            scripts=[script.read_text(encoding="utf-8") for script in SCRIPTS],
        )
    )

    return made.encode()


def panel(parameters: Parameters) -> str:
    """Make the calculator, its numbers embedded; nothing if none were measured."""
    if not parameters.machines:
        return ""

    numbers = json.dumps(parameters.embedded(), ensure_ascii=False, separators=(",", ":"))
    harmless = numbers.replace("<", "\\u003c")  # nothing in it can end the script that holds it

    return environment().get_template("panel.html.j2").render(parameters=harmless)


@cache
def environment() -> Environment:
    """Make the environment of the page's own two templates, apart from those of the Markdown."""
    return Environment(
        loader=FileSystemLoader((HERE, CALCULATOR)),
        undefined=StrictUndefined,
        autoescape=False,  # what goes in is HTML that is escaped where it is made
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
