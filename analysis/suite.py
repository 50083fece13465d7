"""Turns a path into the pyperf suite inside it; everything about the packaging is refused here."""

import gzip
import io
import json
import zlib
from pathlib import Path

import pyperf

from analysis.metadata import InputError

GZIP_MAGIC = b"\x1f\x8b"
LARGEST_UNPACKED_BYTES = 1 << 30


def read_bytes(path: Path) -> bytes:
    """Read the bytes of a file.

    Raises:
        InputError: there is no such file, it is a directory, or it may not be read.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path} is a directory, but a result file is expected: name the file")

        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a result file, or measure one") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read ({reason}): check its permissions") from None


def unpack(path: Path, content: bytes) -> str:
    """Unpack the text inside the gzip; its checksum catches changed and missing bytes.

    Raises:
        InputError: it is no gzip file, or a damaged one, or holds no text.
    """
    if not content.startswith(GZIP_MAGIC):
        raise InputError(f"{path} is not a gzip file: name a result file that ends in .json.gz")

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            unpacked = stream.read(LARGEST_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{path} is truncated or damaged ({error}): copy it again or measure again"
        ) from None

    if len(unpacked) > LARGEST_UNPACKED_BYTES:
        raise InputError(f"{path} unpacks to more than a result file can hold: name another file")

    try:
        return unpacked.decode()
    except UnicodeDecodeError:
        raise InputError(f"{path} holds no UTF-8 text: name a result file") from None


def parse(path: Path, text: str) -> pyperf.BenchmarkSuite:
    """Parse the pyperf suite written in that text.

    Raises:
        InputError: it is not JSON, has NaN, infinity or a repeated key, or is no pyperf suite.
    """
    try:
        json.loads(text, parse_constant=refuse_constant, object_pairs_hook=refuse_repeated_key)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} must hold strict JSON, but {error}: measure again") from None

    try:
        return pyperf.BenchmarkSuite.loads(text)
    except Exception as error:  # pyperf checks little itself, so any type may come out of it
        reason = " ".join(str(error).split()) or "no reason given"
        raise InputError(
            f"{path} must be one pyperf suite, but pyperf refuses it "
            f"({type(error).__name__}: {reason}): measure again"
        ) from None


def refuse_constant(name: str) -> float:
    """Refuse NaN and infinity: JSON has neither, though Python's reader takes them."""
    raise ValueError(f"it holds {name}, and every number must be finite")


def refuse_repeated_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse equal keys: Python's reader would silently keep the last of them."""
    found = dict(pairs)

    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"it repeats the key {repeated!r}")

    return found
