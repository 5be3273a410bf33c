"""Reading what was uploaded: one file in any format algesia reads, a zip of CSV files, or several CSV files."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from algesia.adapters.csv_folder import read_folder
from algesia.adapters.read import has_facts, read_bytes
from algesia.quantities.refusal import InputRefused
from algesia.record.model import Record
from algesia.record.parse import MAX_BYTES, too_large

ZIP: Final = b"PK\x03\x04"
MOST_FILES: Final = 40
LONGEST_NAME: Final = 120
EXPECTED: Final = (
    "a FHIR or algesia JSON file, a zip of CSV files, or CSV files named after the lists of a record"
)


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file."""

    name: str
    data: bytes


def read_uploads(files: Sequence[Upload]) -> Record:
    """The record in what was uploaded.

    Raises
    ------
    InputRefused
        Naming the file, the place in it, the value, and what would be right.

    >>> read_uploads([Upload("pain.csv", b"day,score\\n3,7\\n")]).pain[0].score
    7.0
    """
    if not files:
        raise InputRefused("", None, "no file was chosen", EXPECTED)
    if any(not file.data.strip() for file in files):
        empty = next(file.name for file in files if not file.data.strip())
        raise InputRefused("", None, "is empty", EXPECTED, empty)
    if len(files) == 1 and files[0].data.startswith(ZIP):
        return _folder(_unzipped(files[0]), files[0].name)
    if all(_is_csv(file.name) for file in files):
        return _folder(files, None)
    if len(files) > 1:
        other = next(file.name for file in files if not _is_csv(file.name))
        raise InputRefused("", None, "is not a CSV file, and several files were chosen", EXPECTED, other)
    try:
        record = read_bytes(files[0].data)
    except InputRefused as refused:
        raise refused.in_file(files[0].name) from None
    if not has_facts(record):
        raise InputRefused("", None, "holds no fact that algesia reads", EXPECTED, files[0].name)
    return record


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


def _folder(files: Sequence[Upload], archive: str | None) -> Record:
    """CSV files as a folder: the folder's reader knows every refusal already."""
    with TemporaryDirectory() as folder:
        for file in files:
            place = Path(folder, PurePosixPath(file.name.replace("\\", "/")).name)
            if len(place.name) > LONGEST_NAME or not place.name.isprintable():
                raise InputRefused(
                    "", None, "has a name that cannot be used", "a name such as pain.csv", place.name[:40]
                )
            if place.exists():
                raise InputRefused("", None, "stands here twice", "one file of that name", file.name)
            place.write_bytes(file.data)
        try:
            return read_folder(folder)
        except InputRefused as refused:
            if refused.path == "the folder":
                where = archive or "what was uploaded"
                raise InputRefused("", None, refused.problem, refused.expected, where) from None
            raise (refused if archive is None else refused.in_file(archive)) from None


def _unzipped(archive: Upload) -> list[Upload]:
    """The CSV files of a zip archive, no more than a record may hold."""
    found: list[Upload] = []
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
            members = [one for one in opened.infolist() if not one.is_dir() and _is_csv(one.filename)]
            members = [one for one in members if not PurePosixPath(one.filename).name.startswith((".", "_"))]
            if len(members) > MOST_FILES:
                raise InputRefused(
                    "", None, f"holds more than {MOST_FILES} CSV files", EXPECTED, archive.name
                )
            for one in members:
                with opened.open(one) as stream:
                    data = stream.read(MAX_BYTES + 1 - size)
                size += len(data)
                if size > MAX_BYTES:
                    raise too_large().in_file(archive.name)
                found.append(Upload(PurePosixPath(one.filename).name, data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise InputRefused(
            "", None, "is a zip archive that cannot be opened", EXPECTED, archive.name
        ) from None
    if not found:
        raise InputRefused("", None, "is a zip archive without a CSV file", EXPECTED, archive.name)
    return found
