"""The catalogue: every kind does what it says, and has a twin that does the same with no hop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bench.asgi import Http
from bench.correctness import check
from bench.handlers import CATALOGUE, FAMILIES, HandlerKind

Loop = asyncio.AbstractEventLoop
KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

SHAPES = (
    *("def", "async-def", "def-model", "async-def-model", "def-response", "async-def-response"),
    *("def-callable", "async-def-callable", "def-partial", "async-def-partial"),
    *("starlette-def", "starlette-async-def"),
    *("starlette-def-endpoint", "starlette-async-def-endpoint"),
    *("def-deps-1", "def-deps-2", "def-deps-4", "def-deps-8"),
    *("async-deps-1", "async-deps-2", "async-deps-4", "async-deps-8"),
    *("lambda-dep", "def-callable-dep", "class-dep", "def-yield-dep", "async-yield-dep"),
    *("oauth2-form", "security-class", "def-dep-twice", "def-mixture"),
    *("def-stream", "async-stream", "def-jsonl", "async-jsonl", "def-sse", "async-sse"),
    *("file-small", "file-chunks", "static-file", "static-miss"),
    *("def-background-1", "def-background-2", "async-background-1", "async-background-2"),
    *("def-error-handler", "async-error-handler", "def-dep-422"),
    *("def-upload-memory", "async-upload-memory", "upload-spooled"),
    *("def-base-http", "async-base-http", "def-gzip-below", "async-gzip-below", "gzip-above"),
    *("websocket-def-dep", "wsgi", "def-lifespan"),
)
"""Every way to write a handler whose hops differ, or that a reader would look for."""

HOPS = {
    "def": 1,
    "def-model": 2,
    "def-response": 1,
    "def-deps-8": 8,
    "class-dep": 1,
    "oauth2-form": 1,
    "security-class": 0,
    "def-dep-twice": 1,
    "def-yield-dep": 2,
    "def-mixture": 5,
    "def-stream": 11,
    "def-jsonl": 11,
    "def-sse": 11,
    "file-small": 4,
    "file-chunks": 7,
    "static-file": 4,
    "static-miss": 1,
    "def-background-2": 2,
    "async-upload-memory": 0,
    "async-gzip-below": 0,
    "gzip-above": 1,
    "def-lifespan": 0,
}
"""Counts that are known from the source of FastAPI, Starlette and AnyIO."""


def shortcomings(catalogue: Mapping[str, HandlerKind]) -> list[str]:
    """What the kinds of a catalogue lack, one phrase each; empty where all is well."""
    return [
        f"{name}: {phrase}"
        for name, kind in catalogue.items()
        for phrase in (*of_kind(name, kind), *of_twin(kind, catalogue))
    ]


def of_kind(name: str, kind: HandlerKind) -> list[str]:
    hops: object = kind.hops  # whatever was declared
    found = {
        "the name is not its key": kind.name != name,
        "the name is not in kebab-case": not KEBAB_CASE.fullmatch(kind.name),
        "no title": not kind.title.strip(),
        "no expected body": not kind.body,
        "no hop count": not isinstance(hops, int) or hops < 0,
    }
    return [phrase for phrase, holds in found.items() if holds]


def of_twin(kind: HandlerKind, catalogue: Mapping[str, HandlerKind]) -> list[str]:
    if not kind.hops:
        return ["a twin, though it never hops"] if kind.twin else []

    twin = catalogue.get(kind.twin)
    if twin is None:
        return ["no twin"]

    found = {
        "the twin hops": twin.hops != 0,
        "the twin is sent another request": twin.request != kind.request,
        "the twin answers another status": twin.status != kind.status,
        "the twin answers another body": twin.body != kind.body,
    }
    return [phrase for phrase, holds in found.items() if holds]


def counts_of(kind: HandlerKind) -> dict[str, int]:
    """Builds the kind's app, checks it on a loop of its own, and counts."""
    loop = asyncio.new_event_loop()
    try:
        return check(kind, kind.request.exchange(kind.build()), loop).as_metadata()
    finally:
        loop.close()


def exact(counts: dict[str, int]) -> dict[str, int]:
    """Without passes where there are hops: a worker that is late may cost one more."""
    passes = {"loop_passes"} if counts["hops"] else set()
    return {name: count for name, count in counts.items() if name not in passes}


def test_no_kind_of_the_catalogue_lacks_anything() -> None:
    assert shortcomings(CATALOGUE) == []


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("def", {"twin": ""}, ["def: no twin"]),
        ("def", {"twin": "no-such-kind"}, ["def: no twin"]),
        ("def", {"twin": "def-response"}, ["def: the twin hops"]),
        ("def", {"body": b""}, ["def: no expected body", "def: the twin answers another body"]),
        ("def", {"status": 201}, ["def: the twin answers another status"]),
        ("def", {"request": Http(path="/x")}, ["def: the twin is sent another request"]),
        ("def", {"title": " "}, ["def: no title"]),
        ("def", {"hops": -1}, ["def: no hop count"]),
        ("async-deps-1", {"hops": None}, ["async-deps-1: no hop count"]),
        ("async-deps-2", {"hops": 1}, ["def-deps-2: the twin hops", "async-deps-2: no twin"]),
        ("async-def", {"twin": "def"}, ["async-def: a twin, though it never hops"]),
        ("lambda-dep", {"name": "Lambda_dep"}, ["lambda-dep: the name is not its key"]),
    ],
)
def test_what_a_kind_lacks_is_found(name: str, change: dict[str, Any], expected: list[str]) -> None:
    planted = {**CATALOGUE, name: replace(CATALOGUE[name], **change)}

    assert set(expected) <= set(shortcomings(planted))


def test_a_name_that_is_not_in_kebab_case_is_found() -> None:
    planted = {"Def_": replace(CATALOGUE["async-def"], name="Def_")}

    assert shortcomings(planted) == ["Def_: the name is not in kebab-case"]


def test_no_two_kinds_share_a_name() -> None:
    names = [kind.name for kinds in FAMILIES.values() for kind in kinds]

    assert len(names) == len(set(names))


def test_no_two_kinds_share_a_title() -> None:
    titles = [kind.title for kind in CATALOGUE.values()]

    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_catalogue_holds_every_shape(shape: str) -> None:
    assert shape in CATALOGUE


@pytest.mark.parametrize("name", HOPS)
def test_a_kind_declares_the_hops_its_source_shows(name: str) -> None:
    assert CATALOGUE[name].hops == HOPS[name]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_kind_does_what_it_says_and_its_counts_repeat(name: str) -> None:
    counts = counts_of(CATALOGUE[name])

    assert (counts["hops"], counts["threads_started"]) == (CATALOGUE[name].hops, 0)
    assert exact(counts_of(CATALOGUE[name])) == exact(counts)


@pytest.mark.parametrize("name", [name for name, kind in CATALOGUE.items() if kind.hops])
def test_a_hop_takes_four_passes_of_the_loop_or_more(name: str) -> None:
    counts = counts_of(CATALOGUE[name])

    assert counts["loop_passes"] >= 4 * counts["hops"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_kind_builds_a_new_app_each_time(name: str) -> None:
    assert CATALOGUE[name].build() is not CATALOGUE[name].build()
