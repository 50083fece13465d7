"""A shop as many are written: sign-in, a database session, settings, uploads, mail, files."""

import functools
import hashlib
import hmac
import smtplib
import sqlite3
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    FastAPI,
    HTTPException,
    Request,
    UploadFile,
    WebSocket,
)
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

FILES = Path(__file__).parents[1] / "bench" / "handlers" / "files"
SCHEMA = """
create table if not exists user (id integer primary key, name text unique, password blob);
create table if not exists item (id integer primary key, title text, price real, owner integer);
"""


class Settings(BaseModel):
    database: str = ":memory:"
    mail_host: str = "localhost"
    secret: str = "change me"
    page_size: int = 20


class User(BaseModel):
    id: int
    name: str


class Credentials(BaseModel):
    name: str
    password: str


class Item(BaseModel):
    id: int = 0
    title: str
    price: float


class Page:
    def __init__(self, skip: int = 0, limit: int = 20) -> None:
        self.skip = skip
        self.limit = min(limit, 100)


class OutOfStockError(Exception):
    """Nothing is left."""


@functools.lru_cache
def get_settings() -> Settings:
    return Settings()


def get_db(settings: Annotated[Settings, Depends(get_settings)]) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(settings.database, check_same_thread=False)
    connection.executescript(SCHEMA)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


Database = Annotated[sqlite3.Connection, Depends(get_db)]
oauth2 = OAuth2PasswordBearer(tokenUrl="auth/token")


def password_hash(password: str, settings: Settings) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), settings.secret.encode(), 1000)


def sign(name: str, settings: Settings) -> str:
    digest = hmac.new(settings.secret.encode(), name.encode(), "sha256").hexdigest()
    return f"{name}.{digest}"


def get_token(
    token: Annotated[str, Depends(oauth2)], settings: Annotated[Settings, Depends(get_settings)]
) -> str:
    name, _, _ = token.partition(".")
    if not hmac.compare_digest(token, sign(name, settings)):
        raise HTTPException(401)

    return name


def current_user(name: Annotated[str, Depends(get_token)], db: Database) -> User:
    row = db.execute("select id, name from user where name = ?", (name,)).fetchone()
    if row is None:
        raise HTTPException(401)

    return User(id=row[0], name=row[1])


CurrentUser = Annotated[User, Depends(current_user)]


def request_id(request: Request) -> str:
    return request.headers.get("x-request-id", "none")


def send_mail(address: str, subject: str, host: str) -> None:
    message = EmailMessage()
    message["To"] = address
    message["Subject"] = subject
    with smtplib.SMTP(host) as server:
        server.send_message(message)


auth = APIRouter(prefix="/auth", tags=["auth"])


@auth.post("/token")
def login(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    db: Database,
    settings: Annotated[Settings, Depends(get_settings)],
) -> dict[str, str]:
    row = db.execute("select password from user where name = ?", (form.username,)).fetchone()
    if row is None or row[0] != password_hash(form.password, settings):
        raise HTTPException(400, "wrong name or password")

    return {"access_token": sign(form.username, settings), "token_type": "bearer"}


@auth.post("/users", status_code=201)
def register(
    new: Credentials,
    db: Database,
    tasks: BackgroundTasks,
    settings: Annotated[Settings, Depends(get_settings)],
) -> User:
    hashed = password_hash(new.password, settings)
    cursor = db.execute("insert into user (name, password) values (?, ?)", (new.name, hashed))
    tasks.add_task(send_mail, new.name, "welcome", settings.mail_host)
    return User(id=cursor.lastrowid or 0, name=new.name)


@auth.get("/me")
def read_me(user: CurrentUser) -> User:
    return user


items = APIRouter(prefix="/items", tags=["items"], dependencies=[Depends(request_id)])


@items.get("/")
def list_items(db: Database, page: Annotated[Page, Depends()]) -> list[Item]:
    rows = db.execute("select id, title, price from item limit ? offset ?", (page.limit, page.skip))
    return [Item(id=row[0], title=row[1], price=row[2]) for row in rows]


@items.get("/{item_id}")
def read_item(item_id: int, db: Database) -> Item:
    row = db.execute("select id, title, price from item where id = ?", (item_id,)).fetchone()
    if row is None:
        raise HTTPException(404)

    return Item(id=row[0], title=row[1], price=row[2])


@items.post("/", status_code=201)
def create_item(item: Item, db: Database, user: CurrentUser) -> Item:
    cursor = db.execute(
        "insert into item (title, price, owner) values (?, ?, ?)", (item.title, item.price, user.id)
    )
    return item.model_copy(update={"id": cursor.lastrowid})


@items.delete("/{item_id}", status_code=204)
def delete_item(item_id: int, db: Database, user: CurrentUser) -> None:
    db.execute("delete from item where id = ? and owner = ?", (item_id, user.id))


@items.post("/{item_id}/picture")
async def upload_picture(item_id: int, picture: UploadFile, user: CurrentUser) -> dict[str, int]:
    return {"id": item_id, "size": len(await picture.read())}


@items.get("/{item_id}/picture")
def read_picture(item_id: int) -> FileResponse:
    return FileResponse(FILES / "small.txt", media_type="text/plain")


@items.post("/{item_id}/order")
async def order(item_id: int, amount: int, user: CurrentUser, tasks: BackgroundTasks) -> Item:
    if amount > 10:
        raise OutOfStockError

    tasks.add_task(send_mail, user.name, "your order", get_settings().mail_host)
    return Item(id=item_id, title="ordered", price=1.0)


def csv_lines() -> Iterator[str]:
    yield "id,title,price\n"
    for number in range(3):
        yield f"{number},item,1.0\n"


reports = APIRouter(prefix="/reports", tags=["reports"])


@reports.get("/items.csv")
async def export(user: CurrentUser) -> StreamingResponse:
    return StreamingResponse(csv_lines(), media_type="text/csv")


@reports.get("/total")
def total(prices: str = "1,2,3") -> dict[str, float]:
    result = 0.0
    for price in prices.split(","):
        result += float(price)

    return {"total": result}


def out_of_stock(request: Request, error: Exception) -> Any:
    return JSONResponse({"detail": "out of stock"}, 409)


app = FastAPI(title="shop", exception_handlers={OutOfStockError: out_of_stock})
app.add_middleware(GZipMiddleware)


@app.middleware("http")
async def add_version(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["x-version"] = "1"
    return response


@app.get("/health")
def health():
    return {"status": "ok"}


@app.get("/version")
async def version(settings: Annotated[Settings, Depends(get_settings)]) -> dict[str, int]:
    return {"page_size": settings.page_size}


@app.websocket("/ws")
async def updates(socket: WebSocket, settings: Annotated[Settings, Depends(get_settings)]) -> None:
    await socket.accept()
    await socket.send_text(str(settings.page_size))


app.include_router(auth)
app.include_router(items)
app.include_router(reports)
app.mount("/static", StaticFiles(directory=FILES), name="static")
