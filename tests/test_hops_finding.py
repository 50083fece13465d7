"""An application is found, unwrapped or made; what is none is refused with what to pass."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from bench.errors import UsageError
from bench.hops.finding import Application, application, find

Write = Callable[[str], str]

FASTAPI = "from fastapi import FastAPI\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module nobody has imported yet, where the command would run; its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    count = iter(range(100))

    def written(text: str) -> str:
        name = f"hops_found_{tmp_path.name}_{next(count)}".replace("-", "_")
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
        return name

    return written


def names(found: Application) -> list[str]:
    return [type(layer).__name__ for layer in found.around]


def test_an_attribute_is_found(write: Write) -> None:
    assert isinstance(find(f"{write(FASTAPI + 'api = FastAPI()')}:api").app, FastAPI)


def test_an_attribute_of_an_attribute_is_found(write: Write) -> None:
    module = write(f"{FASTAPI}class Holder:\n    app = FastAPI()")

    assert isinstance(find(f"{module}:Holder.app").app, FastAPI)


def test_the_only_application_needs_no_name(write: Write) -> None:
    module = write(f"{FASTAPI}from fastapi import APIRouter\nitems = APIRouter()\napi = FastAPI()")

    assert isinstance(find(module).app, FastAPI)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{FASTAPI}a = FastAPI()\nb = FastAPI()", "it has a, b"),
        ("x = 1", "it has none at its top"),
    ],
)
def test_several_or_none_must_be_named(write: Write, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said) + r".*\w:ATTRIBUTE$"):
        find(f"{write(text)}:")


@pytest.mark.parametrize(
    ("text", "attribute", "said"),
    [
        ("app = {}", "app", "it is a dict: give the name"),
        ("app = None", "app", "it is a NoneType"),
        ("import os as app", "app", "it is a module"),
        (f"{FASTAPI}app = FastAPI", "app", "it is the class FastAPI: give an object"),
        (f"{FASTAPI}def app():\n    return FastAPI()", "app", "pass --factory"),
        (f"{FASTAPI}api = FastAPI()", "app", "there is no 'app': it has api"),
        ("x = 1", "app", "no application at its top"),
    ],
)
def test_what_is_no_application_says_what_to_pass(
    write: Write, text: str, attribute: str, said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        find(f"{write(text)}:{attribute}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_package_at_all", "imports no_such_package_at_all, which is missing"),
        ("1 / 0", "raised ZeroDivisionError: division by zero (hops_found_"),
        ("def f(:", "raised SyntaxError"),
        ("raise ModuleNotFoundError('no driver')", "raised ModuleNotFoundError: no driver"),
        ("raise ValueError('two\\n  lines')", "raised ValueError: two lines (hops_found_"),
        ("import json\njson.loads('{')", "(char 1) (hops_found_"),
        ("import sys\nsys.exit('no settings')", "it left with 'no settings' (hops_found_"),
    ],
)
def test_a_module_that_cannot_be_imported_says_why(write: Write, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        find(f"{write(text)}:app")


@pytest.mark.parametrize("name", ["no_such_module_at_all:app", "no_such_module.inside:app"])
def test_a_module_that_is_not_there_is_said(name: str) -> None:
    with pytest.raises(UsageError, match="no_such_module"):
        find(name)


@pytest.mark.parametrize("name", [":app", "", "shop/main.py:app", "shop/main", ".main:app"])
def test_what_names_no_module_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="as it is imported, like yourpkg"):
        find(name)


@pytest.mark.parametrize(
    ("name", "factory"), [("make", True), ("make()", False), ("annotated", False)]
)
def test_a_factory_is_called_where_that_is_safe(write: Write, name: str, factory: bool) -> None:
    module = write(
        f"{FASTAPI}def make(debug=False):\n    return FastAPI()\n"
        "def annotated(debug: bool = False) -> FastAPI:\n    return FastAPI()\n"
    )

    assert isinstance(find(f"{module}:{name}", factory=factory).app, FastAPI)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def make(settings):\n    ...", "without arguments, it raised TypeError: make() missing"),
        ("def make():\n    ...", "without arguments, it returned a NoneType: give the name"),
        ("async def make():\n    ...", "must be a `def`, it is async"),
        ("def make():\n    raise SystemExit(3)", "it left with 3 (hops_found_"),
        ("make = 1", "must be a factory, it is an int: leave out --factory"),
    ],
)
def test_a_factory_that_makes_nothing_says_why(write: Write, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        find(f"{write(text)}:make", factory=True)


async def dispatch(request: Any, call_next: Any) -> Any:
    return await call_next(request)


def plain_function(app: Any) -> Any:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return wrapped


class ByName:
    def __init__(self, app: Any) -> None:
        self.somewhere = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.somewhere(scope, receive, send)


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [
        (lambda app: app, []),
        (CORSMiddleware, ["CORSMiddleware"]),
        (lambda app: CORSMiddleware(GZipMiddleware(app)), ["CORSMiddleware", "GZipMiddleware"]),
        (lambda app: BaseHTTPMiddleware(app, dispatch), ["BaseHTTPMiddleware"]),
        (plain_function, ["function"]),
        (ByName, ["ByName"]),
        (functools.partial, ["partial"]),
    ],
)
def test_a_wrapped_application_is_unwrapped(wrap: Any, expected: list[str]) -> None:
    app = Starlette()
    found = application(wrap(app), "name")

    assert found.app is app
    assert names(found) == expected


def test_an_application_without_routes_stands_for_itself() -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None: ...

    assert application(answer, "name") == Application(answer, answer, ())


def test_nothing_but_the_import_runs(write: Write) -> None:
    module = write(
        f"{FASTAPI}from contextlib import asynccontextmanager\nran = []\n"
        "@asynccontextmanager\nasync def lifespan(app):\n    ran.append('lifespan')\n    yield\n"
        "def make():\n    ran.append('factory')\n"
        "app = FastAPI(lifespan=lifespan)\n"
        "@app.get('/')\ndef read():\n    ran.append('endpoint')\n"
    )
    from bench.hops.prediction import predicted

    found = find(f"{module}:app")
    predicted(found.app, found.around)

    assert __import__(module).ran == []
