"""What the command understands, and what of it describes a request."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from bench.asgi import Http, WebSocket
from bench.errors import UsageError
from bench.hops.observing import request_of

TABLE, JSON, GITHUB = "table", "json", "github"
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""What a header may be called, by RFC 9110."""


def parser(description: str) -> argparse.ArgumentParser:
    """What the command understands."""
    own = argparse.ArgumentParser(
        prog="python -m bench.hops",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own.add_argument("app", metavar="APP", help="the application, as in yourpkg.main:app")
    own.add_argument("--factory", action="store_true", help="APP is a function that makes it")
    own.add_argument(
        "--min-hops", type=count, default=1, metavar="N", help="routes with fewer are left out (1)"
    )
    own.add_argument("--path", default="*", metavar="GLOB", help="only routes with such a path")
    own.add_argument(
        "--max-hops",
        type=count,
        metavar="N",
        help="exit 1 if a request to any route may hop more often; where only the request sets a "
        "bound (streams, files, uploads), the least number counts",
    )
    own.add_argument("--format", choices=(TABLE, JSON, GITHUB), default=TABLE)
    costing = own.add_mutually_exclusive_group()
    costing.add_argument("--no-cost", action="store_true", help="do not measure a hop")
    costing.add_argument("--measure-again", action="store_true", help="forget the measured hop")
    sending = own.add_argument_group("observe", "send one request, between start-up and shutdown")
    sending.add_argument(
        "--observe", nargs=2, metavar=("METHOD", "PATH"), help="as in: GET '/items?limit=1'"
    )
    sending.add_argument(
        "--header", action="append", default=[], metavar="'NAME: VALUE'", help="may be repeated"
    )
    body = sending.add_mutually_exclusive_group()
    body.add_argument("--json", metavar="TEXT", help="the body, and its content type")
    body.add_argument("--data", metavar="TEXT", help="the body as it is; the text of a WS session")
    sending.add_argument("--trace", type=Path, metavar="FILE", help="record it for Perfetto")
    return own


def count(text: str) -> int:
    """A number of hops."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, {text!r} is not")

    return int(text)


def refuse_unobserved(options: argparse.Namespace) -> None:
    """What describes a request needs one."""
    given = (options.header or None, options.json, options.data, options.trace)
    if options.observe is None and any(one is not None for one in given):
        raise UsageError("--header, --json, --data and --trace describe a request: add --observe")


def request(options: argparse.Namespace) -> Http | WebSocket:
    """The request to observe."""
    method, path = options.observe
    headers = tuple(header_of(one) for one in options.header)
    body = (options.json or options.data or "").encode()
    if options.json is not None:
        refuse_malformed(options.json)
        headers = (*headers, (b"content-type", b"application/json"))

    return request_of(method, path, headers, body)


def refuse_malformed(text: str) -> None:
    """Who means to send what is no JSON says --data."""
    try:
        json.loads(text)
    except ValueError as error:
        raise UsageError(
            f"--json must be JSON, {text!r} is not ({error}): mend it, or send it by --data"
        ) from None


def header_of(text: str) -> tuple[bytes, bytes]:
    """A header as ASGI has it."""
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not TOKEN.fullmatch(name):
        raise UsageError(
            f"a header must look like 'Name: value', {text!r} does not: add a colon, mend its name"
        )

    try:
        return name.lower().encode(), value.encode("latin-1")
    except UnicodeEncodeError:
        raise UsageError(f"a header must be Latin-1, {text!r} is not: encode it") from None
