"""Turns Markdown tokens into HTML: links, pictures, tables and folding parts as the page has them.

Of HTML inside the Markdown only what the templates write is let through: a part to unfold, its
summary, an anchor, and comments, which are dropped. Everything else is shown as text.
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from analysis.digits import MICRO, NO_BREAK, TIMES
from analysis.web.images import address, picture, size
from analysis.web.tables import text_of

SURROUNDINGS = "surroundings"
FOLDING = re.compile(r"</?details>|<summary>[^<>]*</summary>")
ANCHOR = re.compile(r'<a id="[\w-]+">|</a>')
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ELSEWHERE = re.compile(r"[a-z]+:|#|/", re.IGNORECASE)
KEPT = re.compile(
    rf"(?<={TIMES}) (?=\d)"  # after the sign of a ratio
    rf"|(?<=\d) (?=(?:{MICRO}|ms|ns|s|%)(?!\w))"  # before a unit
)


@dataclass(frozen=True)
class Surroundings:
    """Where the page's pictures and links lead.

    Attributes:
        pictures: made with the page, by the path that it names.
        root: where other pictures lie.
        up: what leads from the page to the folder that its relative links begin in.
    """

    pictures: Mapping[str, bytes]
    root: Path
    up: str


class Renderer(RendererHTML):
    """Renders what is not as usual; the environment holds the surroundings."""

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Lead a relative link to where it leads from the report."""
        target = str(tokens[idx].attrGet("href") or "")
        if not ELSEWHERE.match(target):
            tokens[idx].attrSet("href", env[SURROUNDINGS].up + target)

        return self.renderToken(tokens, idx, options, env)

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Show a picture, all of it in the page."""
        around: Surroundings = env[SURROUNDINGS]
        path = str(tokens[idx].attrGet("src") or "")

        return shown(path, text_of(tokens[idx]), picture(path, around.pictures, around.root))

    def table_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Put a table where it can scroll, by keys, too."""
        prose = bool(tokens[idx].meta.get("prose"))
        kind, role = ("table prose", ' role="table"') if prose else ("table", "")
        region = 'tabindex="0" role="region" aria-label="A table, which may be wider than the page"'

        return f'<div class="{kind}" {region}>\n<table{role}>\n'

    def table_close(self, *_: Any) -> str:
        """Close both."""
        return "</table>\n</div>\n"

    def html_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Let through what folds, line by line; drop comments."""
        lines = COMMENT.sub("", tokens[idx].content).strip().splitlines()

        return "".join(f"{let_through(line)}\n" for line in lines)

    def text(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Write text; a number stays with its unit, and a sign with its number."""
        return escape(KEPT.sub(NO_BREAK, tokens[idx].content), quote=False)

    def html_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Let through the anchor of a figure; show any other as text."""
        content = tokens[idx].content

        return content if ANCHOR.fullmatch(content) else escape(content)


def shown(path: str, alt: str, data: bytes | None) -> str:
    """Show a picture, to be enlarged; without its bytes, what it shows in words."""
    if data is None:
        return f'<em class="picture">{escape(alt)}</em>'

    found = size(data)
    room = f' width="{found[0]}" height="{found[1]}"' if found else ""
    image = f'<img src="{address(path, data)}" alt="{escape(alt)}"{room}>'

    return f'<button type="button" class="enlarge" title="Enlarge this figure">{image}</button>'


def let_through(line: str) -> str:
    """Let a line through that only folds; show any other as text."""
    return line if FOLDING.fullmatch(line.strip()) else escape(line)
