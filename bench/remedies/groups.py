"""The remedies of a user, in groups: each group holds a default and what can be done instead."""

from __future__ import annotations

from bench.remedies.dependencies import CLASS, DEPENDENCIES
from bench.remedies.endpoints import ENDPOINT
from bench.remedies.remedy import Remedy
from bench.remedies.response_models import MODEL
from bench.remedies.streams import STREAMS

GROUPS: dict[str, tuple[Remedy, ...]] = {
    "endpoint": ENDPOINT,
    "model": MODEL,
    "dependencies": DEPENDENCIES,
    "class": CLASS,
    "stream": STREAMS,
}

REMEDIES: dict[str, Remedy] = {one.name: one for group in GROUPS.values() for one in group}
