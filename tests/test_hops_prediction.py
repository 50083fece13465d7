"""Predicted hops are the hops that happen: documentation's shapes, and random applications."""

import time
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from hypothesis import HealthCheck, given, settings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from bench.hops.matching import matching
from bench.hops.observing import Observation, observe, request_of
from bench.hops.prediction import Prediction, predicted
from bench.hops.reasons import Hops
from tests import hops_shapes
from tests.hops_random import applications
from tests.hops_shapes import FILES, SHAPES, Shape

EXAMPLES = 200
OPEN = ("/upload", "/files", "/file")
"""What is sent or served decides, and here it was small."""

PAGES = ("/site/pages/index.html", "/site/pages/missing", "/site/pages/")


def observed(shape: Shape, app: Any, prediction: Prediction) -> Observation:
    headers = tuple((name.encode(), value.encode()) for name, value in shape.headers)
    return observe(app, prediction, request_of(shape.method, shape.path, headers, shape.body))


def hops_at(app: Any, path: str) -> Hops:
    route = matching(predicted(app), "GET", path)
    assert route is not None
    return route.hops


def reasons_at(app: Any, path: str) -> list[str]:
    route = matching(predicted(app), "GET", path)
    assert route is not None
    return [str(reason) for reason in route.reasons]


def test_the_documentation_has_forty_shapes_and_more() -> None:
    assert len({shape.path.partition("?")[0] for shape in SHAPES}) >= 40


def named(shape: Shape) -> str:
    return f"{shape.method} {shape.path}"


@pytest.mark.parametrize("shape", SHAPES, ids=named)
def test_a_shape_hops_as_predicted(shape: Shape) -> None:
    hops_shapes.static.config_checked = False  # every request is its first
    prediction = predicted(hops_shapes.app)

    found = observed(shape, hops_shapes.app, prediction)

    assert (found.error, found.status) == ("", shape.status)
    assert found.route is not None
    assert found.hops == found.route.hops.least + shape.further
    assert found.agrees


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if not shape.further], ids=named)
def test_a_shape_without_choice_is_predicted_exactly(shape: Shape) -> None:
    route = matching(predicted(hops_shapes.app), shape.method, shape.path.partition("?")[0])
    assert route is not None
    chosen = any(shape.further for shape in SHAPES if shape.path.partition("?")[0] == route.path)

    assert chosen or route.path in OPEN or route.hops.least == route.hops.most


def test_every_route_of_the_shapes_was_asked() -> None:
    prediction = predicted(hops_shapes.app)
    asked = {matching(prediction, shape.method, shape.path.partition("?")[0]) for shape in SHAPES}

    left = {route.title for route in prediction.routes if route not in asked}
    assert left == {"GET /docs/oauth2-redirect", "GET /redoc", *sub_pages()}


def sub_pages() -> set[str]:
    pages = ("openapi.json", "docs", "docs/oauth2-redirect", "redoc")
    return {f"GET /sub/{page}" for page in pages}


@given(applications())
@settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
def test_a_random_application_hops_as_predicted(app: FastAPI) -> None:
    prediction = predicted(app)

    found = observed(Shape("GET", "/r"), app, prediction)

    assert (found.error, found.status) == ("", 200)
    assert found.route is not None
    assert found.route.hops == Hops(found.hops, found.hops)


def test_an_application_predicted_twice_is_predicted_alike() -> None:
    assert predicted(hops_shapes.app) == predicted(hops_shapes.app)


def test_overrides_set_later_are_seen() -> None:
    def before() -> int:
        return 1

    async def after() -> int:
        return 2

    app = FastAPI()

    @app.get("/")
    async def read(number: Annotated[int, Depends(before)]) -> int:
        return number

    assert hops_at(app, "/") == Hops(1, 1)
    app.dependency_overrides[before] = after
    assert hops_at(app, "/") == Hops(0, 0)


def test_a_reason_names_who_hops_and_how_often() -> None:
    assert reasons_at(hops_shapes.app, "/db") == [
        "dependency `get_db` is `def` with `yield` (enter, exit): 2",
        "endpoint `read_db` is `def`: 1",
    ]
    assert reasons_at(hops_shapes.app, "/items/1") == [
        "endpoint `by_id` is `def`: 1",
        "return annotation or response model on `def` endpoint `by_id`: 1",
    ]


def test_an_endless_reason_says_what_each_further_hop_is_for() -> None:
    assert reasons_at(hops_shapes.app, "/stream") == [
        "stream of `lines`, whose iterator is sync: 1, 1 more for each item"
    ]


def test_hosts_and_mounts_are_part_of_the_path() -> None:
    def read(request: Any) -> PlainTextResponse:
        return PlainTextResponse("")

    inner = Router([Route("/read", read)])
    app = Starlette(routes=[Host("api.example.org", Router([Mount("/v1", inner)]))])

    assert [route.title for route in predicted(app).routes] == ["GET api.example.org/v1/read"]


def test_middleware_around_served_files_is_a_reason_of_theirs() -> None:
    middleware = [Middleware(GZipMiddleware)]
    app = Starlette(routes=[Mount("/files", StaticFiles(directory=FILES), middleware=middleware)])
    reasons = [reason.name for reason in predicted(app).routes[0].reasons]

    assert reasons.count("StaticFiles") == 1
    assert reasons.count("GZipMiddleware") == int(
        hasattr(GZipMiddleware(app), "thread_minimum_size")
    )


def test_parts_of_a_mounted_application_say_where_it_is_mounted() -> None:
    def handle(request: Any, error: Exception) -> Any:
        return PlainTextResponse("")

    sub = FastAPI(exception_handlers={KeyError: handle})
    sub.add_middleware(CORSMiddleware)
    app = FastAPI()
    app.mount("/sub", sub)
    parts = [(part.kind, part.name, part.prefix) for part in predicted(app).parts]

    assert ("middleware", "CORSMiddleware", "/sub") in parts
    assert ("exception handler", "handle", "/sub") in parts


def test_a_router_alone_has_no_overrides() -> None:
    def original() -> int:
        return 1

    async def overriding() -> int:
        return 1

    router = APIRouter()

    @router.get("/read")
    async def read(number: Annotated[int, Depends(original)]) -> int:
        return number

    app = FastAPI()
    app.mount("/alone", router)
    app.include_router(router)
    app.dependency_overrides[original] = overriding

    assert hops_at(app, "/alone/read") == Hops(1, 1)
    assert hops_at(app, "/read") == Hops(0, 0)


@pytest.mark.skipif(not hasattr(FastAPI, "frontend"), reason="newer releases serve pages")
def test_built_pages_hop_as_predicted(tmp_path: Path) -> None:
    def checked() -> int:
        return 1

    (tmp_path / "index.html").write_text("hello", "utf-8")
    app, router = FastAPI(), APIRouter(dependencies=[Depends(checked)])
    router.frontend("/pages", directory=tmp_path)
    app.include_router(router, prefix="/site")
    prediction = predicted(app)
    found = [observed(Shape("GET", path), app, prediction) for path in PAGES]

    assert [(one.status, one.hops) for one in found] == [(200, 6), (404, 4), (200, 6)]
    assert [one.route.title for one in found if one.route] == ["GET /site/pages/{path:path}"] * 3
    assert all(one.agrees for one in found)


def test_what_an_included_router_mounts_is_found_under_its_prefix() -> None:
    def read(request: Any) -> PlainTextResponse:
        return PlainTextResponse("")

    outer, inner = APIRouter(), APIRouter()
    inner.mount("/mounted", Starlette(routes=[Route("/read", read)]))
    inner.add_route("/plain", read)
    outer.include_router(inner, prefix="/inner")
    app = FastAPI(openapi_url=None)
    app.include_router(outer, prefix="/outer")
    titles = {route.title for route in predicted(app).routes}

    assert titles - {"GET /outer/inner/mounted/read"} == {"GET /outer/inner/plain"}


def large(routes: int, dependencies: int) -> FastAPI:
    """An application of many routes, each with so many dependencies of its own."""
    app, router = FastAPI(), APIRouter()
    for number in range(routes):
        own = [Depends(dependency()) for _ in range(dependencies)]
        (router if number % 2 else app).get(f"/{number}", dependencies=own)(endpoint())

    app.include_router(router, prefix="/included")
    return app


def dependency() -> Any:
    def own(q: str = "") -> str:
        return q

    return own


def endpoint() -> Any:
    def read() -> int:
        return 1

    return read


def test_a_thousand_routes_with_ten_dependencies_each_are_read_faster_than_imported() -> None:
    start = time.process_time()
    app = large(1000, 10)
    made = time.process_time()
    prediction = predicted(app)
    read = time.process_time()

    counted = [route.hops for route in prediction.routes if route.kind == "fastapi"]
    assert counted == [Hops(12, 12)] * 1000
    assert read - made < made - start
