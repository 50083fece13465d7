"""Real calls that block: a SQLite query, a file, an HTTP call; each with its awaiting form, if any.

Connections and clients are made once and kept, as an application would: a connection for each
thread where a call blocks, a pool of them where it is awaited. aiosqlite runs every connection in
a thread of its own, so it hops too, though not through AnyIO.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiosqlite
import httpx

from bench.benchmark import Fact
from bench.work.neighbour import DELAY_SECONDS, neighbour
from bench.work.sorts import Function

FILE_BYTES = 100_000
ROWS = 10_000
QUERY = "SELECT count(*) FROM notes WHERE text LIKE '%77%'"
CONNECTIONS = 10
"""Of the pool, as many as requests in flight."""


@dataclass(frozen=True, slots=True)
class Calls:
    """One call, in its blocking and its awaiting form; `facts` say what is called."""

    blocking: Function
    awaiting: Callable[[], Awaitable[object]] | None
    facts: dict[str, Fact]


@asynccontextmanager
async def file() -> AsyncIterator[Calls]:
    """Reading a whole file, which the system has in its memory after the first time."""
    with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
        path = Path(directory) / "file"
        path.write_bytes(bytes(FILE_BYTES))
        yield Calls(path.read_bytes, None, {"file_bytes": FILE_BYTES})


@asynccontextmanager
async def sqlite() -> AsyncIterator[Calls]:
    """A query that reads a whole table and returns one number."""
    with tempfile.TemporaryDirectory(prefix="hopcost-") as directory:
        path = Path(directory) / "notes.db"
        fill(path)
        own = threading.local()
        opened: list[sqlite3.Connection] = []

        def connection() -> sqlite3.Connection:
            if not hasattr(own, "connection"):
                own.connection = sqlite3.connect(path, check_same_thread=False)
                opened.append(own.connection)

            found: sqlite3.Connection = own.connection
            return found

        def blocking() -> object:
            return connection().execute(QUERY).fetchone()

        async with pool(path) as idle:

            async def awaiting() -> object:
                connection = await idle.get()
                try:
                    async with connection.execute(QUERY) as cursor:
                        return await cursor.fetchone()
                finally:
                    idle.put_nowait(connection)

            yield Calls(blocking, awaiting, {"table_rows": ROWS})

        for one in opened:
            one.close()


def fill(path: Path) -> None:
    """Makes the table."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT)")
        texts = ((f"note number {number}, on nothing much",) for number in range(ROWS))
        connection.executemany("INSERT INTO notes (text) VALUES (?)", texts)


@asynccontextmanager
async def pool(path: Path) -> AsyncIterator[asyncio.Queue[aiosqlite.Connection]]:
    """Open connections that wait for a request."""
    async with contextlib.AsyncExitStack() as stack:
        idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            idle.put_nowait(await stack.enter_async_context(aiosqlite.connect(path)))

        yield idle


@asynccontextmanager
async def http() -> AsyncIterator[Calls]:
    """A call to a local server, which answers after a stated delay."""
    with neighbour() as address, httpx.Client(trust_env=False) as client:
        async with httpx.AsyncClient(trust_env=False) as async_client:

            def blocking() -> object:
                return client.get(address).raise_for_status()

            async def awaiting() -> object:
                return (await async_client.get(address)).raise_for_status()

            yield Calls(blocking, awaiting, {"delay_seconds": DELAY_SECONDS})


CALLS: dict[str, Callable[[], AbstractAsyncContextManager[Calls]]] = {
    "sqlite": sqlite,
    "file": file,
    "http": http,
}
