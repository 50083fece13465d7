"""Dependencies: hops an `async def` endpoint pays for what it depends on."""

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Header, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel
from starlette.types import ASGIApp

from bench.asgi import Http
from bench.handlers.kind import HandlerKind

BODY = b'{"value":1}'
FORM = b"username=ada&password=secret"


def with_dependencies(*dependencies: Callable[..., Any]) -> ASGIApp:
    """An `async def` endpoint that depends on each of them, in order."""
    app = FastAPI(dependencies=[Depends(dependency) for dependency in dependencies])

    @app.get("/")
    async def read():
        return {"value": 1}

    return app


def def_dependency() -> Callable[[], int]:
    def value() -> int:
        return 1

    return value


def async_dependency() -> Callable[[], Awaitable[int]]:
    async def value() -> int:
        return 1

    return value


def def_dependencies(count: int) -> ASGIApp:
    return with_dependencies(*(def_dependency() for _ in range(count)))


def async_dependencies(count: int) -> ASGIApp:
    return with_dependencies(*(async_dependency() for _ in range(count)))


def lambda_dependency() -> ASGIApp:
    return with_dependencies(lambda: 1)


class DefCallable:
    def __call__(self) -> int:
        return 1


class AsyncCallable:
    async def __call__(self) -> int:
        return 1


def callable_dependency() -> ASGIApp:
    return with_dependencies(DefCallable())


def async_callable_dependency() -> ASGIApp:
    return with_dependencies(AsyncCallable())


class Page:
    def __init__(self, limit: int = 1) -> None:
        self.limit = limit


def class_dependency() -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read(page: Annotated[Page, Depends(Page)]):
        return {"value": page.limit}

    return app


def async_class_dependency() -> ASGIApp:
    async def page(limit: int = 1) -> Page:
        return Page(limit)

    app = FastAPI()

    @app.get("/")
    async def read(page: Annotated[Page, Depends(page)]):
        return {"value": page.limit}

    return app


def oauth2_form() -> ASGIApp:
    app = FastAPI()

    @app.post("/")
    async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
        return {"user": form.username}

    return app


def async_oauth2_form() -> ASGIApp:
    async def password_form(
        *,
        grant_type: Annotated[str | None, Form(pattern="^password$")] = None,
        username: Annotated[str, Form()],
        password: Annotated[str, Form()],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form()] = None,
    ) -> OAuth2PasswordRequestForm:
        return OAuth2PasswordRequestForm(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )

    app = FastAPI()

    @app.post("/")
    async def token(form: Annotated[OAuth2PasswordRequestForm, Depends(password_form)]):
        return {"user": form.username}

    return app


def with_token(token: Callable[..., Any]) -> ASGIApp:
    app = FastAPI()

    @app.get("/")
    async def read(token: Annotated[str, Depends(token)]):
        return {"token": token}

    return app


def def_security() -> ASGIApp:
    def bearer_token(authorization: Annotated[str, Header()]) -> str:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise HTTPException(401)

        return token

    return with_token(bearer_token)


def security_class() -> ASGIApp:
    return with_token(OAuth2PasswordBearer(tokenUrl="token"))


def def_dependency_twice() -> ASGIApp:
    return with_dependencies(*[def_dependency()] * 2)


def async_dependency_twice() -> ASGIApp:
    return with_dependencies(*[async_dependency()] * 2)


def def_yield() -> Iterator[int]:
    yield 1


async def async_yield() -> AsyncIterator[int]:
    yield 1


def def_yield_dependency() -> ASGIApp:
    return with_dependencies(def_yield)


def async_yield_dependency() -> ASGIApp:
    return with_dependencies(async_yield)


class Value(BaseModel):
    value: int


def def_mixture() -> ASGIApp:
    app = FastAPI(dependencies=[Depends(def_yield), Depends(def_dependency())])

    @app.get("/")
    def read() -> Value:
        return Value(value=1)

    return app


def async_mixture() -> ASGIApp:
    app = FastAPI(dependencies=[Depends(async_yield), Depends(async_dependency())])

    @app.get("/")
    async def read() -> Value:
        return Value(value=1)

    return app


def counted(count: int) -> tuple[HandlerKind, HandlerKind]:
    """The pair with `count` dependencies of each sort."""
    noun = "dependency" if count == 1 else "dependencies"
    return (
        HandlerKind(
            f"def-deps-{count}",
            f"{count} `def` {noun}",
            functools.partial(def_dependencies, count),
            count,
            BODY,
            f"async-deps-{count}",
        ),
        HandlerKind(
            f"async-deps-{count}",
            f"{count} `async def` {noun}",
            functools.partial(async_dependencies, count),
            0,
            BODY,
        ),
    )


FORM_REQUEST = Http(
    method="POST",
    headers=(
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", str(len(FORM)).encode()),
    ),
    chunks=(FORM,),
)
TOKEN_REQUEST = Http(headers=((b"authorization", b"Bearer abc"),))

KINDS = (
    *counted(1),
    *counted(2),
    *counted(4),
    *counted(8),
    HandlerKind("lambda-dep", "lambda as dependency", lambda_dependency, 1, BODY, "async-deps-1"),
    HandlerKind(
        "def-callable-dep",
        "object with a `def __call__` as dependency",
        callable_dependency,
        1,
        BODY,
        "async-callable-dep",
    ),
    HandlerKind(
        "async-callable-dep",
        "object with an `async def __call__` as dependency",
        async_callable_dependency,
        0,
        BODY,
    ),
    HandlerKind("class-dep", "class as dependency", class_dependency, 1, BODY, "async-class-dep"),
    HandlerKind(
        "async-class-dep",
        "`async def` that makes the object",
        async_class_dependency,
        0,
        BODY,
    ),
    HandlerKind(
        "oauth2-form",
        "`OAuth2PasswordRequestForm`",
        oauth2_form,
        1,
        b'{"user":"ada"}',
        "async-oauth2-form",
        request=FORM_REQUEST,
    ),
    HandlerKind(
        "async-oauth2-form",
        "`async def` that makes the `OAuth2PasswordRequestForm`",
        async_oauth2_form,
        0,
        b'{"user":"ada"}',
        request=FORM_REQUEST,
    ),
    HandlerKind(
        "def-security",
        "`def` dependency that reads the bearer token",
        def_security,
        1,
        b'{"token":"abc"}',
        "security-class",
        request=TOKEN_REQUEST,
    ),
    HandlerKind(
        "security-class",
        "`OAuth2PasswordBearer`",
        security_class,
        0,
        b'{"token":"abc"}',
        request=TOKEN_REQUEST,
    ),
    HandlerKind(
        "def-dep-twice",
        "the same `def` dependency twice",
        def_dependency_twice,
        1,
        BODY,
        "async-dep-twice",
    ),
    HandlerKind(
        "async-dep-twice",
        "the same `async def` dependency twice",
        async_dependency_twice,
        0,
        BODY,
    ),
    HandlerKind(
        "def-yield-dep",
        "`def` dependency with `yield`",
        def_yield_dependency,
        2,
        BODY,
        "async-yield-dep",
    ),
    HandlerKind(
        "async-yield-dep",
        "`async def` dependency with `yield`",
        async_yield_dependency,
        0,
        BODY,
    ),
    HandlerKind(
        "def-mixture",
        "annotated `def` with a `yield` and a plain `def` dependency",
        def_mixture,
        5,
        BODY,
        "async-mixture",
    ),
    HandlerKind(
        "async-mixture",
        "the same, all `async def`",
        async_mixture,
        0,
        BODY,
    ),
)
