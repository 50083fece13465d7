"""Random applications: trees of dependencies of every sort, endpoints with and without a model."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI
from hypothesis import strategies as st

SORTS = ("def", "async", "yield", "async-yield", "class", "object", "async-object", "lambda")


Edge = tuple[Any, bool]
"""What is depended on, and whether a result that is there may be used."""


def dependency(sort: str, edges: list[Edge]) -> Any:
    """A dependency of a sort, with dependencies of its own."""
    made = MAKERS[sort]()
    target = vars(made)["__init__"] if isinstance(made, type) else made
    if sort in ("object", "async-object"):
        target = type(made).__call__

    depend(target, edges)
    return made


def depend(function: Any, edges: list[Edge]) -> None:
    """Gives a function made here parameters to depend by."""
    own = ["self"] if "self" in function.__code__.co_varnames[:1] else []
    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in own]
    for index, (call, use_cache) in enumerate(edges):
        parameters.append(
            inspect.Parameter(
                f"p{index}",
                inspect.Parameter.KEYWORD_ONLY,
                annotation=Annotated[Any, Depends(call, use_cache=use_cache)],
            )
        )

    function.__signature__ = inspect.Signature(parameters)


def make_def() -> Callable[..., Any]:
    def made(**_: Any) -> int:
        return 1

    return made


def make_async() -> Callable[..., Any]:
    async def made(**_: Any) -> int:
        return 1

    return made


def make_yield() -> Callable[..., Any]:
    def made(**_: Any) -> Iterator[int]:
        yield 1

    return made


def make_async_yield() -> Callable[..., Any]:
    async def made(**_: Any) -> AsyncIterator[int]:
        yield 1

    return made


def make_class() -> type:
    class Made:
        def __init__(self, **_: Any) -> None: ...

    return Made


def make_object() -> Any:
    class Made:
        def __call__(self, **_: Any) -> int:
            return 1

    return Made()


def make_async_object() -> Any:
    class Made:
        async def __call__(self, **_: Any) -> int:
            return 1

    return Made()


def make_lambda() -> Callable[..., Any]:
    return lambda **_: 1


MAKERS: dict[str, Callable[[], Any]] = {
    "def": make_def,
    "async": make_async,
    "yield": make_yield,
    "async-yield": make_async_yield,
    "class": make_class,
    "object": make_object,
    "async-object": make_async_object,
    "lambda": make_lambda,
}


@st.composite
def applications(draw: st.DrawFn) -> FastAPI:
    """An application with one route, `GET /r`, and all it depends on."""
    pool: list[Any] = []
    for sort in draw(st.lists(st.sampled_from(SORTS), max_size=7)):
        pool.append(dependency(sort, draw(edges_to(pool))))

    app = FastAPI(dependencies=depends(draw(edges_to(pool))))
    router = APIRouter(dependencies=depends(draw(edges_to(pool))))
    endpoint = draw(st.sampled_from([make_def, make_async, make_object]))()
    run = endpoint if inspect.isfunction(endpoint) else type(endpoint).__call__
    depend(run, draw(edges_to(pool)))
    model = draw(st.sampled_from([None, int]))
    own = depends(draw(edges_to(pool)))
    router.get("/r", response_model=model, dependencies=own)(endpoint)
    if draw(st.booleans()):
        app.include_router(router, dependencies=depends(draw(edges_to(pool))))
    else:
        app.router.routes.extend(router.routes)

    for index, call in enumerate(pool):
        if draw(st.integers(0, 3)) == 0:  # what it depends on was there before it: no circle
            sort, edges = draw(st.sampled_from(SORTS)), draw(edges_to(pool[:index]))
            app.dependency_overrides[call] = dependency(sort, edges)

    return app


def edges_to(pool: list[Any]) -> st.SearchStrategy[list[Edge]]:
    """Some dependencies on what is there."""
    if not pool:
        return st.just([])

    return st.lists(st.tuples(st.sampled_from(pool), st.booleans()), max_size=3)


def depends(edges: list[Edge]) -> list[Any]:
    """The same, as a list for `dependencies=`."""
    return [Depends(call, use_cache=use_cache) for call, use_cache in edges]
