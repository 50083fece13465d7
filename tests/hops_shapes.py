"""The typical shapes of FastAPI's documentation, rebuilt: one application, one request to each.

Written so that every release from 0.100 on accepts it.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import anyio
import anyio.to_thread
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
)
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)
from fastapi.routing import APIRoute
from fastapi.security import (
    APIKeyHeader,
    HTTPBasic,
    HTTPBasicCredentials,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    SecurityScopes,
)
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Mount, Route, Router

FILES = Path(__file__).parents[1] / "bench" / "handlers" / "files"


class Shape(NamedTuple):
    """A request, and how many hops it makes beyond the least predicted."""

    method: str
    path: str
    further: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    status: int = 200


class Item(BaseModel):
    name: str
    price: float = 1.0


class Settings(BaseModel):
    name: str = "shapes"


@dataclass
class Pagination:
    skip: int = 0
    limit: int = 100


class CommonParameters:
    def __init__(self, q: str | None = None, skip: int = 0) -> None:
        self.q = q
        self.skip = skip


class Checker:
    def __init__(self, content: str) -> None:
        self.content = content

    def __call__(self, q: str = "") -> bool:
        return self.content in q


class AsyncChecker:
    def __init__(self, content: str) -> None:
        self.content = content

    async def __call__(self, q: str = "") -> bool:
        return self.content in q


class Service:
    @staticmethod
    def static() -> int:
        return 1

    @classmethod
    def of_class(cls) -> int:
        return 1

    def method(self) -> int:
        return 1

    async def async_method(self) -> int:
        return 1


service = Service()
token = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "", "items": ""})


@functools.lru_cache
def get_settings() -> Settings:
    return Settings()


def get_query(q: str = "") -> str:
    return q


def get_query_or_cookie(
    q: Annotated[str, Depends(get_query)], last_query: Annotated[str | None, Cookie()] = None
) -> str | None:
    return q or last_query


async def async_query(q: str = "") -> str:
    return q


def get_db() -> Iterator[int]:
    try:
        yield 1
    finally:
        pass


def get_nested(db: Annotated[int, Depends(get_db)]) -> Iterator[int]:
    yield db


async def get_async_db() -> AsyncIterator[int]:
    yield 1


async def threaded() -> int:
    return await run_in_threadpool(service.static)


def current_user(scopes: SecurityScopes, found: Annotated[str, Depends(token)]) -> str:
    return found


def active_user(user: Annotated[str, Security(current_user, scopes=["me"])]) -> str:
    return user


def verify_key(x_key: Annotated[str, Header()]) -> None:
    if x_key != "key":
        raise HTTPException(400)


def original() -> int:
    return 1


async def overriding(q: Annotated[str, Depends(get_query)]) -> int:
    return 2


def notify(address: str) -> None: ...


async def async_notify(address: str) -> None: ...


def lines() -> Iterator[bytes]:
    yield b"one\n"
    yield b"two\n"


async def async_lines() -> AsyncIterator[bytes]:
    yield b"one\n"


def with_tasks(tasks: BackgroundTasks) -> None:
    tasks.add_task(notify, "ada")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, int]]:
    yield {"started": 1}


class TimedRoute(APIRoute):
    def get_route_handler(self) -> Any:
        handler = super().get_route_handler()

        async def timed(request: Request) -> Response:
            response: Response = await handler(request)
            response.headers["x-timed"] = "1"
            return response

        return timed


app = FastAPI(lifespan=lifespan)


@app.get("/plain")
def plain():
    return {"a": 1}


@app.get("/async")
async def asynchronous():
    return {"a": 1}


@app.get("/items/{item_id}")
def by_id(item_id: int, q: str | None = None) -> Item:
    return Item(name=str(item_id))


@app.get("/async-items/{item_id}")
async def async_by_id(item_id: int) -> Item:
    return Item(name=str(item_id))


@app.get("/model-of-decorator", response_model=Item)
def model_of_decorator() -> Any:
    return {"name": "a", "password": "b"}


@app.get("/model-refused", response_model=None)
def model_refused() -> Item | Response:
    return JSONResponse({"name": "a"})


@app.get("/list")
def as_list() -> list[Item]:
    return [Item(name="a")]


@app.get("/or-redirect", response_model=Item)
def or_redirect(away: bool = False) -> Any:
    if away:
        return RedirectResponse("/plain")

    return {"name": "a"}


@app.post("/items", status_code=201)
def create(item: Item) -> Item:
    return item


@app.put("/items/{item_id}")
async def update(item_id: int, item: Item, user: Annotated[Item, Body()]):
    return {"item": item, "user": user}


@app.get("/html", response_class=HTMLResponse)
def html():
    return "<p>hello</p>"


@app.get("/text")
def text() -> PlainTextResponse:
    return PlainTextResponse("hello")


@app.get("/redirect")
async def redirect() -> RedirectResponse:
    return RedirectResponse("/plain")


@app.get("/response-later")
def response_later(response: Response) -> dict[str, int]:
    response.headers["x"] = "y"
    return {"a": 1}


@app.get("/by-variable")
def by_variable():
    answer = JSONResponse({"a": 1})
    answer.set_cookie("a", "b")
    return answer


@app.get("/common")
async def common(commons: Annotated[CommonParameters, Depends()]):
    return commons.q


@app.get("/dataclass")
async def by_dataclass(page: Annotated[Pagination, Depends()]):
    return page.limit


@app.get("/sub-dependency")
async def sub_dependency(q: Annotated[str | None, Depends(get_query_or_cookie)]):
    return q


@app.get("/cached")
async def cached(a: Annotated[str, Depends(get_query)], b: Annotated[str, Depends(get_query)]):
    return a + b


@app.get("/not-cached")
async def not_cached(
    a: Annotated[str, Depends(get_query)], b: Annotated[str, Depends(get_query, use_cache=False)]
):
    return a + b


@app.get("/db")
def read_db(db: Annotated[int, Depends(get_db)]):
    return db


@app.get("/nested-db")
async def nested_db(db: Annotated[int, Depends(get_nested)]):
    return db


@app.get("/async-db")
async def async_db(db: Annotated[int, Depends(get_async_db)]):
    return db


@app.get("/callable")
async def by_callable(found: Annotated[bool, Depends(Checker("a"))]):
    return found


@app.get("/async-callable")
async def by_async_callable(found: Annotated[bool, Depends(AsyncChecker("a"))]):
    return found


@app.get("/methods")
async def methods(
    a: Annotated[int, Depends(Service.static)],
    b: Annotated[int, Depends(Service.of_class)],
    c: Annotated[int, Depends(service.method)],
    d: Annotated[int, Depends(service.async_method)],
    e: Annotated[int, Depends(functools.partial(service.method))],
    f: Annotated[int, Depends(lambda: 1)],
):
    return [a, b, c, d, e, f]


def passed_on(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    return wrapper


@passed_on
async def decorated(q: str = "") -> str:
    return q


@app.get("/decorated")
async def by_decorated(found: Annotated[Any, Depends(decorated)]):
    return {}


@app.get("/settings")
async def settings(found: Annotated[Settings, Depends(get_settings)]):
    return found.name


@app.get("/key", dependencies=[Depends(verify_key)])
async def key():
    return {}


@app.get("/overridden")
async def overridden(number: Annotated[int, Depends(original)]):
    return number


@app.get("/threaded")
async def calls_threaded(number: Annotated[int, Depends(threaded)]):
    return number + await run_in_threadpool(service.static)


@app.get("/opened")
async def opened():
    async with await anyio.open_file(__file__) as file:
        await file.read()


@app.get("/asked-path")
async def asked_path():
    path = anyio.Path(__file__)
    found = await path.exists()
    return found, len(await path.read_bytes())


@app.get("/handed-on")
async def handed_on():
    async with anyio.create_task_group() as group:
        group.start_soon(run_in_threadpool, service.static)
        group.start_soon(anyio.to_thread.run_sync, service.static)


@app.get("/me")
def me(user: Annotated[str, Depends(active_user)], again: Annotated[str, Depends(current_user)]):
    return user + again


@app.get("/me/items")
async def my_items(user: Annotated[str, Security(active_user, scopes=["items"])]):
    return user


@app.get("/basic")
def basic(credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]):
    return credentials.username


@app.get("/api-key")
async def api_key(key: Annotated[str, Security(APIKeyHeader(name="x-key"))]):
    return key


@app.post("/token")
async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    return {"access_token": form.username}


@app.post("/form")
def form(name: Annotated[str, Form()]):
    return name


@app.post("/files")
async def small_file(file: Annotated[bytes, File()]):
    return len(file)


@app.post("/upload")
def upload(file: UploadFile):
    return {"name": file.filename}


@app.post("/notify")
async def notified(tasks: BackgroundTasks, also: bool = False):
    tasks.add_task(notify, "ada")
    tasks.add_task(async_notify, "ada")
    if also:
        tasks.add_task(notify, "bob")

    return {}


@app.post("/notify-in-dependency", dependencies=[Depends(with_tasks)])
async def notified_by_dependency(tasks: BackgroundTasks):
    def inner() -> None: ...

    tasks.add_task(inner)
    return {}


@app.get("/task-of-response")
def task_of_response():
    return JSONResponse({}, background=BackgroundTask(notify, "ada"))


@app.get("/file")
def file() -> FileResponse:
    return FileResponse(FILES / "small.txt")


@app.get("/file-class", response_class=FileResponse)
async def file_class():
    return str(FILES / "chunks.txt")


@app.get("/stream")
async def stream():
    return StreamingResponse(lines())


@app.get("/stream-inside")
def stream_inside() -> StreamingResponse:
    def inner() -> Iterator[bytes]:
        with (FILES / "small.txt").open("rb") as opened:
            yield from opened

    return StreamingResponse(inner(), media_type="text/plain")


@app.get("/stream-async")
async def stream_async():
    return StreamingResponse(async_lines())


@app.get("/stream-bytes")
async def stream_bytes():
    return StreamingResponse(io.BytesIO(b"a\nb\nc\n"))


@app.get("/yields")
def yields():
    yield 1
    yield 2


@app.api_route("/several", methods=["GET", "POST"], include_in_schema=False)
def several():
    return {}


@app.websocket("/ws")
async def ws(socket: WebSocket, q: Annotated[str, Depends(get_query)]):
    await socket.accept()
    await socket.send_text(q + await socket.receive_text())


router = APIRouter(prefix="/router", dependencies=[Depends(get_query)])
inner = APIRouter(dependencies=[Depends(get_settings)], route_class=TimedRoute)


@router.get("/outer")
async def outer():
    return {}


@inner.get("/inner")
def inner_route(q: Annotated[str, Depends(get_query)]) -> dict[str, str]:
    return {"q": q}


@inner.websocket("/ws")
async def inner_ws(socket: WebSocket):
    await socket.accept()
    await socket.send_text(await socket.receive_text())


router.include_router(inner, prefix="/deep", dependencies=[Depends(CommonParameters)])
app.include_router(router, dependencies=[Depends(async_query)])


class Endpoint(HTTPEndpoint):
    def get(self, request: Request) -> Response:
        return PlainTextResponse("get")

    async def post(self, request: Request) -> Response:
        return PlainTextResponse("post")


def starlette_def(request: Request) -> Response:
    return PlainTextResponse("def")


async def starlette_async(request: Request) -> Response:
    return PlainTextResponse("async")


sub = FastAPI(dependencies=[Depends(original)])
sub.dependency_overrides[original] = async_query


@sub.get("/read")
def sub_read(number: Annotated[Any, Query()] = 1):
    return number


app.dependency_overrides[original] = overriding
app.mount("/sub", sub)
app.mount(
    "/starlette",
    Starlette(
        routes=[
            Route("/def", starlette_def),
            Route("/async", starlette_async),
            Route("/class", Endpoint),
            Mount("/mounted", Router([Route("/partial", functools.partial(starlette_def))])),
        ]
    ),
)
static = StaticFiles(directory=FILES)
app.mount("/static", static)
app.add_route("/plain-route", starlette_def)

STREAMS = hasattr(APIRoute("/", plain), "is_json_stream")
"""Whether this release sends what a generator endpoint yields as it comes."""

BOUNDARY = b"hopcost"
MULTIPART = (("content-type", "multipart/form-data; boundary=hopcost"),)
UPLOAD = (
    b'--hopcost\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
    b"abc\r\n--hopcost--\r\n"
)
FORM = (("content-type", "application/x-www-form-urlencoded"),)
JSON = (("content-type", "application/json"),)
BEARER = (("authorization", "Bearer abc"),)
ITEM = json.dumps({"name": "a"}).encode()

SHAPES = (
    Shape("GET", "/plain"),
    Shape("GET", "/async"),
    Shape("GET", "/items/1"),
    Shape("GET", "/async-items/1"),
    Shape("GET", "/model-of-decorator"),
    Shape("GET", "/model-refused"),
    Shape("GET", "/list"),
    Shape("GET", "/or-redirect", further=1),
    Shape("GET", "/or-redirect?away=1", status=307),
    Shape("POST", "/items", headers=JSON, body=ITEM, status=201),
    Shape("PUT", "/items/1", headers=JSON, body=b'{"item":%b,"user":%b}' % (ITEM, ITEM)),
    Shape("GET", "/html"),
    Shape("GET", "/text"),
    Shape("GET", "/redirect", status=307),
    Shape("GET", "/response-later"),
    Shape("GET", "/by-variable"),
    Shape("GET", "/common"),
    Shape("GET", "/dataclass"),
    Shape("GET", "/sub-dependency"),
    Shape("GET", "/cached"),
    Shape("GET", "/not-cached"),
    Shape("GET", "/db"),
    Shape("GET", "/nested-db"),
    Shape("GET", "/async-db"),
    Shape("GET", "/callable"),
    Shape("GET", "/async-callable"),
    Shape("GET", "/methods"),
    Shape("GET", "/decorated"),  # awaited by newer releases, sent to a thread by older ones
    Shape("GET", "/settings"),
    Shape("GET", "/key", headers=(("x-key", "key"),)),
    Shape("GET", "/overridden"),
    Shape("GET", "/threaded"),
    Shape("GET", "/opened", further=2),
    Shape("GET", "/asked-path"),
    Shape("GET", "/handed-on", further=2),
    Shape("GET", "/me", headers=BEARER),
    Shape("GET", "/me/items", headers=BEARER),
    Shape("GET", "/basic", headers=(("authorization", "Basic YTpi"),)),
    Shape("GET", "/api-key", headers=(("x-key", "key"),)),
    Shape("POST", "/token", headers=FORM, body=b"username=ada&password=secret&grant_type=password"),
    Shape("POST", "/form", headers=FORM, body=b"name=ada"),
    Shape("POST", "/files", headers=MULTIPART, body=UPLOAD),
    Shape("POST", "/upload", headers=MULTIPART, body=UPLOAD),
    Shape("POST", "/notify"),
    Shape("POST", "/notify?also=1", further=1),
    Shape("POST", "/notify-in-dependency"),
    Shape("GET", "/task-of-response"),
    Shape("GET", "/file"),
    Shape("GET", "/file-class", further=3),
    Shape("GET", "/stream", further=2),
    Shape("GET", "/stream-inside", further=1),
    Shape("GET", "/stream-async"),
    Shape("GET", "/stream-bytes", further=3),
    Shape("GET", "/yields", further=2 if STREAMS else 0),
    Shape("POST", "/several"),
    Shape("WS", "/ws", body=b"hello", status=101),
    Shape("GET", "/router/outer"),
    Shape("GET", "/router/deep/inner"),
    Shape("WS", "/router/deep/ws", body=b"hello", status=101),
    Shape("GET", "/sub/read"),
    Shape("GET", "/starlette/def"),
    Shape("GET", "/starlette/async"),
    Shape("GET", "/starlette/class"),
    Shape("POST", "/starlette/class"),
    Shape("GET", "/starlette/mounted/partial"),
    Shape("GET", "/static/small.txt", further=4),
    Shape("GET", "/static/missing.txt", further=1, status=404),
    Shape("GET", "/plain-route"),
    Shape("GET", "/openapi.json"),
    Shape("GET", "/docs"),
)
