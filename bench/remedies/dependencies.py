"""`def` dependencies, a class as one, and their remedies: plain apps, and what each loses."""

from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from bench.handlers.dependencies import with_dependencies
from bench.remedies.remedy import INLINE, Remedy, Sync
from bench.remedies.sync_code import VALUE, one

NUMBER_OF_DEPENDENCIES = 4


def def_dependencies(sync: Sync) -> ASGIApp:
    return with_dependencies(*(def_dependency(sync) for _ in range(NUMBER_OF_DEPENDENCIES)))


def def_dependency(sync: Sync) -> Sync:
    def value():
        return sync()

    return value


def one_def_dependency(sync: Sync) -> ASGIApp:
    dependencies = [def_dependency(sync) for _ in range(NUMBER_OF_DEPENDENCIES)]

    def values():
        return [dependency() for dependency in dependencies]

    return with_dependencies(values)


def inline_dependencies(sync: Sync) -> ASGIApp:
    return with_dependencies(*(async_dependency(sync) for _ in range(NUMBER_OF_DEPENDENCIES)))


def async_dependency(sync: Sync) -> Sync:
    async def value():
        return sync()

    return value


def class_dependency(sync: Sync) -> ASGIApp:
    class Page:
        def __init__(self, limit: int = 1) -> None:
            self.limit = limit
            sync()

    app = FastAPI()

    @app.get("/")
    async def read(page: Annotated[Page, Depends(Page)]):
        return {"value": page.limit}

    return app


def async_class_dependency(sync: Sync) -> ASGIApp:
    class Page:
        def __init__(self, limit: int) -> None:
            self.limit = limit
            sync()

    async def page(limit: int = 1) -> Page:
        return Page(limit)

    app = FastAPI()

    @app.get("/")
    async def read(page: Annotated[Page, Depends(page)]):
        return {"value": page.limit}

    return app


DEPENDENCIES = (
    Remedy("def-deps-4", "four `def` dependencies", def_dependencies, one, 4, VALUE),
    Remedy(
        "one-def-dep",
        "one `def` dependency that calls all four",
        one_def_dependency,
        one,
        1,
        VALUE,
        instead_of="def-deps-4",
        loses="FastAPI no longer sees the four: it cannot cache, override or validate one of them.",
    ),
    Remedy(
        "async-deps-4",
        "four `async def` dependencies that call the code inline",
        inline_dependencies,
        one,
        0,
        VALUE,
        INLINE,
        "def-deps-4",
        "Every other request waits while the code runs.",
    ),
)

CLASS = (
    Remedy("class-dep", "a class as a dependency", class_dependency, one, 1, VALUE),
    Remedy(
        "async-class-dep",
        "an `async def` dependency that makes the object",
        async_class_dependency,
        one,
        0,
        VALUE,
        INLINE,
        "class-dep",
        "Parameters stand a second time in the function, and what the class does blocks the loop.",
    ),
)
