"""What the source of a `def` shows decides what to do with it, and how sure that is."""

import functools
import hashlib
import os
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel

from bench.hops.advice import advice
from bench.hops.callables import callee

Connection = Annotated[sqlite3.Connection, Depends()]


class Settings(BaseModel):
    name: str = "a"


@dataclass
class Page:
    limit: int = 1


class Plain:
    def __init__(self, limit: int = 1) -> None:
        self.limit = limit

    def __call__(self) -> int:
        return self.limit

    def save(self) -> None:
        Path("a").write_text("b")


class OwnError(Exception): ...


def nothing() -> int:
    return 1


def harmless(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, os.environ.get("REASON"))

    return token or str(Settings(name="b"))


def raises() -> None:
    raise OwnError("no")


def sleeps() -> None:
    time.sleep(1)


def reads() -> str:
    return Path("a").read_text()


def opens() -> Any:
    with open("a") as opened:  # noqa: PTH123 both ways are read
        return opened


def only_names_a_path() -> Path:
    return Path("a").joinpath("b") / "c"


def queries(db: sqlite3.Connection) -> Any:
    return db.execute("select 1").fetchone()


def queries_annotated(db: Connection) -> Any:
    return db.execute("select 1")


def fetches() -> Any:
    return urllib.request.urlopen("http://localhost")


def locks() -> None:
    with threading.Lock():
        threading.Lock().acquire()


def guessed(db: Any) -> Any:
    return db.execute("select 1")


def calls_what_blocks() -> None:
    nothing()
    sleeps()


def calls_a_method(plain: Plain) -> None:
    plain.save()


def inner_blocks() -> None:
    def inner() -> None:
        time.sleep(1)

    inner()


def loops() -> int:
    result = 0
    for number in range(10):
        result += number

    return result


def comprehends() -> list[int]:
    return [number + 1 for number in range(10)]


def sums() -> int:
    return sum(range(10))


def hashes() -> bytes:
    return hashlib.pbkdf2_hmac("sha256", b"", b"", 1)


def unknown(service: Any) -> Any:
    return service.find_everything()


def circular() -> Any:
    return circular()


def yields() -> Iterator[int]:
    yield nothing()


def yields_connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect("a")
    yield connection
    connection.close()


@functools.lru_cache
def cached() -> Settings:
    return Settings()


def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def decorated(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    return decorated


@decorate
def decorated() -> int:
    return 1


NOTHING = "neither blocks nor computes as far as its source shows"

FREE = (
    *(nothing, harmless, raises, only_names_a_path, circular, yields, cached, decorated),
    *(Plain, Page, Settings, Plain(), functools.partial(nothing), lambda: 1),
    *(OAuth2PasswordRequestForm, Plain().__call__),
)
KEEP = (
    *(sleeps, reads, opens, queries, queries_annotated, fetches, locks, guessed),
    *(calls_what_blocks, calls_a_method, inner_blocks, yields_connection, Plain().save),
)
MEASURE = (loops, comprehends, sums, hashes)
UNTOLD = (unknown, len, eval("lambda: 1"))


def named(call: Any) -> str:
    return callee(call).name


@pytest.mark.parametrize("call", FREE, ids=named)
def test_what_neither_blocks_nor_computes_is_free(call: Any) -> None:
    assert advice(call).verdict == "free"


@pytest.mark.parametrize("call", KEEP, ids=named)
def test_what_blocks_stays(call: Any) -> None:
    assert advice(call).verdict == "keep"


@pytest.mark.parametrize("call", MEASURE, ids=named)
def test_what_computes_is_to_be_measured(call: Any) -> None:
    assert advice(call).verdict == "measure"


@pytest.mark.parametrize("call", UNTOLD, ids=named)
def test_what_cannot_be_read_is_not_judged(call: Any) -> None:
    assert advice(call).verdict == "untold"


@pytest.mark.parametrize(
    ("call", "certainty"),
    [
        (nothing, "sure"),
        (harmless, "likely"),
        (sleeps, "sure"),
        (guessed, "likely"),
        (loops, "likely"),
        (unknown, "unsure"),
    ],
)
def test_advice_says_how_sure_it_is(call: Any, certainty: str) -> None:
    assert advice(call).certainty == certainty


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (sleeps, "calls `time.sleep`, which blocks: keep `def`"),
        (queries, "calls `Connection.execute`, which blocks: keep `def`"),
        (guessed, "calls `db.execute`, which by its name blocks: keep `def`"),
        (loops, "loops: computes; measure it"),
        (unknown, "cannot be told: calls `service.find_everything`, which is not followed"),
        (len, "cannot be told (no source)"),
        (
            nothing,
            f"{NOTHING}: free to become `async def`",
        ),
        (
            Plain,
            f"{NOTHING}: free; depend on an `async def` that makes it",
        ),
        (
            cached,
            "is cached, so after its first call it does nothing: free; call it in an `async def`",
        ),
    ],
)
def test_advice_is_one_line_that_can_be_acted_on(call: Any, text: str) -> None:
    assert advice(call).text == text


def test_a_place_is_where_the_code_begins() -> None:
    place = callee(nothing).place

    assert place is not None
    assert (Path(place.file).name, place.line) == (
        Path(__file__).name,
        nothing.__code__.co_firstlineno,
    )
