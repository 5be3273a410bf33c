"""Files that are written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from algesia.quantities.refusal import InputRefused


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its place only when everything was written and is on disk.

    The file is made with mode 0600 beside its place and moved there at the end; whatever goes wrong before that leaves
    what stood there untouched.

    Raises
    ------
    InputRefused
        When the place cannot be written to.
    """
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise cannot_write(file, error) from None
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise cannot_write(file, error) from None
    finally:
        beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on disk, where the system lets folders be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def cannot_write(file: Path, error: OSError) -> InputRefused:
    """The refusal for a place that cannot be written to."""
    return InputRefused(
        "", None, f"cannot be written: {error.strerror or error}", "a place that can be written to", str(file)
    )
