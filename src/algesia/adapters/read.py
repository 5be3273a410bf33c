"""The one way in for files: tells by content what a file is and hands it to its reader.

Nothing is imported before it is needed, pathlib included: `algesia mme` on a record should not wait for it.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from typing import BinaryIO, Final, cast

from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins
from algesia.record.model import FORMAT, LISTS, Person, Record
from algesia.record.parse import MAX_BYTES, clean, parse_json, too_large

STANDARD_INPUT: Final = "-"
A_RECORD: Final = f'a record ("format": "{FORMAT}"), FHIR R4, a published case, or a folder of CSV files'
_NONBLOCK: Final[int] = getattr(os, "O_NONBLOCK", 0)
_SHELL_PIPES: Final = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_BOM: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"
_NOT_OURS: Final = (
    (b"PK\x03\x04", "is a zip archive or a spreadsheet"),
    (b"%PDF", "is a PDF"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"SQLite format 3", "is a database"),
    (b"PAR1", "is a Parquet file"),
    (b"<", "is XML or HTML"),
)  # fmt: skip


def read_path(path: str) -> Record:
    """Read the record at `path`: a folder of CSV, a JSON or gzip file, or ``-`` for standard input.

    Raises
    ------
    InputRefused
        Naming the file, the place in it, the value, and what would be right.
    """
    if not path:
        raise InputRefused("the path", path, "is empty", f"the path of {A_RECORD}")
    try:
        if path != STANDARD_INPUT and os.path.isdir(path):  # noqa: PTH112
            from algesia.adapters.csv_folder import read_folder

            return read_folder(path)
        return read_bytes(_load(path))
    except InputRefused as refusal:
        raise refusal.in_file("standard input" if path == STANDARD_INPUT else path) from None


def read_bytes(data: bytes) -> Record:
    """Read the record in the bytes of one file.

    Raises
    ------
    InputRefused
        As `read_path`, without the file.

    >>> read_bytes(b'{"format": "algesia-record/1", "source": "a letter"}').source
    'a letter'
    """
    if data.startswith(_GZIP):
        data = _gunzip(data)
    if len(data) > MAX_BYTES:
        raise too_large()
    data = data.removeprefix(_BOM)
    for magic, what in _NOT_OURS:
        if data.startswith(magic):
            raise InputRefused("", None, what, A_RECORD)
    try:
        return _from_json(data)
    except RecursionError:
        raise InputRefused("", None, "is nested too deeply", A_RECORD) from None


def open_file(path: str, *, shell_pipes: bool = False) -> BinaryIO:
    """Open a file to read, without ever waiting for a writer.

    Raises
    ------
    InputRefused
        For what is neither a file nor a character device. A named pipe may never be written to; one that the
        shell made (process substitution, ``/dev/stdin``) has a writer, and is opened where `shell_pipes` is true.
    """
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    mode = os.fstat(file.fileno()).st_mode
    pipe = shell_pipes and stat.S_ISFIFO(mode) and os.path.abspath(path).startswith(_SHELL_PIPES)  # noqa: PTH100
    if stat.S_ISREG(mode) or stat.S_ISCHR(mode) or pipe:
        if _NONBLOCK:
            os.set_blocking(file.fileno(), True)
        return file
    file.close()
    what = "is a named pipe" if stat.S_ISFIFO(mode) else "is not a file"
    raise InputRefused("", None, what, "a file, or - for standard input")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _NONBLOCK)


def _load(path: str) -> bytes:
    try:
        if path == STANDARD_INPUT:
            # Python leaves None in place of a stream that was closed before it started
            if cast("object", sys.stdin) is None:
                raise InputRefused("", None, "is closed", "a record on standard input")
            return _limited(sys.stdin.buffer.read(MAX_BYTES + 1))
        with open_file(path, shell_pipes=True) as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > MAX_BYTES:
                raise too_large()
            return _limited(file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        raise InputRefused("", None, "does not exist", f"the path of {A_RECORD}") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputRefused("", None, f"cannot be read ({reason})", "a file that can be read") from None


def _limited(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise too_large()
    return data


def _gunzip(data: bytes) -> bytes:
    out = bytearray()
    while data.startswith(_GZIP):
        member = zlib.decompressobj(wbits=31)
        try:
            out += member.decompress(data, MAX_BYTES + 1 - len(out))
        except zlib.error:
            raise InputRefused("", None, "is gzip that is damaged", A_RECORD) from None
        if len(out) > MAX_BYTES:
            raise too_large()
        if not member.eof:
            raise InputRefused("", None, "is gzip that ends too early", A_RECORD)
        data = member.unused_data
    return bytes(out)


def _from_json(data: bytes) -> Record:
    if b'"resourceType"' in data:
        from algesia.adapters.fhir.unpack import parse  # the fastest parser: bundles are large

        raw = parse(data)
        if _is_fhir(raw):
            return _fhir(raw)
    raw = parse_json(data)
    if _is_fhir(raw):  # its key was written with escapes
        clean(raw)
        return _fhir(raw)
    if _is_case(raw):
        from algesia.adapters.cases import read_case

        clean(raw)
        return read_case(raw)
    if isinstance(raw, dict):
        if "format" in raw:
            return from_builtins(raw)
        raise InputRefused("", None, "does not say what it is", A_RECORD)
    raise InputRefused("", raw, "is not a record", A_RECORD)


def _is_fhir(raw: object) -> bool:
    if isinstance(raw, list):
        return any(isinstance(item, dict) and "resourceType" in item for item in raw)
    return isinstance(raw, dict) and "resourceType" in raw


def _is_case(raw: object) -> bool:
    if not isinstance(raw, dict):
        return False
    schema = raw.get("schema")
    says_so = isinstance(schema, str) and schema.startswith("algesia-case/")
    return says_so or ("timeline" in raw and "format" not in raw)


def _fhir(raw: object) -> Record:
    from algesia.adapters.fhir import read_fhir

    if isinstance(raw, dict) and raw.get("resourceType") == "OperationOutcome":
        problem = "is an OperationOutcome, a server's answer to a request that failed"
        raise InputRefused("", None, problem, "a Bundle of one person's resources")
    record = read_fhir(raw)
    if not has_facts(record):
        told = f" ({record.source.rstrip('.')})" if record.source else ""
        expected = "medications, conditions, observations or answered questionnaires of one person"
        raise InputRefused("", None, f"holds no fact that algesia reads{told}", expected)
    return record


def has_facts(record: Record) -> bool:
    """Whether the record says anything; a person's id alone says nothing.

    >>> has_facts(Record(person=Person(id="1"))), has_facts(Record(person=Person(sex="female")))
    (False, True)
    """
    return record.person != Person(id=record.person.id) or any(getattr(record, name) for name in LISTS)
