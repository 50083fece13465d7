"""Turns the report's Markdown into the inside of a page: up to the answer's end, and the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from analysis.web.anchors import Anchors
from analysis.web.rendering import SURROUNDINGS, Renderer, Surroundings
from analysis.web.tables import prepare, text_of


@dataclass(frozen=True)
class Heading:
    """A heading that the page's contents list, and its anchor."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Inside:
    """A page's title, its contents, the part up to the answer's end, and the rest; HTML."""

    title: str
    headings: tuple[Heading, ...]
    answer: str
    rest: str


def inside(text: str, around: Surroundings) -> Inside:
    """Render the report; the answer ends where the second section begins."""
    markdown = MarkdownIt("commonmark", {"html": True}, renderer_cls=Renderer).enable("table")
    tokens = markdown.parse(text)
    headings = give_anchors(tokens)
    prepare(tokens)
    title = next((text_of(tokens[at + 1]) for at in openings(tokens, "h1")), "Report")
    sections = openings(tokens, "h2")
    end = sections[1] if len(sections) > 1 else len(tokens)
    answer, rest = (
        str(markdown.renderer.render(part, markdown.options, {SURROUNDINGS: around}))
        for part in (tokens[:end], tokens[end:])
    )

    return Inside(title, headings, answer, rest)


def openings(tokens: Sequence[Token], tag: str) -> list[int]:
    """Give the places at which headings of one rank begin."""
    return [
        at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == tag
    ]


def give_anchors(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """Give every heading its anchor; list those of sections."""
    anchors = Anchors()
    found = []

    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            text = text_of(tokens[at + 1])
            anchor = anchors.of(text)
            token.attrSet("id", anchor)
            if token.tag == "h2":
                found.append(Heading(text, anchor))

    return tuple(found)
