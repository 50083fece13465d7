"""Turns headings into the anchors that a code forge gives them, so that links fit both pages."""

import re
from collections import Counter

DROPPED = re.compile(r"[^\w\- ]")


class Anchors:
    """Gives each heading of one page an anchor of its own."""

    def __init__(self) -> None:
        self.given: Counter[str] = Counter()

    def of(self, heading: str) -> str:
        """Lower case, spaces as hyphens, no punctuation; the second of a name gets a number."""
        plain = DROPPED.sub("", heading.strip().lower()).replace(" ", "-")
        before = self.given[plain]
        self.given[plain] += 1

        return f"{plain}-{before}" if before else plain
