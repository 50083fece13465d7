"""What is known of others' functions: from a qualified name to whether it blocks or computes.

The longest prefix decides, so that a part of a package may differ from the rest of it.
"""

from __future__ import annotations

import inspect
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any

BLOCKS = "blocks"
COMPUTES = "computes"
HARMLESS = "harmless"

KNOWN: dict[str, str] = {
    **dict.fromkeys(
        (
            *("_io", "io.open", "builtins.open", "builtins.input", "os", "posix", "nt"),
            *("genericpath", "shutil", "tempfile", "glob", "fileinput", "dbm", "shelve"),
            *("zipfile", "tarfile", "pathlib", "time.sleep", "_thread", "threading", "queue"),
            *("_queue", "multiprocessing", "concurrent.futures", "subprocess", "_posixsubprocess"),
            *("socket", "_socket", "ssl", "_ssl", "select", "selectors", "http.client"),
            *("urllib.request", "ftplib", "smtplib", "imaplib", "poplib", "xmlrpc", "sqlite3"),
            *("_sqlite3", "requests", "urllib3", "httplib2", "httpx", "psycopg", "psycopg2"),
            *("pymysql", "MySQLdb", "mysql", "mariadb", "pyodbc", "pymssql", "cx_Oracle"),
            *("oracledb", "sqlalchemy.orm.session", "sqlalchemy.orm.query", "sqlalchemy.engine"),
            *("sqlalchemy.orm.scoping", "sqlalchemy.pool", "sqlmodel.orm.session", "peewee"),
            *("pony", "django.db", "pymongo", "gridfs", "mongoengine", "redis", "memcache"),
            *("pymemcache", "elasticsearch", "boto3", "botocore", "s3transfer", "minio"),
            *("google.cloud", "google.api_core", "azure", "stripe", "twilio", "sendgrid"),
            *("paramiko", "pika", "kafka", "confluent_kafka", "celery", "kombu", "ldap3"),
        ),
        BLOCKS,
    ),
    **dict.fromkeys(
        (
            *("builtins.sum", "builtins.sorted", "hashlib.scrypt", "hashlib.pbkdf2_hmac"),
            *("_hashlib.scrypt", "_hashlib.pbkdf2_hmac", "bcrypt", "passlib", "argon2", "pwdlib"),
            *("jwt", "jose", "authlib", "cryptography", "zlib", "gzip", "bz2", "lzma", "PIL"),
            *("numpy", "pandas", "polars", "scipy", "sklearn", "torch", "lxml", "bs4", "yaml"),
            *("pickle", "_pickle", "csv", "_csv", "xml", "difflib", "markdown", "jinja2"),
        ),
        COMPUTES,
    ),
    **dict.fromkeys(
        (
            *("builtins", "typing", "types", "abc", "collections", "_collections", "itertools"),
            *("functools", "_functools", "operator", "_operator", "enum", "dataclasses", "copy"),
            *("contextlib", "contextvars", "_contextvars", "datetime", "_datetime", "zoneinfo"),
            *("time", "calendar", "uuid", "decimal", "_decimal", "fractions", "numbers", "math"),
            *("random", "_random", "secrets", "string", "_string", "re", "json", "_json", "hmac"),
            *("base64", "binascii", "hashlib", "_hashlib", "_blake2", "_sha2", "_sha1", "_md5"),
            *("urllib.parse", "http", "html", "ipaddress", "mimetypes", "email.utils"),
            *("logging", "warnings", "_warnings", "inspect", "sys", "platform", "posixpath"),
            *("ntpath", "os.getenv", "os.fspath", "os._Environ", "os.getpid", "_weakref"),
            *("weakref", "textwrap", "unicodedata", "codecs", "_codecs", "struct", "_struct"),
            *("fastapi", "starlette", "pydantic", "pydantic_core", "typing_extensions"),
            *("annotated_types", "sqlalchemy", "sqlmodel", "_io.BytesIO", "_io.StringIO"),
            *("httpx.URL", "httpx.Headers", "requests.models.Response.json", "structlog"),
        ),
        HARMLESS,
    ),
    "pydantic_settings": BLOCKS,  # it reads the files of the environment
    "starlette.templating": COMPUTES,
}

NAMED_ALIKE = (str, bytes, dict, list, set, tuple, int, float, date, datetime, timedelta)

BLOCKING_METHODS = frozenset(
    (
        *("execute", "executemany", "commit", "rollback", "fetchone", "fetchall", "fetchmany"),
        *("connect", "query", "scalars", "scalar", "refresh", "flush", "sendmail", "send_message"),
        *("recv", "send", "sendall", "read", "readline", "readlines", "write", "read_text"),
        *("read_bytes", "write_text", "write_bytes", "sleep", "acquire", "wait", "publish"),
        *("upload_file", "download_file", "put_object", "get_object", "find_one", "insert_one"),
    )
)
"""Of an object nothing else is known of: these names mean input or output nearly everywhere."""

HARMLESS_METHODS = frozenset(
    (
        *(name for cls in NAMED_ALIKE for name in dir(cls)),
        *("hexdigest", "digest", "model_dump", "model_dump_json", "model_copy", "dict", "json"),
        *("model_validate", "group", "groups", "match", "set_cookie", "delete_cookie"),
    )
)
"""Of objects of these classes, or of many others: they only handle what is in memory."""


def known(value: Any) -> str | None:
    """What is known of a function or class of others; None if nothing is."""
    name = qualified(value)
    while name:
        if name in KNOWN:
            return exception(value) or KNOWN[name]

        name = name.rpartition(".")[0]

    return None


def qualified(value: Any) -> str:
    """`module.Class.method`, also of a C method, which names its class but no module."""
    owner = getattr(value, "__objclass__", None)
    bound = getattr(value, "__self__", None)
    module = getattr(value, "__module__", None)
    if owner is None and module is None and bound is not None and not inspect.ismodule(bound):
        owner = bound if inspect.isclass(bound) else type(bound)

    if owner is not None and module is None:
        return f"{owner.__module__}.{owner.__qualname__}.{value.__name__}"

    return f"{module}.{getattr(value, '__qualname__', type(value).__qualname__)}"


def exception(value: Any) -> str | None:
    """Exceptions, and the parts of `pathlib` that only handle names, do nothing."""
    if inspect.isclass(value) and issubclass(value, BaseException | PurePath):
        return HARMLESS

    pure = getattr(PurePath, getattr(value, "__name__", ""), None)
    is_path = getattr(value, "__qualname__", "").startswith((Path.__name__, "PurePath"))
    return HARMLESS if is_path and pure is not None else None


def by_name(method: str) -> str | None:
    """What the name of a method alone says."""
    if method in BLOCKING_METHODS:
        return BLOCKS

    return HARMLESS if method in HARMLESS_METHODS else None
