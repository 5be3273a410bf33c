"""What must hold for any input to a reader: a record that survives writing, or one refusal. Nothing else.

The harnesses feed these with mutated bytes; the tests feed them with the kept seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from algesia.adapters.csv_folder import read_texts, write_texts
from algesia.adapters.fhir import read_fhir_bytes
from algesia.adapters.read import read_bytes
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import read_record, write_record
from algesia.record.model import Record

SEEDS = Path(__file__).parent / "seeds"
LONGEST_MESSAGE = 4000


class Broken(Exception):
    """A reader did something other than give a sound record or one clear refusal."""


def check_json(data: bytes) -> Record | None:
    """A file told by its content: the record format, gzip, a case, FHIR, junk."""
    return _read(lambda: read_bytes(data))


def check_csv(data: bytes) -> Record | None:
    """A folder of CSV files, written one after the other, each under a line ``== name``."""
    texts = split_folder(data.decode("utf-8", "replace"))
    record = _read(lambda: read_texts(texts))
    if record is not None and read_texts(write_texts(record)) != record:
        raise Broken("a record read from CSV changed when it was written as CSV")
    return record


def check_fhir(data: bytes) -> Record | None:
    """FHIR R4: a Bundle, a list, a resource or NDJSON."""
    return _read(lambda: read_fhir_bytes(data))


def split_folder(text: str) -> dict[str, str]:
    """The files of a seed by their name."""
    files: dict[str, str] = {}
    for part in ("\n" + text).split("\n== ")[1:]:
        name, _, content = part.partition("\n")
        files[name.strip()] = content
    return files


def _read(reader: Callable[[], Record]) -> Record | None:
    try:
        record = reader()
    except InputRefused as refusal:
        message = str(refusal)
        message.encode()
        if len(message) > LONGEST_MESSAGE:
            raise Broken("a refusal is too long to be read") from None
        return None
    if read_record(write_record(record)) != record:
        raise Broken("a record changed when it was written and read again")
    return record


CHECKS: dict[str, Callable[[bytes], Record | None]] = {
    "json": check_json,
    "csv": check_csv,
    "fhir": check_fhir,
}
