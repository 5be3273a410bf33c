"""The file of a backup, `algesia-backup/1`: gzip of JSON lines, the same from SQLite and PostgreSQL.

The first line is the header; each further line is one row, ``["facts", [1, "f1", ...]]``, its values in the order of the
header's columns, bytes as ``{"base64": "..."}``. With a passphrase the gzip is sealed (`sealed`), and before it stands
one line of JSON, `algesia-backup-sealed/1`, with the key of this file wrapped as in a key file.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import secrets
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

import msgspec
import orjson
from cryptography.exceptions import InvalidTag

from algesia.adapters.store.sealed import Sealing, Unsealing
from algesia.adapters.store.wrap import KEY, Wrapped, unwrap, wrap
from algesia.quantities.refusal import InputRefused

LONGEST: Final = 64_000_000
"""Bytes of a line at most: a record's largest facts are far below it."""
SEALED: Final = "algesia-backup-sealed/1"
_START: Final = b'{"format":"algesia-backup-sealed/1"'
Row = tuple[str, list[Any]]


class Chain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The audit chain as it was: how many rows, the last hash, and where it was broken, if it was."""

    rows: int
    head: str
    broken_at: int | None


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup says of itself. `sha256` is that of all lines after this one."""

    format: Literal["algesia-backup/1"] = "algesia-backup/1"
    revision: str
    made_at: str
    columns: dict[str, list[str]]
    counts: dict[str, int]
    sha256: str
    audit: Chain


class _Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: Literal["algesia-backup-sealed/1"]
    key: Wrapped


def line_of(table: str, values: list[Any]) -> bytes:
    r"""A row as its line.

    >>> line_of("settings", ["name", b"\x00"])
    b'["settings",["name",{"base64":"AA=="}]]\n'
    """
    plain = [
        {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for value in values
    ]
    return orjson.dumps([table, plain], option=orjson.OPT_APPEND_NEWLINE)


@contextmanager
def packed(stream: BinaryIO, passphrase: str | None) -> Iterator[BinaryIO]:
    """A stream that packs into `stream` what is written to it, sealed where a passphrase is given."""
    if passphrase is None:
        with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as plain:
            yield cast("BinaryIO", plain)
        return
    key = secrets.token_bytes(KEY)
    first = orjson.dumps(
        {"format": SEALED, "key": msgspec.to_builtins(wrap(key, passphrase, SEALED))},
        option=orjson.OPT_APPEND_NEWLINE,
    )
    stream.write(first)
    sealing = Sealing(stream, key, first)
    with gzip.GzipFile("", "wb", fileobj=cast("BinaryIO", sealing), mtime=0) as inside:
        yield cast("BinaryIO", inside)
    sealing.finish()


def is_backup(file: Path) -> bool:
    """Whether a file starts as a backup does."""
    try:
        with file.open("rb") as stream:
            start = stream.read(len(_START))
    except OSError:
        return False
    return start == _START or _is_ours(file)


def is_sealed(file: Path) -> bool:
    """Whether a file is a backup that only a passphrase opens."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(_START)) == _START
    except OSError as error:
        raise _unreadable(file, error) from None


def read(file: Path, passphrase: Callable[[], str]) -> Callable[[], tuple[Header, Iterator[Row]]]:
    """Open a backup; each call of what comes back reads it from the start, header first.

    The rows end with an error unless their number, their sum and their end are those that the header gives. The passphrase
    is asked for where the file is sealed, once.

    Raises
    ------
    InputRefused
        For a file that is none, is damaged or cut off, or another passphrase.
    """
    wrapped = _wrapped(file) if is_sealed(file) else None
    key = None if wrapped is None else unwrap(wrapped.key, passphrase(), SEALED)
    if wrapped is not None and key is None:
        raise InputRefused(
            "passphrase", None, "does not open this backup", "the passphrase it was made with", str(file)
        )

    def again() -> tuple[Header, Iterator[Row]]:
        lines = _lines(file, key)
        header = _header(file, next(lines, b""))
        return header, _rows(file, header, lines)

    return again


def _lines(file: Path, key: bytes | None) -> Iterator[bytes]:
    try:
        with file.open("rb") as stream:
            under: Any = stream
            if key is not None:
                first = stream.readline(LONGEST)
                under = io.BufferedReader(Unsealing(stream, key, first))
            with gzip.GzipFile(fileobj=under, mode="rb") as inside:
                while line := inside.readline(LONGEST):
                    if not line.endswith(b"\n"):
                        raise damaged(file)
                    yield line
    except (EOFError, zlib.error, InvalidTag):
        raise damaged(file) from None
    except gzip.BadGzipFile as error:
        raise (_foreign(file) if "Not a gzipped" in str(error) else damaged(file)) from None
    except OSError as error:
        raise _unreadable(file, error) from None


def _rows(file: Path, header: Header, lines: Iterator[bytes]) -> Iterator[Row]:
    sum_, counts = hashlib.sha256(), dict.fromkeys(header.columns, 0)
    for line in lines:
        sum_.update(line)
        try:
            table, values = orjson.loads(line)
            wide = len(header.columns[table]) == len(values)
            counts[table] += 1
            row = [_value(value) for value in values]
        except (ValueError, KeyError, TypeError):
            raise damaged(file) from None
        if not wide:
            raise damaged(file)
        yield table, row
    if counts != header.counts or sum_.hexdigest() != header.sha256:
        raise damaged(file)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"], validate=True)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError


def _header(file: Path, line: bytes) -> Header:
    try:
        return msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _foreign(file) from None


def _is_ours(file: Path) -> bool:
    try:
        _header(file, next(_lines(file, None), b""))
    except InputRefused:
        return False
    return True


def _wrapped(file: Path) -> _Sealed:
    try:
        with file.open("rb") as stream:
            return msgspec.json.decode(stream.readline(LONGEST), type=_Sealed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise damaged(file) from None


def damaged(file: Path) -> InputRefused:
    """The refusal for a backup that is not what it says."""
    return InputRefused(
        "",
        None,
        "is cut off or was altered; nothing was restored",
        "a whole backup, as it was made",
        str(file),
    )


def _foreign(file: Path) -> InputRefused:
    return InputRefused(
        "", None, "is no backup of algesia", "a file that algesia backup wrote (algesia-backup/1)", str(file)
    )


def _unreadable(file: Path, error: OSError) -> InputRefused:
    return InputRefused(
        "", None, f"cannot be read: {error.strerror or error}", "a file that can be read", str(file)
    )
