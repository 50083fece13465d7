"""The catalogue of handler kinds: plain apps a reader could have written, in a fixed order."""

from __future__ import annotations

from bench.handlers import (
    background,
    dependencies,
    endpoints,
    errors,
    middleware,
    protocols,
    responses,
    uploads,
)
from bench.handlers.kind import HandlerKind

FAMILIES: dict[str, tuple[HandlerKind, ...]] = {
    "endpoints": endpoints.KINDS,
    "dependencies": dependencies.KINDS,
    "responses": responses.KINDS,
    "background": background.KINDS,
    "errors": errors.KINDS,
    "uploads": uploads.KINDS,
    "middleware": middleware.KINDS,
    "protocols": protocols.KINDS,
}

CATALOGUE: dict[str, HandlerKind] = {
    kind.name: kind for kinds in FAMILIES.values() for kind in kinds
}

__all__ = ["CATALOGUE", "FAMILIES", "HandlerKind"]
