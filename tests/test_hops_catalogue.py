"""Prediction equals observation for every handler kind of the catalogue."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("fastapi.sse", reason="the catalogue is written for the newest FastAPI")

from bench.asgi import Http, WebSocket
from bench.counting import Counts, counting_hops
from bench.handlers import CATALOGUE, HandlerKind
from bench.hops.application import HANDLER, LIFESPAN, MIDDLEWARE
from bench.hops.finding import application
from bench.hops.matching import matching
from bench.hops.prediction import Prediction, predicted
from bench.hops.reasons import Hops, Reason, total

FURTHER = {
    "def-stream": 10,  # items
    "def-jsonl": 10,
    "def-sse": 10,
    "file-chunks": 3,  # further pieces of 64 KiB
    "static-file": 3,  # open, read, close
    "def-background-1": 1,  # rounds of the loop that adds them
    "def-background-2": 2,
    "upload-spooled": 6,  # writes, seek, read, close on disk
    "gzip-above": 1,  # a piece above the threshold
}
"""Hops beyond the least predicted, where the request decides: what it asks of its kind."""

OPEN = {
    *FURTHER,
    *("file-small", "static-miss", "async-upload-memory", "def-upload-memory"),
    *("def-gzip-below", "async-gzip-below", "inline-gzip-above"),
}
"""Kinds whose request could have asked for more."""

RAISING = ("def-error-handler", "async-error-handler")
KINDS = tuple(CATALOGUE.values())


def prediction_of(kind: HandlerKind) -> Prediction:
    found = application(kind.build(), kind.name)
    return predicted(found.app, found.around)


def reasons_for(kind: HandlerKind) -> tuple[Reason, ...]:
    """The reasons that apply to the request of a kind."""
    prediction = prediction_of(kind)
    wanted = {MIDDLEWARE} | ({HANDLER} if kind.name in RAISING else set())
    if not isinstance(kind.request, Http | WebSocket):
        wanted = {LIFESPAN}

    met = [part.reasons for part in prediction.parts if part.kind in wanted]
    if wanted != {LIFESPAN}:
        method = kind.request.method if isinstance(kind.request, Http) else "WS"
        route = matching(prediction, method, kind.request.path)  # type: ignore[attr-defined]
        assert route is not None
        met.append(route.reasons)

    return tuple(reason for reasons in met for reason in reasons)


def observed(kind: HandlerKind) -> int:
    """The hops of a warm request."""
    exchange = kind.request.exchange(kind.build())
    counts = Counts()

    async def twice() -> None:
        await exchange()
        with counting_hops(counts):
            await exchange()

    asyncio.run(twice())
    return counts.hops


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_hops_as_predicted(kind: HandlerKind) -> None:
    hops = total(reason.hops for reason in reasons_for(kind))

    assert hops.least + FURTHER.get(kind.name, 0) == observed(kind) == kind.hops
    assert hops.holds(kind.hops)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_predicted_exactly_unless_its_request_decides(kind: HandlerKind) -> None:
    hops = total(reason.hops for reason in reasons_for(kind))

    assert (hops == Hops(kind.hops, kind.hops)) is (kind.name not in OPEN)
