"""From served files to their hops: look up, open, read, close, each in a worker thread.

Source: starlette/staticfiles.py, starlette/responses.py, and `frontend` in fastapi/routing.py.
"""

from __future__ import annotations

from typing import Any

from bench.hops.advice import FILES
from bench.hops.contents import CHUNK
from bench.hops.reasons import Hops, Reason

STATIC = "static files"
FOUND = "look-up of a file; 3 more where it is found and read (open, read, close)"
PAGES = "look-up of a file; up to {} more for index.html and 404.html, 3 more to read what is found"
FIRST = "; 1 more on the first request"


def of_static(app: Any) -> Reason:
    """Files of a directory: a miss and a 304 are looked up, a hit is read as well."""
    text = PAGES.format(further_look_ups(app)) if app.html else FOUND
    if not app.config_checked and app.directory is not None:
        text += FIRST

    return Reason(STATIC, type(app).__name__, text, Hops(1, None, CHUNK), FILES)


def further_look_ups(app: Any) -> int:
    """Look-ups beyond the first, at most: `frontend` asks whether there is a fallback."""
    return 4 if hasattr(app, "fallback") else 2
