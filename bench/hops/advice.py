"""From what a function's source shows to one line of advice, in the words of the decision table.

The rule is the report's: what does next to nothing costs a hop for nothing, so it is free to
become `async def`; what blocks would stop the event loop, so it stays `def`; what computes is a
question of how long, so it is measured.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bench.hops.callables import CACHED, CLASS, DECORATED, FUNCTION, OBJECT, Callee, callee
from bench.hops.evidence import Shown
from bench.hops.judging import made, shown
from bench.hops.reasons import (
    FREE,
    KEEP,
    LIKELY,
    MEASURE,
    SURE,
    UNSURE,
    UNTOLD,
    Advice,
)

NOTHING = "neither blocks nor computes as far as its source shows"
TO_ASYNC = {
    FUNCTION: "free to become `async def`",
    OBJECT: "its `__call__` is free to become `async def`",
    CLASS: "free; depend on an `async def` that makes it",
    DECORATED: "free; write an `async def` that calls it",
    CACHED: "free; write an `async def` that calls it",
}
CACHED_CALL = "is cached, so after its first call it does nothing: free; call it in an `async def`"

ON_LOOP = Advice(FREE, "goes with the `def`: an `async def` endpoint validates on the loop", SURE)
AS_RESPONSE = Advice(
    KEEP, "stays with the `def`; an endpoint that returns a `Response` has no such hop", SURE
)
FILES = Advice(KEEP, "must stay: files are read in a worker thread; a web server has no hop", SURE)
SPOOLED = Advice(KEEP, "must stay: what does not fit in memory is written to disk", SURE)
COMPRESSED = Advice(KEEP, "must stay: long compression would stop the event loop", SURE)
FOREIGN = Advice(KEEP, "must stay: a WSGI application blocks", SURE)
EXPLICIT = Advice(KEEP, "sent to a worker thread by its author", SURE)
NONE = Advice(FREE, "nothing to do: no hop", SURE)


def advice(call: Any) -> Advice:
    """What to do with this `def`."""
    return advised(callee(call))


@lru_cache(None)
def advised(called: Callee) -> Advice:
    """The same for what runs when it is called."""
    if called.sort == CACHED and called.function and not called.function.__code__.co_argcount:
        return Advice(FREE, CACHED_CALL, LIKELY)

    found = made(called.cls) if called.cls else shown(called.function)
    return judged(found, TO_ASYNC[called.sort])


def judged(found: Shown, to_async: str) -> Advice:
    """The verdict: what blocks comes first, then what computes, then what cannot be told."""
    if not found.readable:
        return Advice(UNTOLD, "cannot be told (no source)", UNSURE)

    if found.blocks:
        return Advice(KEEP, f"calls `{found.blocks[0]}`, which blocks: keep `def`", SURE)

    if found.guessed:
        text = f"calls `{found.guessed[0]}`, which by its name blocks: keep `def`"
        return Advice(KEEP, text, LIKELY)

    if found.computes:
        return Advice(MEASURE, f"calls `{found.computes[0]}`: computes; measure it", LIKELY)

    if found.loops:
        return Advice(MEASURE, "loops: computes; measure it", LIKELY)

    if found.unknown:
        text = f"cannot be told: calls `{found.unknown[0]}`, which is not followed"
        return Advice(UNTOLD, text, UNSURE)

    return Advice(FREE, f"{NOTHING}: {to_async}", SURE if found.plain else LIKELY)
